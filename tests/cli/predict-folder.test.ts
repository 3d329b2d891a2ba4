import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { CommandLine } from './command-line.ts';

/** How often a prediction is killed in its middle; more are `TESSERA_PREDICT_KILLS=20`. */
const kills = Number(process.env.TESSERA_PREDICT_KILLS ?? 1);
const pictures = 1500;

let cli: CommandLine;
beforeAll(async () => {
  cli = new CommandLine();
  await cli.json('create', 'xo', '--sample', 'xo');
  await cli.json('train', 'xo', '--epochs', '1');
  await cli.json('export', 'xo', '--format', 'onnx', '--out', 'model.onnx');
  mkdirSync(cli.path('pictures', 'below'), { recursive: true });
  for (let at = 0; at < pictures; at += 1) {
    const pixels = Uint8Array.from({ length: 28 * 28 }, (_, pixel) => ((pixel * (at + 3)) >> 3) & 255);
    const png = encodePng(pixels, { width: 28, height: 28, channels: 1 });
    writeFileSync(cli.path('pictures', at % 3 === 0 ? 'below' : '.', `${at}.png`), png);
  }
  writeFileSync(cli.path('pictures', 'broken.png'), 'no picture');
});
afterAll(() => cli[Symbol.dispose]());

const rowsOf = (path: string) => parse(readFileSync(path), { columns: true }) as Record<string, string>[];
const filesIn = (path: string): string[] => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();

/** Starts a prediction and kills it, with or without its workers, once some answers are on the disk; tells how many. */
async function killInTheMiddle(args: string[], journal: string, withWorkers: boolean): Promise<number> {
  const answered = (): number =>
    existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').filter(Boolean).length : 0;
  const before = answered();
  const { child, ended } = cli.start(['predict', ...args]);
  while (answered() <= before && child.exitCode === null) await sleep(1);
  process.kill(withWorkers ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGKILL');
  await ended;
  return answered();
}

describe.skipIf(process.platform === 'win32')('kill -9 in the middle', () => {
  test.each([
    ['xo', 'csv'],
    ['xo', 'folders'],
    ['model.onnx', 'jsonl'],
  ])('of %s to %s: started again it goes on, nothing twice and nothing half', async (model, format) => {
    const whole = cli.path(`whole-${format}`);
    const out = cli.path(`killed-${format}`);
    const options = ['pictures', '--format', format, '--threshold', '0.6'];
    await cli.json('predict', model, ...options, '--out', whole);
    const journal = join(cli.home, `.killed-${format}.unfinished`, 'answers.jsonl');
    const answers: number[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      answers.push(await killInTheMiddle([model, ...options, '--out', out], journal, kill % 2 === 0));
      if (existsSync(out)) break;
    }
    const [first = 0] = answers;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(pictures);
    const [result] = (await cli.json('predict', model, ...options, '--out', out)) as Record<
      string,
      unknown
    >[];
    expect(result).toMatchObject({ path: out, images: pictures, unreadable: 1 });
    expect(readdirSync(cli.home).filter((name) => name.startsWith('.'))).toEqual([]);
    if (format !== 'folders') {
      expect(readFileSync(out, 'utf8')).toBe(readFileSync(whole, 'utf8'));
      return;
    }
    expect(filesIn(out)).toEqual(filesIn(whole));
    expect(rowsOf(join(out, 'predictions.csv'))).toEqual(rowsOf(join(whole, 'predictions.csv')));
    for (const { file = '', copy = '' } of rowsOf(join(out, 'predictions.csv')).slice(0, 100)) {
      if (copy !== '') {
        expect(readFileSync(join(out, copy))).toEqual(readFileSync(cli.path('pictures', file)));
      }
    }
  });
});

test.skipIf(process.platform === 'win32')('Ctrl-C keeps the answers so far, and says so', async () => {
  const { child, ended, stderr } = cli.start(['predict', 'xo', 'pictures', '--out', 'stopped.csv']);
  const journal = cli.path('.stopped.csv.unfinished', 'answers.jsonl');
  while (!existsSync(journal) || readFileSync(journal).length === 0) await sleep(2);
  child.kill('SIGINT');
  expect(await ended).toBe(1);
  expect(await stderr).toBe(
    'The answers so far are kept. The same command goes on where it was.\ntessera: Cancelled.\n',
  );
  expect(existsSync(cli.path('stopped.csv'))).toBe(false);
});

test('what was said on the screen of a terminal', async () => {
  const { code, stdout, stderr } = await cli.run('predict', 'xo', 'pictures/below', '--out', 'below.json');
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toBe(`${cli.path('below.json')}: ${pictures / 3} pictures\n`);
  expect(JSON.parse(readFileSync(cli.path('below.json'), 'utf8'))).toHaveLength(pictures / 3);
});

test('wrong usage is said before anything is done', async () => {
  expect(await cli.wrongUsage('predict', 'model.onnx', 'pictures')).toContain('say with --out');
  expect(await cli.wrongUsage('predict', 'xo', 'x.npy', '--out', 'y.csv')).toContain('not with a tensor');
  expect(await cli.wrongUsage('predict', 'xo', 'pictures', '--threshold', '2')).toContain('from 0 to 1');
});
