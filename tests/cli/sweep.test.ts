import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Trial } from '../../app/contract/index.ts';
import { readSafetensors } from '../../app/formats/safetensors.ts';
import { CommandLine } from './command-line.ts';

/** How often the sweep is killed. */
const kills = Number(process.env['TESSERA_SWEEP_KILLS'] ?? 2);

let cli: CommandLine;
beforeAll(async () => {
  cli = new CommandLine();
  for (const name of ['straight', 'killed', 'few']) await cli.json('create', name, '--sample', 'xo');
});
afterAll(() => cli[Symbol.dispose]());

interface Table {
  event: 'table';
  name: string;
  status: string;
  seconds: number;
  trials: Trial[];
}
type Line = Table | { event: 'started' } | ({ event: 'trial' } & Trial);

/** Everything but what differs from one time to the next. */
const plain = ({ trials }: Table) => trials.map(({ seconds: _, runId: __, ...trial }) => trial);
const tableOf = (lines: unknown): Table => (lines as Line[]).at(-1) as Table;

const halving = {
  space: { learningRate: { from: 0.0001, to: 0.05, scale: 'log' }, batchSize: [8, 16] },
  method: { kind: 'halving', count: 6, seed: 5, eta: 2, leastEpochs: 2 },
};
const args = (project: string): string[] => [
  ...['sweep', project, cli.path('halving.json'), '--epochs', '8', '--threads', '1', '--optimizer', 'sgd'],
];

async function out(run: Awaited<ReturnType<CommandLine['run']>>): Promise<Line[]> {
  expect(run.code, run.stderr).toBe(0);
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('a sweep that is killed again and again ends in the same ranked table', async () => {
  writeFileSync(cli.path('halving.json'), JSON.stringify(halving));
  const straight = tableOf(await out(await cli.run(...args('straight'), '--json')));
  expect(straight.status).toBe('done');
  expect(straight.trials.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(straight.trials.filter(({ epoch }) => epoch === 8)).toHaveLength(1);
  expect(straight.trials.filter(({ status }) => status === 'halted')).toHaveLength(5);

  for (let kill = 0; kill < kills; kill++) {
    const more = kill === 0 ? args('killed') : ['sweep', 'killed', '--resume'];
    const { child, ended, lines } = cli.start([...more, '--json']);
    for (let trials = 0; trials <= kill % 2;) {
      const [line] = (await once(lines, 'line')) as [string];
      if ((JSON.parse(line) as Line).event === 'trial') trials++;
    }
    child.kill('SIGKILL');
    await ended;
  }
  const cut = tableOf(await cli.json('sweep', 'killed', '--table'));
  expect(cut.status).toBe('stopped');
  const resumed = tableOf(await out(await cli.run('sweep', 'killed', '--resume', cut.name, '--json')));
  expect(resumed.status).toBe('done');
  expect(plain(resumed)).toEqual(plain(straight));
}, 300_000);

test('the best of a halving ends in the weights of a run of its own', async () => {
  const [{ trials }] = (await cli.json('sweep', 'straight', '--table')) as [Table];
  const best = trials[0];
  const { learningRate, batchSize } = best?.values ?? {};
  const [started] = (await cli.json(
    ...['train', 'straight', '--epochs', '8', '--threads', '1', '--optimizer', 'sgd'],
    ...['--lr', String(learningRate), '--batch-size', String(batchSize)],
  )) as [{ run: string }];
  expect(weightsOf(best?.runId ?? '')).toEqual(weightsOf(started.run));
}, 300_000);

/** The parameters of a run's last checkpoint, without what only tells when it was trained. */
function weightsOf(runId: string) {
  const path = cli.path('straight', 'runs', runId, 'last.safetensors');
  return [...readSafetensors(new Uint8Array(readFileSync(path)), path).tensors];
}

test('a grid by options, a forecast, and a limit of minutes that is kept', async () => {
  const grid = ['sweep', 'few', '--method', 'grid', '--try', 'optimizer=adam,sgd', '--try', 'dropout=0,0.3'];
  const [forecast] = await out(await cli.run(...grid, '--epochs', '2', '--forecast', '--json'));
  expect(forecast).toMatchObject({ trials: 4, epochs: 8, seconds: null });
  const short = await cli.run(...grid, '--epochs', '2', '--minutes', '0.0001', '--json');
  const cut = tableOf(await out(short));
  expect(cut).toMatchObject({ status: 'timeUsed' });
  expect(cut.trials.filter(({ status }) => status === 'done')).toHaveLength(1);
  expect(short.stderr).toContain('The minutes are used');
  const { code, stderr } = await cli.run('sweep', 'few', '--resume', '--minutes', '60');
  expect(code).toBe(0);
  expect(stderr).toMatch(/place +trial +optimizer +dropout +epochs/);
  const [whole] = (await cli.json('sweep', 'few', '--table')) as [Table];
  expect(whole.status).toBe('done');
  expect(whole.trials.every(({ status, epoch }) => status === 'done' && epoch === 2)).toBe(true);
}, 300_000);

test('what does not fit together is refused before anything begins', async () => {
  const { code, stderr } = await cli.run('sweep', 'few', '--try', 'momentum=0.5,0.9');
  expect([code, stderr]).toEqual([1, expect.stringContaining('only sgd has one')]);
  expect((await cli.run('sweep', 'few', '--try', 'colour=1')).code).toBe(2);
});
