/**
 * safetensors, the format of checkpoints and weights: eight bytes of little-endian header length, a JSON header, then the
 * tensors' bytes without gaps (https://huggingface.co/docs/safetensors). Nothing in a file can run.
 */
import { z } from 'zod';
import { TesseraError } from '../contract/index.ts';

/** Dense row-major float32. */
export interface FloatTensor {
  data: Float32Array;
  shape: readonly number[];
}

/** A tensor as it lies in a file: little-endian, row-major; `bytes` looks into the file's own bytes. */
export interface StoredTensor {
  dtype: Dtype;
  shape: readonly number[];
  bytes: Uint8Array;
}

export interface SafetensorsFile {
  tensors: Map<string, StoredTensor>;
  /** `__metadata__`: free text by name. */
  metadata: Record<string, string>;
}

const bytesPerValue = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
} as const;
export type Dtype = keyof typeof bytesPerValue;

const lengthBytes = 8;
const greatestHeader = 100_000_000;
const metadataKey = '__metadata__';

const natural = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.enum(Object.keys(bytesPerValue) as [Dtype, ...Dtype[]]),
  shape: z.array(natural),
  data_offsets: z.tuple([natural, natural]),
});
// Not `z.record`, which would leave out a key called `__proto__`.
const metadataSchema = z.custom<Record<string, string>>(isTextByName, 'must be text by name');
type Entry = z.infer<typeof entrySchema>;

/**
 * Reads a whole file. `path` is only named in errors. Throws `fileMalformed` when the header is too long or not what the
 * format asks for, and when offsets leave the file, overlap, leave holes or do not match a tensor's shape.
 */
export function readSafetensors(file: Uint8Array, path: string): SafetensorsFile {
  const { header, body } = splitFile(file, path);
  const metadata = checked(metadataSchema, header[metadataKey] ?? {}, metadataKey, path);
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, entry]) => [name, checked(entrySchema, entry, name, path)] as const);
  checkLayout(entries, body.length, path);
  const tensors = entries.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      return [name, { dtype, shape, bytes: body.subarray(begin, end) }] as const;
    },
  );
  return { tensors: new Map(tensors), metadata };
}

/** A tensor's values in float32, copied from 32 bits or widened from 16. Throws `fileMalformed` for any other type. */
export function toFloatTensor(stored: StoredTensor, name: string, path: string): FloatTensor {
  if (stored.dtype === 'F16') return { data: widened(stored.bytes), shape: stored.shape };
  if (stored.dtype === 'BF16') return { data: widenedBrain(stored.bytes), shape: stored.shape };
  if (stored.dtype !== 'F32') refuse(path, `${name} holds ${stored.dtype}, not F32`);
  // A copy begins at offset 0, which a Float32Array needs and a place in a file does not promise.
  return { data: new Float32Array(Uint8Array.from(stored.bytes).buffer), shape: stored.shape };
}

/** IEEE half precision: a sign, five bits of exponent, ten of fraction. Every such number is a float32 too. */
export function widened(bytes: Uint8Array): Float32Array {
  const halves = new Uint16Array(Uint8Array.from(bytes).buffer);
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = (half & 1023) / 1024;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
  });
}

/** bfloat16: the upper half of a float32. */
function widenedBrain(bytes: Uint8Array): Float32Array {
  const halves = new Uint16Array(Uint8Array.from(bytes).buffer);
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

/** The bytes of a file with these tensors, in this order. Every tensor's data must fill its shape. */
export function writeSafetensors(
  tensors: Readonly<Record<string, FloatTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const named = Object.entries(tensors);
  const header = headerBytes(named, metadata);
  const bodyLength = named.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const file = new Uint8Array(lengthBytes + header.length + bodyLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, lengthBytes);
  let offset = lengthBytes + header.length;
  for (const [, { data }] of named) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

function headerBytes(named: [string, FloatTensor][], metadata: Readonly<Record<string, string>>): Uint8Array {
  let offset = 0;
  const entries = named.map(([name, { data, shape }]): [string, Entry] => {
    const begin = offset;
    offset += data.byteLength;
    return [name, { dtype: 'F32', shape: [...shape], data_offsets: [begin, offset] }];
  });
  const json = JSON.stringify(Object.fromEntries([[metadataKey, metadata], ...entries]));
  const encoded = new TextEncoder().encode(json);
  // Trailing blanks bring the tensors to a multiple of eight bytes, so that readers may map them into memory.
  const padded = new Uint8Array(Math.ceil(encoded.length / 8) * 8).fill(0x20);
  padded.set(encoded);
  return padded;
}

function splitFile(file: Uint8Array, path: string): { header: Record<string, unknown>; body: Uint8Array } {
  if (file.length < lengthBytes) refuse(path, `${file.length} bytes are too few for a header`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > greatestHeader) refuse(path, `a header of ${length} bytes is too long`);
  const bodyBegin = lengthBytes + Number(length);
  if (bodyBegin > file.length) refuse(path, 'it ends within its header');
  return { header: parseHeader(file.subarray(lengthBytes, bodyBegin), path), body: file.subarray(bodyBegin) };
}

function parseHeader(bytes: Uint8Array, path: string): Record<string, unknown> {
  // The format asks for the brace, so that a file cannot be two things at once.
  if (bytes[0] !== 0x7b) refuse(path, 'its header does not begin with {');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    refuse(path, `its header is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function isTextByName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

function checked<T>(schema: z.ZodType<T>, value: unknown, name: string, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return refuse(path, `${name}${issue ? ` ${issue.path.join('.')}: ${issue.message}` : ''}`);
}

/** Sorted by place, the tensors must follow each other without a gap and end where the file does. */
function checkLayout(entries: readonly (readonly [string, Entry])[], bodyLength: number, path: string): void {
  let end = 0;
  const byPlace = entries.toSorted(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  for (const [name, { dtype, shape, data_offsets: place }] of byPlace) {
    if (place[0] !== end)
      refuse(path, `${name} ${place[0] < end ? 'overlaps' : 'leaves a hole after'} another tensor`);
    // BigInt, because a product of sizes may be anything in a file that somebody made to harm.
    const bytes = shape.reduce((product, size) => product * BigInt(size), BigInt(bytesPerValue[dtype]));
    if (bytes !== BigInt(place[1] - place[0]))
      refuse(path, `${name} does not fill its shape [${shape.join(', ')}]`);
    end = place[1];
  }
  if (end !== bodyLength) refuse(path, `its tensors take ${end} bytes, but ${bodyLength} are there`);
}

function refuse(path: string, reason: string): never {
  throw new TesseraError('fileMalformed', { path, format: 'safetensors', reason });
}
