/**
 * Feeds broken files to one parser for a while: `fuzz-child.ts <parser> <seconds> <seed>`. A parser may give a result or
 * refuse with a `TesseraError`; anything else ends this process with the number that breaks the file in that way again.
 * A line on stdout tells the files read so far, so that the one who watches sees that it is not stuck.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutated } from './mutate.ts';
import { parsers } from './parsers.ts';

const [, , name = '', seconds = '1', seed = '1'] = process.argv;
const parser = parsers[name];
if (parser === undefined) throw new Error(`no parser ${name}`);
const folder = mkdtempSync(join(tmpdir(), 'tessera-fuzz-'));
const scratch = join(folder, 'file');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Every file is good for its own reader: a corpus that is refused would test nothing but the refusal. */
for (const good of parser.corpus) await parser.read(good, scratch);

const end = Date.now() + Number(seconds) * 1000;
let refused = 0;
let done = 0;
for (; Date.now() < end; done++) {
  const number = Number(seed) * 1_000_003 + done;
  const bytes = mutated(parser.corpus, number);
  try {
    await parser.read(bytes, scratch);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TesseraError')) {
      const said = error instanceof Error ? error.stack : String(error);
      process.stderr.write(`file ${number} (${Buffer.from(bytes).toString('base64')})
${said}
`);
      process.exit(1);
    }
    refused++;
  }
  if (done % 64 === 0)
    process.stdout.write(`${done} ${number} ${Math.round(process.memoryUsage.rss() / 2 ** 20)}\n`);
}
process.stdout.write(
  `${JSON.stringify({ done, refused, peak: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`,
);
