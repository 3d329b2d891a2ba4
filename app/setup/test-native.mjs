import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, must, run, runNode, say, SetupError } from './run.mjs';

const built = join('build', 'sanitize-addon');
// A second checkout in small: app/engine takes the addon that lies in its own tree, so the real one stays as it is.
const checkout = join(root, 'build', 'sanitized');

/** The addon under AddressSanitizer and UndefinedBehaviorSanitizer, and what its tests need, in `checkout`. */
async function buildSanitized() {
  say('tessera: building the addon with sanitizers …');
  const options = ['-d', 'native', '-O', built, '--CDTESSERA_SANITIZE=address,undefined'];
  const compile = runNode([packageFile('cmake-js', 'bin', 'cmake-js'), 'compile', ...options], {
    quiet: true,
  });
  await must('Building the sanitized addon', compile);
  rmSync(checkout, { recursive: true, force: true });
  for (const room of [
    'app/contract',
    'app/core',
    'app/engine',
    'app/formats',
    'tests/engine',
    'package.json',
  ]) {
    cpSync(join(root, room), join(checkout, room), { recursive: true });
  }
  const place = join(checkout, 'build', 'native', 'Release');
  mkdirSync(place, { recursive: true });
  cpSync(join(root, built, 'Release', 'tessera.node'), join(place, 'tessera.node'));
}

/** The engine's tests on it. Node itself is not built with the sanitizer, so its runtime is loaded first. */
async function testSanitized() {
  await buildSanitized();
  const compiler = process.env.CXX ?? 'c++';
  const found =
    spawnSync(compiler, ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  if (!found.includes('/'))
    throw new SetupError(`${compiler} has no libasan.so. Install GCC with its sanitizers.`);
  const env = {
    LD_PRELOAD: found,
    // V8 leaves memory to the end of the process; the engine's own leaks show in the C++ tests.
    ASAN_OPTIONS: 'detect_leaks=0',
    UBSAN_OPTIONS: 'print_stacktrace=1',
  };
  return runNode(
    [packageFile('vitest', 'vitest.mjs'), 'run', '--root', checkout, '--testTimeout=600000', 'tests/engine'],
    { env },
  );
}

/** The sweep over convolution shapes as long as it is meant to be; `npm test` runs the beginning of it. */
async function runSweep() {
  const folder = join('build', 'native-tests');
  const options = ['-S', 'native', '-B', folder, '-DCMAKE_BUILD_TYPE=Release', '-DTESSERA_TESTS=ON'];
  await must('Configuring the C++ tests', run('cmake', options, { quiet: true }));
  const build = ['--build', folder, '--config', 'Release', '--target', 'conv2d_sweep_test'];
  await must('Building the C++ tests', run('cmake', build, { quiet: true }));
  return run('ctest', ['--test-dir', folder, '-C', 'Release', '-R', 'sweep', '--output-on-failure'], {
    env: { TESSERA_SWEEP: process.env.TESSERA_SWEEP ?? '2000' },
  });
}

/** What a part of emulate.sh ends with where a tool is missing; it has said which. */
const leftOut = 77;

/** The parts, one after the other, each with its minutes; what fails ends it. */
const parts = [
  ['the long sweep of the convolutions', runSweep],
  ['the C++ tests under address,undefined', () => run('bash', ['native/sanitize.sh', 'address,undefined'])],
  ['the C++ tests under thread', () => run('bash', ['native/sanitize.sh', 'thread'])],
  ['some C++ tests under valgrind', () => run('bash', ['native/valgrind.sh'])],
  ['the C++ tests on Arm', () => run('bash', ['native/emulate.sh', 'arm'])],
  ['the C++ tests without AVX', () => run('bash', ['native/emulate.sh', 'x86'])],
  ['the addon under address,undefined', testSanitized],
];

await main(async () => {
  await prepare({});
  const done = [];
  for (const [name, part] of parts) {
    say(`tessera: ${name} …`);
    const begun = performance.now();
    const code = await part();
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
    if (code !== 0 && code !== leftOut)
      throw new SetupError(`${name} failed after ${minutes} min (exit code ${code}).`);
    done.push(`  ${code === 0 ? 'clean   ' : 'LEFT OUT'} ${minutes.padStart(5)} min  ${name}`);
  }
  say(`tessera: the native tests, all of them:\n${done.join('\n')}`);
  return 0;
});
