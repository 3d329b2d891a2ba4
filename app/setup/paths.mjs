import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const windows = process.platform === 'win32';

/** The pinned Node, the one inside Electron; installed by the npm package `node`. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** The JavaScript file of a package's command, so that no shell is needed to run it. */
export const packageFile = (...parts) => join(root, 'node_modules', ...parts);

/** The environment of everything that setup starts: the pinned Node comes first. */
export const environment = () => ({
  ...process.env,
  // The engine's threads sleep while they wait, so that an idle classifier costs nothing. Read by the OpenMP
  // runtime when the process starts, so it has to be here.
  OMP_WAIT_POLICY: process.env.OMP_WAIT_POLICY ?? 'passive',
  // onnxruntime is used on the CPU; its install script must not look for CUDA.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip',
  PATH: [
    join(root, 'node_modules', 'node', 'bin'),
    join(root, 'node_modules', '.bin'),
    process.env.PATH,
  ].join(delimiter),
});
