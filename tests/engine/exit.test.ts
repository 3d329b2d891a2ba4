/** However a process or a worker with networks ends, it ends: native threads hold nothing up, and nothing crashes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

const nets = new URL('nets.ts', import.meta.url).href;
const begin = `
  const { batchOf, compile, sgd } = await import(${JSON.stringify(nets)});
  const networks = Array.from({ length: 8 }, () => compile());
  const step = (network) => network.trainStep(batchOf(), sgd);
  await Promise.all(networks.map(step));
`;

/** Where a worker is terminated while it compiles, V8 itself may stop the process, with this and no fault of ours. */
const faultOfV8 = 'Check failed: jit_page.has_value()';

/** Runs a script to its end; gives its exit code, or the signal that ended it. */
async function run(script: string, attempts = 3): Promise<number | string> {
  const args = ['--input-type=module', '--no-warnings', '-e', script];
  const child = spawn(process.execPath, args, { stdio: ['inherit', 'inherit', 'pipe'], timeout: 40_000 });
  const said = text(child.stderr);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  const complaint = await said;
  if (complaint.includes(faultOfV8) && attempts > 1) return run(script, attempts - 1);
  process.stderr.write(complaint);
  return code ?? signal ?? 'unknown';
}

describe('a process ends', () => {
  const scripts: [string, string, number][] = [
    ['by itself, with networks that nobody disposed', begin, 0],
    ['by itself, right after they were disposed', `${begin} for (const each of networks) each.dispose();`, 0],
    [
      'by itself, when the calls that wait are answered',
      `${begin} let done = 0; for (const each of networks) for (let i = 0; i < 5; i += 1) step(each).then(() => (done += 1));
       process.on('exit', () => (process.exitCode = done === 40 ? 0 : 1));`,
      0,
    ],
    [
      'by exit, in the middle of its calls',
      `${begin} for (const each of networks) for (let i = 0; i < 20; i += 1) void step(each); process.exit(3);`,
      3,
    ],
    [
      'by exit, in the middle of its calls, after they were disposed',
      `${begin} for (const each of networks) { for (let i = 0; i < 20; i += 1) step(each).catch(() => {}); each.dispose(); }
       process.exit(3);`,
      3,
    ],
    [
      'after a worker with networks was terminated',
      `import { Worker } from 'node:worker_threads';
       const script = ${JSON.stringify(`${begin} for (;;) await Promise.all(networks.map(step));`)};
       const source = 'data:text/javascript,' + encodeURIComponent(script);
       for (let round = 0; round < 3; round += 1) {
         const worker = new Worker(new URL(source));
         await new Promise((resolve) => setTimeout(resolve, 700));
         await worker.terminate();
       }`,
      0,
    ],
  ];
  // Whether a thread is just then in the wrong place is a matter of luck.
  test.each(scripts)('%s', async (_, script, code) => {
    expect(await Promise.all([run(script), run(script), run(script)])).toEqual([code, code, code]);
  });
});
