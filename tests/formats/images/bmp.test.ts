import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBmp } from '../../../app/formats/images/bmp.ts';
import { describePicture } from '../../../app/formats/images/describe-picture.ts';
import { toInput } from '../../../app/formats/images/to-input.ts';
import { refusal } from './pictures.ts';

type Colour = readonly [red: number, green: number, blue: number];

interface Sheet {
  width: number;
  height: number;
  bits: 1 | 4 | 8 | 16 | 24 | 32;
  isTopDown: boolean;
  core: boolean;
  masks: readonly [number, number, number] | null;
  /** For up to 8 bits: what the values mean. */
  palette: Colour[];
  values: number[];
}

/** Writes a bitmap the plain way, bit by bit. */
function writeBmp({ width, height, bits, isTopDown, core, masks, palette, values }: Sheet): Buffer {
  const header = Buffer.alloc(core ? 12 : 40);
  header.writeUInt32LE(header.length, 0);
  if (core) {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(bits, 10);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(isTopDown ? -height : height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(bits, 14);
    header.writeUInt32LE(masks === null ? 0 : 3, 16);
    header.writeUInt32LE(palette.length === 2 ** bits ? 0 : palette.length, 32);
  }
  const colours = palette.map(([red, green, blue]) =>
    Buffer.from([blue, green, red, 0].slice(0, core ? 3 : 4)),
  );
  const maskBytes = Buffer.alloc(masks === null ? 0 : 12);
  masks?.forEach((mask, at) => maskBytes.writeUInt32LE(mask >>> 0, at * 4));
  const rows = Array.from({ length: height }, (_, y) => {
    const row = values.slice(y * width, (y + 1) * width);
    const bytes = Buffer.alloc(Math.ceil((width * bits) / 32) * 4);
    row.forEach((value, x) => {
      if (bits >= 8) bytes.writeUIntLE(value, (x * bits) / 8, bits / 8);
      else bytes[(x * bits) >> 3] = (bytes[(x * bits) >> 3] ?? 0) | (value << (8 - bits - ((x * bits) % 8)));
    });
    return bytes;
  });
  const front = Buffer.concat([Buffer.alloc(14), header, maskBytes, ...colours]);
  front.write('BM', 'latin1');
  front.writeUInt32LE(front.length, 10);
  return Buffer.concat([front, ...(isTopDown ? rows : rows.toReversed())]);
}

const byte = fc.nat(255);
const colour = fc.tuple(byte, byte, byte);
const sheet = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 12 }),
    bits: fc.constantFrom<Sheet['bits']>(1, 4, 8, 16, 24, 32),
    isTopDown: fc.boolean(),
    core: fc.boolean(),
    wide: fc.boolean(),
  })
  .chain(({ width, height, bits, isTopDown, core, wide }) => {
    const isCore = core && bits <= 24 && bits !== 16;
    const masks = bits === 32 && wide ? ([0xff, 0xff00, 0xff0000] as const) : null;
    return fc.record<Sheet>({
      width: fc.constant(width),
      height: fc.constant(height),
      bits: fc.constant(bits),
      isTopDown: fc.constant(isTopDown && !isCore),
      core: fc.constant(isCore),
      masks: fc.constant(bits === 16 && wide ? ([0xf800, 0x7e0, 0x1f] as const) : masks),
      palette: bits > 8 ? fc.constant([]) : fc.array(colour, { minLength: 2 ** bits, maxLength: 2 ** bits }),
      values: fc.array(fc.nat(2 ** bits - 1), { minLength: width * height, maxLength: width * height }),
    });
  });

/** What a value means, said once more and in another way than the reader says it. */
function meaning(value: number, { bits, palette, masks }: Sheet): Colour {
  const part = (shift: number, width: number): number =>
    Math.round(((Math.floor(value / 2 ** shift) % 2 ** width) / (2 ** width - 1)) * 255);
  if (bits <= 8) return palette[value] as Colour;
  if (bits === 16)
    return masks === null ? [part(10, 5), part(5, 5), part(0, 5)] : [part(11, 5), part(5, 6), part(0, 5)];
  if (masks !== null) return [part(0, 8), part(8, 8), part(16, 8)];
  return [part(16, 8), part(8, 8), part(0, 8)];
}

it('every uncompressed bitmap is read', () => {
  fc.assert(
    fc.property(sheet, (made) => {
      const { width, height, pixels } = decodeBmp(writeBmp(made), 'a.bmp');
      expect([width, height]).toEqual([made.width, made.height]);
      expect([...pixels]).toEqual(made.values.flatMap((value) => [...meaning(value, made)]));
    }),
    { numRuns: 300 },
  );
});

const small: Sheet = {
  ...{ width: 2, height: 2, bits: 24, isTopDown: false, core: false, masks: null, palette: [] },
  values: [0xff0000, 0x00ff00, 0x0000ff, 0x808080],
};

it('a bitmap goes the way of every picture', async () => {
  const file = writeBmp(small);
  expect([...(await toInput(file, 2, 3))]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 128, 128, 128]);
  expect(await describePicture(file)).toMatchObject({ width: 2, height: 2, channels: 3, thumbnail: null });
});

describe('refused', () => {
  const changed = (change: (file: Buffer) => void): Buffer => {
    const file = writeBmp(small);
    change(file);
    return file;
  };
  it.each([
    ['run-length coding', changed((file) => file.writeUInt32LE(1, 30)), /compressed BMP is not read/],
    ['an embedded JPEG', changed((file) => file.writeUInt32LE(4, 30)), /compressed BMP is not read/],
    ['2 bits', changed((file) => file.writeUInt16LE(2, 28)), /is not read/],
    ['more rows than there are', changed((file) => file.writeInt32LE(3, 22)), /cut short/],
    [
      '400 million pixels',
      changed((file) => (file.writeInt32LE(20_000, 18), file.writeInt32LE(20_000, 22))),
      /100 million/,
    ],
    ['a negative width', changed((file) => file.writeInt32LE(-2, 18)), /damaged/],
    ['pixels inside of the header', changed((file) => file.writeUInt32LE(20, 10)), /damaged/],
    ['a header of another kind', changed((file) => file.writeUInt32LE(64_000, 14)), /damaged/],
    [
      'a colour that the palette does not have',
      writeBmp({ ...small, bits: 8, palette: [[1, 2, 3]], values: [0, 0, 5, 0] }),
      /colour/,
    ],
  ])('%s', async (_, file, reason) => {
    expect(await refusal(toInput(file, 2, 3, 'a.bmp'), 'a.bmp')).toMatch(reason);
  });

  it('at every length that is too short', async () => {
    const file = writeBmp(small);
    for (let length = 2; length < file.length; length++) {
      expect(await refusal(toInput(file.subarray(0, length), 2, 3, 'a.bmp'), 'a.bmp')).toMatch(/cut short/);
    }
  });
});
