/**
 * Makes the two files beside this one: the first two hundred training pictures of each of Fashion-MNIST's ten classes, the
 * classes in turn. `node make.ts <folder>`, where the folder holds the set's IDX files (on Debian those of the package
 * dataset-fashion-mnist, in /usr/share/datasets/fashion-mnist). Its test pictures stay out, to test with.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const perClass = 200;
const classes = 10;
const pictureBytes = 28 * 28;

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder that holds train-images-idx3-ubyte.gz.');
const load = (name: string, header: number): Buffer =>
  gunzipSync(readFileSync(join(folder, name))).subarray(header);
const pictures = load('train-images-idx3-ubyte.gz', 16);
const labels = load('train-labels-idx1-ubyte.gz', 8);

const byClass = Array.from({ length: classes }, (_, label) =>
  [...labels.keys()].filter((index) => labels[index] === label).slice(0, perClass),
);
const chosen = Array.from({ length: perClass }, (_, nth) => byClass.map((indices) => indices[nth] as number));

/** An IDX file of unsigned bytes, gzipped. */
function save(name: string, sizes: number[], bytes: Uint8Array[]): void {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 0x08, sizes.length]);
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  writeFileSync(join(import.meta.dirname, name), gzipSync(Buffer.concat([header, ...bytes]), { level: 9 }));
}

const order = chosen.flat();
const pictureAt = (index: number): Buffer =>
  pictures.subarray(index * pictureBytes, (index + 1) * pictureBytes);
save('images-idx3-ubyte.gz', [order.length, 28, 28], order.map(pictureAt));
save('labels-idx1-ubyte.gz', [order.length], [Uint8Array.from(order, (index) => labels[index] as number)]);
