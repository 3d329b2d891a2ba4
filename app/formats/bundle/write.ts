import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { encodePng } from '../images/plain-png.ts';
import type { ExportedModel } from '../exported-model.ts';
import { labelsText } from '../labels.ts';
import { shippedFile } from '../shipped-file.ts';
import { goldenOf, preprocessOf, signatureOf, type FileParity, type GoldenPicture } from './describe.ts';
import { bundleName, goldenPicture } from './names.ts';

/** The examples that lie in `examples/`, and in every bundle under `example/`. */
const examples = [
  'README.md',
  'node/package.json',
  'node/predict.mjs',
  'python/predict.py',
  'python/requirements.txt',
  'browser/index.html',
  'browser/predict.mjs',
] as const;

export interface BundleParts {
  model: ExportedModel;
  onnx: Uint8Array;
  weights: Uint8Array;
  golden: readonly GoldenPicture[];
  /** What judged `onnx` and `weights`. */
  parity: readonly FileParity[];
  /** Markdown. */
  card: string;
}

/** A zip with everything that somebody else needs to use a model as it was meant. */
export async function writeBundle({
  model,
  onnx,
  weights,
  golden,
  parity,
  card,
}: BundleParts): Promise<Uint8Array> {
  const { height, width, channels } = model.graph.input;
  const shape = { height, width, channels: channels === 1 ? 1 : 3 } as const;
  const tolerance = Math.max(...parity.map((each) => each.tolerance));
  const files: [name: string, data: string | Uint8Array][] = [
    [bundleName.readme, await readFile(example('README.md'))],
    [bundleName.onnx, onnx],
    [bundleName.weights, weights],
    [bundleName.labels, labelsText(model.classes)],
    [bundleName.signature, json(signatureOf(model))],
    [bundleName.preprocess, json(preprocessOf(model))],
    [bundleName.parity, json({ agrees: true, files: parity })],
    [bundleName.card, card],
    [bundleName.golden, json(goldenOf(golden, tolerance))],
    ...golden.map(({ pixels }, index): [string, Uint8Array] => [
      goldenPicture(index),
      encodePng(pixels, shape),
    ]),
  ];
  for (const name of examples.slice(1)) files.push([`example/${name}`, await readFile(example(name))]);
  return zipped(files);
}

const example = (name: string): string => shippedFile('bundle', 'examples', ...name.split('/'));

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The same bytes for the same files, whenever and wherever they are written. */
function zipped(files: readonly [name: string, data: string | Uint8Array][]): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [name, data] of files) {
    const bytes =
      typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length);
    // Weights hardly get smaller, and then only slowly.
    const compress = !/\.(onnx|safetensors|png)$/.test(name);
    zip.addBuffer(bytes, name, { mtime: new Date(1980, 0, 1), mode: 0o100644, compress });
  }
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream);
}
