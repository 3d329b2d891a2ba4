import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckpointInfo } from '../../app/contract/index.ts';
import { CommandLine } from './command-line.ts';

let cli: CommandLine;
let run: string;
beforeAll(async () => {
  cli = new CommandLine();
  await cli.json('create', 'xo', '--sample', 'xo');
  const lines = await cli.json('train', 'xo', '--epochs', '3', '--threads', '1', '--keep-every', '1');
  run = (lines[0] as { run: string }).run;
}, 120_000);
afterAll(() => cli[Symbol.dispose]());

test('runs are listed with their data and what they take on the disk', async () => {
  const [list] = (await cli.json('runs', 'xo')) as [
    { runs: { bytes: number }[]; bytes: number; freeBytes: number },
  ];
  expect(list.runs).toMatchObject([
    { id: run, epochs: 3, classes: ['X', 'O'], dataVersions: [], sweep: null, status: 'done' },
  ]);
  expect(list.bytes).toBe(list.runs[0]?.bytes);
  expect(list.bytes).toBeGreaterThan(1000);
  expect(list.freeBytes).toBeGreaterThan(0);
  const { code, stderr } = await cli.run('runs', 'xo');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^run +id +model +status +epochs +best validation accuracy +data +classes +disk$/m);
  expect(stderr).toMatch(/^All runs together: [\d.]+ (kB|MB); [\d.]+ (MB|GB) are free on that disk\.$/m);
  expect((await cli.run('info', 'xo')).stderr).toMatch(/^All runs together: /m);
});

test('one run is told with its settings, its data and its checkpoints', async () => {
  const [told] = (await cli.json('runs', 'xo', run, '--compare')) as [{ checkpoints: CheckpointInfo[] }];
  expect(told).toMatchObject({
    id: run,
    settings: { epochs: 3, keepEvery: 1 },
    data: { train: 480, val: 60, test: 60, versions: [], stretches: [{ fromEpoch: 1, changes: null }] },
    sinceThen: { added: 0, removed: 0, relabeled: 0, moved: 0 },
  });
  expect(told.checkpoints).toHaveLength(6);
  const { stderr } = await cli.run('runs', 'xo', run);
  expect(stderr).toContain('Data: no frozen version, ');
  expect(stderr).toContain('the last two, the best and that of every epoch are kept');
  expect(await cli.failure('runs', 'xo', 'nobody')).toContain('There is no run nobody');
});

test('checkpoints go when that is meant, and the run stays', async () => {
  const asked = await cli.run('runs', 'xo', run, '--remove-checkpoints', 'spare');
  expect(asked.stderr).toContain('Nothing was removed. With --yes');
  const [spare] = await cli.json('runs', 'xo', run, '--remove-checkpoints', 'spare', '--yes');
  expect(spare).toMatchObject({ checkpoints: expect.any(Array) as unknown });
  const { checkpoints, removedBytes } = spare as { checkpoints: CheckpointInfo[]; removedBytes: number };
  expect(checkpoints.map(({ which }) => which).toSorted()).toEqual(['best', 'last']);
  expect(removedBytes).toBeGreaterThan(0);
  expect(await cli.json('evaluate', 'xo', '--run', run)).toHaveLength(1);
  const [none] = await cli.json('runs', 'xo', run, '--remove-checkpoints', 'all', '--yes');
  expect(none).toMatchObject({ checkpoints: [] });
  expect(existsSync(cli.path('xo', 'runs', run, 'best.safetensors'))).toBe(false);
  expect(await cli.failure('evaluate', 'xo', '--run', run)).toContain('has no checkpoint');
  expect(await cli.json('runs', 'xo')).toMatchObject([{ runs: [{ id: run, status: 'done' }] }]);
  expect((await cli.wrongUsage('runs', 'xo', run, '--remove-checkpoints', 'some')).length).toBeGreaterThan(0);
});
