import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decoderBuild } from '../../../app/formats/images/sharp.ts';
import type { Answer } from './decoder-child.ts';
import { deepPicture, expectClose, noisy, photo, picture } from './pictures.ts';

/** It is an optional package: `npm ci --omit=optional` leaves it out. */
const isInstalled = ((): boolean => {
  try {
    createRequire(import.meta.url).resolve('@img/sharp-wasm32/sharp.node');
    return true;
  } catch {
    return false;
  }
})();

function decodedBy(build: 'native' | 'wasm', files: Uint8Array[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'decoder-child.ts'), [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, TESSERA_DECODER: build },
    });
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`exit code ${code}`)));
    child.send(files);
  });
}

describe('which build decodes', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it.each([
    ['linux', undefined, 'native'],
    ['linux', '45.0.0', 'wasm'],
    ['darwin', '45.0.0', 'native'],
    ['win32', '45.0.0', 'native'],
  ])('%s, Electron %s: %s', (platform, electron, build) => {
    vi.stubEnv('TESSERA_DECODER', undefined);
    vi.stubGlobal('process', { env: process.env, platform, versions: { electron } });
    expect(decoderBuild()).toBe(build);
  });
});

it.skipIf(!isInstalled)(
  'the WebAssembly build sees the same pixels as the native one, give or take one',
  async () => {
    const files = await Promise.all([
      photo(300, 200).jpeg({ quality: 90 }).toBuffer(),
      photo(300, 200).jpeg({ quality: 90, progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
      photo(96, 96).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
      photo(120, 90).toColourspace('cmyk').jpeg().toBuffer(),
      photo(90, 120).withIccProfile('p3').jpeg().toBuffer(),
      noisy(130, 70).png().toBuffer(),
      noisy(64, 64, 1).png().toBuffer(),
      noisy(300, 20).png({ palette: true }).toBuffer(),
      noisy(100, 100).webp().toBuffer(),
      photo(100, 100).webp({ lossless: true }).toBuffer(),
      photo(100, 80).gif().toBuffer(),
      photo(100, 80).tiff({ compression: 'lzw' }).toBuffer(),
      photo(100, 80).avif().toBuffer(),
      picture(
        Uint8Array.from({ length: 40 * 40 * 4 }, (_, at) => (at * 7) % 256),
        { width: 40, height: 40, channels: 4 },
      )
        .png()
        .toBuffer(),
      deepPicture(
        Array.from({ length: 40 * 40 * 3 }, (_, at) => (at * 997) % 65536),
        {
          width: 40,
          height: 40,
          channels: 3,
        },
      )
        .png()
        .toBuffer(),
    ]);
    const [native, wasm] = await Promise.all([decodedBy('native', files), decodedBy('wasm', files)]);
    expect([native.isWasm, wasm.isWasm]).toEqual([false, true]);
    expect(wasm.inputs.length).toBe(files.length * 3);
    wasm.inputs.forEach((input, at) => expectClose(input, [...(native.inputs[at] as Uint8Array)], 1));
  },
);
