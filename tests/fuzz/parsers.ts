/** The parsers that meet other people's files, each with files that it reads and a way to read one to its end. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bundleName } from '../../app/formats/bundle/names.ts';
import { Bundle } from '../../app/formats/bundle/read.ts';
import { decodeBmp } from '../../app/formats/images/bmp.ts';
import { findPictures } from '../../app/formats/layouts/find-pictures.ts';
import { idxRecords, readIdxHeader } from '../../app/formats/layouts/idx-file.ts';
import { readPictureList } from '../../app/formats/layouts/picture-list.ts';
import { ZipArchive } from '../../app/formats/layouts/zip-archive.ts';
import { readNpy } from '../../app/formats/npy.ts';
import { importOnnx } from '../../app/formats/onnx/import/import-onnx.ts';
import { readOnnxClassifier } from '../../app/formats/onnx/read.ts';
import { writeOnnx } from '../../app/formats/onnx/write.ts';
import { readSafetensors, toFloatTensor, writeSafetensors } from '../../app/formats/safetensors.ts';
import { readWeights, writeWeights } from '../../app/formats/weights.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../app/jobs/checkpoint.ts';
import { runInspectModel } from '../../app/jobs/tasks/bring-model.ts';
import { modelOf, tinyGraph } from '../formats/onnx/models.ts';
import { fileOf, idxLabels, idxPictures, png, zip } from '../formats/layouts/sources.ts';

export interface FuzzedParser {
  corpus: Uint8Array[];
  /** Reads to the end; throws what the parser throws. `scratch` is the path of a file that it may write. */
  read(bytes: Uint8Array, scratch: string): unknown;
}

const text = (...texts: string[]): Uint8Array[] => texts.map((each) => Buffer.from(each));

const lists = text(
  'file_name,label,split\na/1.png,cat,train\na/2.png,"dog, big",test\n',
  '\ufefffile_name,label\r\n1.png,"say ""miau"""\r\n2.png,Katze\r\n',
  'path\tclass\n1.png\t고양이\n2.png\t__proto__\n',
);
const jsonLines = text(
  '{"file_name":"1.png","label":"cat"}\n{"file_name":"2.png","label":"dog","split":"test"}\n',
  '{"file_name":"1.png","label":3,"more":[{"a":[1,2,{"b":null}]}]}\r\n\r\n',
);

function npy(descr: string, shape: string, bytes: number): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  const head = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header), Buffer.alloc(bytes, 60)]);
}
export const npyFiles = [npy('<f4', '(2, 1, 3, 3)', 72), npy('|u1', '(4, 4)', 16)];

const tensors = writeSafetensors(
  {
    'conv1.weight': { data: new Float32Array(12).fill(0.5), shape: [3, 4] },
    'fc.bias': { data: new Float32Array(2), shape: [2] },
  },
  { format: 'pt', note: 'tést' },
);

const checkpoint = encodeCheckpoint({
  parameters: { 'fc.weight': { data: new Float32Array(4).fill(0.5), shape: [2, 2] } },
  optimizer: {
    kind: 'sgd',
    step: 7,
    tensors: { 'fc.weight.momentum': { data: new Float32Array(4), shape: [2, 2] } },
  },
  state: {
    epoch: 1,
    step: 7,
    nextSeq: 9,
    seconds: 1.5,
    best: null,
    finished: null,
    underWay: null,
    plateau: null,
    data: null,
  },
  seed: 3,
  planHash: 'ab'.repeat(32),
});

/** BITMAPINFOHEADER, bottom-up, of 5×3 pixels. */
function bmp(depth: 1 | 8 | 24): Uint8Array {
  const palette = depth === 24 ? 0 : 4 * 2 ** depth;
  const row = Math.ceil((5 * depth) / 32) * 4;
  const file = Buffer.alloc(54 + palette + 3 * row, 0x5a);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54 + palette, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(5, 18);
  file.writeInt32LE(3, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(depth, 28);
  file.fill(0, 30, 54);
  return file;
}

/** Pictures of models that are brought in are square. */
const square = modelOf({ ...tinyGraph, input: { channels: 3, height: 9, width: 9 } }, 2);
const bundle = zip([
  { name: bundleName.onnx, data: Buffer.from(writeOnnx(square, 'x.onnx')), method: 8 },
  { name: bundleName.weights, data: Buffer.from(writeWeights(square)) },
]);

/** Both models of a bundle, as far as they are there. */
async function readBundle(bytes: Uint8Array, scratch: string): Promise<void> {
  const path = `${scratch}.zip`;
  writeFileSync(path, bytes);
  try {
    await using opened = await Bundle.open(path);
    readOnnxClassifier(await opened.read(bundleName.onnx), path);
    readWeights(await opened.read(bundleName.weights), path);
  } finally {
    rmSync(path, { force: true });
  }
}

/** As a model that is brought in; some of what was broken is not told by its first bytes any more. */
async function inspectModel(bytes: Uint8Array, scratch: string): Promise<void> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const path = `${scratch}.${isZip ? 'zip' : bytes[8] === 0x7b ? 'safetensors' : 'onnx'}`;
  writeFileSync(path, bytes);
  try {
    await runInspectModel({ kind: 'inspectModel', path });
  } finally {
    rmSync(path, { force: true });
  }
}

