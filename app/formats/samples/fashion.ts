import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FoundPicture } from '../found-picture.ts';
import { encodePng } from '../images/plain-png.ts';
import { fashionClasses } from '../layouts/fashion-mnist.ts';
import { shippedFile } from '../shipped-file.ts';

const size = 28;

export const fashionCount = 2000;

/**
 * Two hundred pictures of each class of Fashion-MNIST, the classes in turn; which of them train and which validate is
 * open. Where they come from and under which licence is said in `fashion/LICENSE`.
 */
export async function* fashionPictures(): AsyncIterable<FoundPicture> {
  const pictures = await idxRecords('images-idx3-ubyte.gz', size * size);
  const labels = await idxRecords('labels-idx1-ubyte.gz', 1);
  for (let index = 0; index < fashionCount; index++) {
    const className = fashionClasses[labels(index)[0] ?? 0] ?? '';
    yield toPicture(className, 1 + Math.floor(index / fashionClasses.length), pictures(index));
  }
}

/** `Ankle boot/ankle-boot-007.png`: what a folder of them would look like. */
function toPicture(className: string, number: number, pixels: Uint8Array): FoundPicture {
  const folder = className.replaceAll('/', ' or ');
  const file = folder.toLowerCase().replaceAll(' ', '-');
  const name = `${folder}/${file}-${String(number).padStart(3, '0')}.png`;
  const read = async (): Promise<Uint8Array> => encodePng(pixels, { width: size, height: size, channels: 1 });
  return { name, path: name, className, split: null, read };
}

/** The values of a gzipped IDX file: behind a header of four bytes, and four more for each of its sizes. */
async function idxRecords(name: string, length: number): Promise<(index: number) => Uint8Array> {
  const bytes = await promisify(gunzip)(await readFile(shippedFile('samples', 'fashion', name)));
  const values = bytes.subarray(4 + 4 * (bytes[3] ?? 0));
  return (index) => values.subarray(index * length, (index + 1) * length);
}
