/**
 * `node tests/formats/photographs/write.ts FOLDER [PICTURE…]`: what the network that comes with the app sees and says of these
 * pictures, or else of the photographs that are there, as `pictures.bin` (uint8 [N, 224, 224, 3]) and `logits.bin` (float32
 * [N, 1000]). `against_torch.py FOLDER` compares them with the PyTorch package's.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { answersOf, askImageNet, foundPhotographs, type FoundPhotograph } from './photographs.ts';

const [folder, ...given] = process.argv.slice(2);
if (folder === undefined) throw new Error('say in which folder to write');
const pictures: (Pick<FoundPhotograph, 'path'> & Partial<FoundPhotograph>)[] =
  given.length > 0 ? given.map((path) => ({ path })) : foundPhotographs();
const asked = await askImageNet(pictures.map(({ path }) => path));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'pictures.bin'), asked.pictures);
writeFileSync(join(folder, 'logits.bin'), new Uint8Array(asked.logits.slice().buffer));
for (const [at, answer] of answersOf(asked.logits).entries()) {
  const { path = '', shows = '', classes } = pictures[at] ?? {};
  const verdict = classes === undefined ? '' : classes.includes(answer) ? 'right' : 'wrong';
  process.stdout.write(
    `${[basename(path).padEnd(24), String(answer).padStart(3), verdict, shows].join('  ')}\n`,
  );
}
