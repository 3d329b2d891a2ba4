import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLine } from './command-line.ts';

let cli: CommandLine;
beforeAll(async () => {
  cli = new CommandLine();
  await cli.json('create', 'xo', '--sample', 'xo');
});
afterAll(() => cli[Symbol.dispose]());

interface Line {
  event: string;
  run: string;
  epoch?: number;
}

/** Trains without end; resolves when the first epoch is finished. */
async function training(...more: string[]) {
  const started = cli.start(['train', 'xo', '--json', ...more]);
  const lines: Line[] = [];
  started.lines.on('line', (line) => lines.push(JSON.parse(line) as Line));
  while (!lines.some(({ event }) => event === 'epoch')) await once(started.lines, 'line');
  return { ...started, lines, run: lines[0]?.run ?? '' };
}

const statusOf = async (run: string): Promise<string | undefined> => {
  const [info] = (await cli.json('info', 'xo')) as { runs: { id: string; status: string }[] }[];
  return info?.runs.find(({ id }) => id === run)?.status;
};

test.skipIf(process.platform === 'win32')(
  'Ctrl-C cancels a training, and what was learned can be used and resumed',
  async () => {
    const { child, ended, run, stderr } = await training('--epochs', '10000');
    // The terminal sends it to all processes of the group, and programs in between pass it on once more.
    process.kill(-(child.pid ?? 0), 'SIGINT');
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    expect(await stderr).toMatch(
      /^What was learned is kept\. Go on with --resume \w+-\w+-\d+\ntessera: Cancelled\.\n$/,
    );
    expect(await statusOf(run)).toBe('cancelled');
    expect(await cli.json('evaluate', 'xo', '--run', run, '--split', 'val')).toHaveLength(1);

    const resumed = await training('--resume', run);
    expect(resumed.run).toBe(run);
    const [, first] = resumed.lines;
    expect(first?.epoch).toBeGreaterThan(1);
    resumed.child.kill('SIGTERM');
    expect(await resumed.ended).toBe(1);
    expect(await statusOf(run)).toBe('cancelled');
  },
);

test('kill -9 of the command line stops the run; --resume goes on', async () => {
  const { child, ended, run } = await training('--epochs', '10000');
  child.kill('SIGKILL');
  await ended;
  expect(await statusOf(run)).toBe('stopped');
  const resumed = await training('--resume', run);
  expect(resumed.lines[1]?.epoch).toBeGreaterThan(1);
  resumed.child.kill('SIGKILL');
  await resumed.ended;
});

test('a resumed run tells the epochs that were left, and its end', async () => {
  const { child, ended, run } = await training('--epochs', '40', '--threads', '1');
  child.kill('SIGKILL');
  await ended;
  const lines = (await cli.json('train', 'xo', '--resume', run)) as Line[];
  const epochs = lines.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch ?? 0);
  const [first = 0] = epochs;
  expect(first).toBeGreaterThan(1);
  expect(epochs).toEqual(Array.from({ length: 41 - first }, (_, index) => first + index));
  expect(lines.at(-1)).toMatchObject({ event: 'done', run });
});
