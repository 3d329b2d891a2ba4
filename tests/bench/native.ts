import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join('build', 'native-bench');

function must(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
}

/** Builds the C++ bench; gives the path of the program. */
function nativeBench(): string {
  must('cmake', ['-S', 'native', '-B', folder, '-DCMAKE_BUILD_TYPE=Release', '-DTESSERA_BENCH=ON']);
  const build = ['--build', folder, '--config', 'Release', '--parallel', '2', '--target', 'tessera_bench'];
  must('cmake', build);
  const programs = ['tessera_bench', 'bench/tessera_bench', 'Release/tessera_bench.exe'].map((name) =>
    join(folder, name),
  );
  const program = programs.find((path) => existsSync(path));
  if (program === undefined) throw new Error(`the bench was built, but is not below ${folder}`);
  return program;
}

/** Every kernel's share of peak, of layers whose names contain `layer`, as a table on stdout. */
export function runNativeBench(layer: string): void {
  const { status } = spawnSync(nativeBench(), [layer], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the native bench failed');
}

/** What the machine gives at this moment. */
export interface Machine {
  /** Floating-point operations a second, multiply and add counted as two. */
  peak: number;
  /** Bytes a second, copying. */
  bandwidth: number;
}

export function measureMachine(threads: number): Machine {
  const { status, stdout } = spawnSync(nativeBench(), ['--machine', String(threads)], { encoding: 'utf8' });
  if (status !== 0) throw new Error('the peak of this machine could not be measured');
  return JSON.parse(stdout) as Machine;
}

/** What the kernels take for one convolution: forward, data gradient, weight gradient. */
export interface ConvolutionTimes {
  seconds: [number, number, number];
  algorithms: [string, string, string];
}

/** Times convolutions by themselves; each is the numbers of `Conv2dShape` (native/kernels/kernels.h) in order. */
export function timeConvolutions(
  shapes: readonly (readonly number[])[],
  threads: number,
): ConvolutionTimes[] {
  const input = shapes.map((shape) => shape.join(' ')).join('\n');
  const { status, stdout } = spawnSync(nativeBench(), ['--shapes', String(threads)], {
    encoding: 'utf8',
    input: `${input}\n`,
  });
  if (status !== 0) throw new Error('the convolutions could not be timed');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ConvolutionTimes);
}

export const machineText = ({ peak, bandwidth }: Machine): string =>
  `${(peak / 1e9).toFixed(0)} GF/s FMA peak, ${(bandwidth / 1e9).toFixed(0)} GB/s`;
