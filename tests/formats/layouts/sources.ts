import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import { TesseraError, type ImportLayout } from '../../../app/contract/index.ts';
import { encodePng } from '../../../app/formats/images/plain-png.ts';
import { findPictures } from '../../../app/formats/layouts/find-pictures.ts';
import type { SourceFile } from '../../../app/formats/layouts/source-file.ts';

/** A folder that is gone when the test ends. */
export class TempFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'tessera-layouts-'));

  /** Writes files by their relative paths; gives the folder's path. */
  put(files: Record<string, string | Uint8Array>): string {
    for (const [name, data] of Object.entries(files)) {
      const path = this.at(name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, data);
    }
    return this.path;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A PNG of 4×4 pixels; another one for every number. */
export const png = (number = 0): Uint8Array =>
  encodePng(
    Uint8Array.from({ length: 16 }, (_, place) => (place < 4 ? number >> (8 * place) : 7)),
    { width: 4, height: 4, channels: 1 },
  );

/** Pictures under these names, all of them different. */
export const pngs = (...names: string[]): Record<string, Uint8Array> =>
  Object.fromEntries(names.map((name, index) => [name, png(index)]));

export interface Understood {
  layout: string;
  /** `name class split`, a dash where there is none. */
  pictures: string[];
  skipped: { path: string; reason: string }[];
}

/** What is found, every picture read. */
export async function understand(
  paths: string | string[],
  layout: ImportLayout = 'auto',
): Promise<Understood> {
  await using found = await findPictures([paths].flat(), layout);
  const pictures: string[] = [];
  for await (const { name, className, split, read } of found.pictures()) {
    expect((await read()).length).toBeGreaterThan(0);
    pictures.push(`${name} ${className ?? '-'} ${split ?? '-'}`);
  }
  expect(pictures).toHaveLength(found.total);
  return { layout: found.layout, pictures, skipped: found.skipped };
}

/** A file in memory that comes in chunks of some length. */
export function fileOf(bytes: Uint8Array, name = 'x', chunk = 7): SourceFile {
  return {
    name,
    path: name,
    size: () => Promise.resolve(bytes.length),
    read: () => Promise.resolve(bytes),
    async *stream() {
      for (let from = 0; from < bytes.length; from += chunk) yield bytes.subarray(from, from + chunk);
    },
  };
}

export async function collected<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What a call fails with; fails itself when that is not a `TesseraError`, or when the call does not fail. */
export async function errorOf(call: Promise<unknown>): Promise<TesseraError> {
  const thrown = await call.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
  if (thrown instanceof TesseraError) return thrown;
  throw thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Lets a call give a result or a `TesseraError`, and nothing else. */
export async function resultOrRefusal(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error;
  }
}

export function idx(type: number, sizes: number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header[2] = type;
  header[3] = sizes.length;
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, values]);
}

/** Pictures of 2×3 pixels, the number of each in its first. */
export const idxPictures = (count: number): Buffer =>
  idx(
    8,
    [count, 2, 3],
    Uint8Array.from({ length: count * 6 }, (_, place) => (place % 6 === 0 ? place / 6 : 9)),
  );

export const idxLabels = (...labels: number[]): Buffer => idx(8, [labels.length], Uint8Array.from(labels));

export interface ZippedFile {
  name: string | Uint8Array;
  data?: Uint8Array | string;
  /** Stored unless it says 8. */
  method?: number;
  flags?: number;
  unixMode?: number;
  /** What the list claims, where that is not the truth. */
  size?: number;
  crc32?: number;
}

/** A zip of exactly these entries, however unwise: no archiver writes the ones that are tested here. */
export function zip(files: readonly ZippedFile[]): Buffer {
  const bodies: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const data = Buffer.from(file.data ?? '');
    const packed = file.method === 8 ? deflateRawSync(data) : data;
    const name = Buffer.from(file.name);
    // From the flags on, the same in an entry's own header and in the list.
    const common = Buffer.alloc(24);
    common.writeUInt16LE(file.flags ?? 0x800, 0);
    common.writeUInt16LE(file.method ?? 0, 2);
    common.writeUInt32LE(file.crc32 ?? crc32(data), 8);
    common.writeUInt32LE(packed.length, 12);
    common.writeUInt32LE(file.size ?? data.length, 16);
    common.writeUInt16LE(name.length, 20);
    const body = Buffer.concat([Buffer.from('PK\x03\x04\x14\0', 'latin1'), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((file.unixMode ?? 0) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    list.push(Buffer.from('PK\x01\x02\x14\x03\x14\0', 'latin1'), common, tail, name);
    bodies.push(body);
    offset += body.length;
  }
  const listed = Buffer.concat(list);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, listed, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