async function readZip(bytes: Uint8Array, scratch: string): Promise<void> {
  writeFileSync(scratch, bytes);
  try {
    await using archive = await ZipArchive.open(scratch);
    for (const file of archive.contents.files) {
      // Read as a stream, so that a promise of terabytes costs nothing until it is kept.
      try {
        for await (const chunk of file.stream()) void chunk;
      } catch (error) {
        if (!(error instanceof Error && error.name === 'TesseraError')) throw error;
      }
    }
  } finally {
    rmSync(scratch, { force: true });
  }
}

export const parsers: Record<string, FuzzedParser> = {
  csv: { corpus: lists, read: (bytes) => readPictureList(bytes, 'list.csv') },
  jsonl: { corpus: jsonLines, read: (bytes) => readPictureList(bytes, 'list.jsonl') },
  idx: {
    corpus: [idxPictures(5), idxLabels(1, 2, 3), gzipSync(idxPictures(3)), gzipSync(idxLabels(9))],
    async read(bytes) {
      const file = fileOf(bytes, 'x', 61);
      const header = await readIdxHeader(file);
      if (header === null || header.holds === 'other') return;
      for await (const record of idxRecords(file, header)) void record;
    },
  },
  zip: {
    corpus: [
      zip([
        { name: 'cat/1.png', data: png(1) },
        { name: 'dog/2.png', data: png(2), method: 8 },
      ]),
      zip([
        { name: 'a.txt', data: 'a'.repeat(3000), method: 8 },
        { name: '고양이/x.png', data: png(3) },
      ]),
      zip([]),
    ],
    read: readZip,
  },
  npz: {
    corpus: [
      zip([
        { name: 'images.npy', data: npy('|u1', '(3, 4, 4)', 48), method: 8 },
        { name: 'labels.npy', data: npy('<i8', '(3,)', 24) },
      ]),
      zip([
        { name: 'x_train.npy', data: npy('|u1', '(2, 3, 3, 3)', 54) },
        { name: 'y_train.npy', data: npy('<U3', '(2,)', 24) },
      ]),
      npy('|u1', '(2, 4, 4)', 32),
    ],
    async read(bytes, scratch) {
      // Told by its first bytes: some of what was broken is no zip any more.
      const path = `${scratch}${bytes[0] === 0x50 ? '.npz' : '.npy'}`;
      writeFileSync(path, bytes);
      try {
        await using found = await findPictures([path], 'auto');
        for await (const { read } of found.pictures()) await read();
      } finally {
        rmSync(path, { force: true });
      }
    },
  },
  npy: { corpus: npyFiles, read: (bytes) => readNpy(bytes, 'x.npy') },
  safetensors: {
    corpus: [tensors],
    read(bytes) {
      for (const [name, stored] of readSafetensors(bytes, 'x').tensors) {
        if (stored.dtype === 'F32') toFloatTensor(stored, name, 'x');
      }
    },
  },
  checkpoint: { corpus: [checkpoint], read: (bytes) => decodeCheckpoint(bytes, 'x') },
  onnx: {
    corpus: [writeOnnx(modelOf(tinyGraph, 1), 'x.onnx')],
    read: (bytes) => readOnnxClassifier(bytes, 'x.onnx'),
  },
  'onnx-import': {
    corpus: [
      writeOnnx(modelOf(tinyGraph, 1), 'x.onnx'),
      ...['residual', 'gate', 'gate_9', 'branches', 'old_head_11', 'modes_17'].map((name) =>
        readFileSync(new URL(`../formats/onnx/torch/${name}.onnx`, import.meta.url)),
      ),
    ],
    read: (bytes) => importOnnx(bytes, 'x.onnx'),
  },
  bundle: { corpus: [bundle], read: readBundle },
  'brought-model': {
    corpus: [bundle, writeOnnx(square, 'x.onnx'), writeWeights(square)],
    read: inspectModel,
  },
  bmp: { corpus: [bmp(1), bmp(8), bmp(24)], read: (bytes) => decodeBmp(bytes, 'x.bmp') },
};
