import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const folder = join('build', 'native-bench');

function must(command: string, args: string[]): void {
  const { status, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
}

/** Builds the C++ bench (peak, and every kernel's share of it) and runs it. */
export function runNativeBench(args: string[]): void {
  must('cmake', ['-S', 'native', '-B', folder, '-DCMAKE_BUILD_TYPE=Release', '-DTESSERA_BENCH=ON']);
  must('cmake', [
    '--build',
    folder,
    '--config',
    'Release',
    '--parallel',
    String(cpus().length),
    '--target',
    'tessera_bench',
  ]);
  const programs = ['tessera_bench', 'bench/tessera_bench', 'Release/tessera_bench.exe'].map((name) =>
    join(folder, name),
  );
  const program = programs.find((path) => existsSync(path));
  if (program === undefined) throw new Error(`the bench was built, but is not below ${folder}`);
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('the native bench failed');
}
