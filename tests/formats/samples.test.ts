import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FoundPicture } from '../../app/formats/found-picture.ts';
import { readPlainPng } from '../../app/formats/images/plain-png.ts';
import { toInput } from '../../app/formats/images/to-input.ts';
import { samplePictures } from '../../app/formats/samples/sample-pictures.ts';
import { expectClose } from './images/pictures.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function all(sample: 'xo' | 'fashion'): Promise<FoundPicture[]> {
  const found: FoundPicture[] = [];
  for await (const picture of samplePictures(sample).pictures) found.push(picture);
  return found;
}

const perClass = (pictures: FoundPicture[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(pictures, ({ className }) => className ?? '')].map(([name, list]) => [name, list.length]),
  );

describe.each([
  ['xo', 600],
  ['fashion', 2000],
] as const)('the sample %s', (sample, count) => {
  it(`has ${count} grey pictures of 28 × 28, no two alike and no two of one name`, async () => {
    const pictures = await all(sample);
    expect(samplePictures(sample).total).toBe(count);
    expect(pictures.length).toBe(count);
    const files = await Promise.all(pictures.map(({ read }) => read()));
    for (const file of files)
      expect(readPlainPng(file)).toMatchObject({ width: 28, height: 28, channels: 1 });
    expect(new Set(files.map(sha256)).size).toBe(count);
    expect(new Set(pictures.map(({ name }) => name)).size).toBe(count);
  });
});

it('xo is the same for everybody', async () => {
  const pictures = await all('xo');
  expect(perClass(pictures)).toEqual({ X: 300, O: 300 });
  expect(pictures.slice(0, 2).map(({ name }) => name)).toEqual(['X/x-001.png', 'O/o-001.png']);
  const brightness = async (picture: FoundPicture): Promise<number> => {
    const pixels = await toInput(await picture.read(), 28, 1);
    return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  };
  const first = await Promise.all(pictures.slice(0, 6).map(brightness));
  // Not to the bit: sines may differ in their last one between processors.
  expectClose(first.map(Math.round), [44, 32, 33, 47, 35, 48], 1);
  expect(await Promise.all((await all('xo')).slice(0, 6).map(brightness))).toEqual(first);
});

it('fashion has two hundred of each class, and says where they are from', async () => {
  const pictures = await all('fashion');
  const counts = perClass(pictures);
  expect(Object.values(counts)).toEqual(Array<number>(10).fill(200));
  expect(Object.keys(counts).slice(0, 2)).toEqual(['T-shirt/top', 'Trouser']);
  expect(pictures.at(-1)?.name).toBe('Ankle boot/ankle-boot-200.png');
  const folder = join(import.meta.dirname, '../../app/formats/samples/fashion');
  expect(await readFile(join(folder, 'LICENSE'), 'utf8')).toMatch(/MIT License[\s\S]*2017 Zalando SE/);
  // The picture that the IDX file holds, not another one.
  const idx = gunzipSync(await readFile(join(folder, 'images-idx3-ubyte.gz')));
  const seventh = await toInput((await pictures[7]?.read()) ?? new Uint8Array(), 28, 1);
  expect(Buffer.compare(Buffer.from(seventh), idx.subarray(16 + 7 * 784, 16 + 8 * 784))).toBe(0);
});

it('fashion is found by the bundled app too, which keeps its code elsewhere', async () => {
  const root = join(import.meta.dirname, '../..');
  await mkdir(join(root, 'build'), { recursive: true });
  const out = await mkdtemp(join(root, 'build', 'samples-test-'));
  onTestFinished(() => rm(out, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: [] },
    build: {
      ssr: join(root, 'app/formats/samples/sample-pictures.ts'),
      outDir: out,
      rolldownOptions: { external: ['sharp', /^node:/], output: { entryFileNames: 'bundle.js' } },
    },
  });
  const bundle = (await import(join(out, 'bundle.js'))) as { samplePictures: typeof samplePictures };
  for await (const { className } of bundle.samplePictures('fashion').pictures) {
    expect(className).toBe('T-shirt/top');
    return;
  }
  expect.unreachable();
});
