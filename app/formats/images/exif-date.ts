/**
 * When a camera took a picture, from the EXIF block that sharp hands over (with or without its `Exif\0\0`): DateTimeOriginal,
 * else DateTime (Exif 3.0, tags 0x9003 and 0x0132). A camera's clock has no time zone; its hours are taken as UTC, which is
 * all that sorting and bursts need. Ms since 1970, or null: whatever is not well-formed says nothing.
 */
export function exifDate(exif: Uint8Array | undefined): number | null {
  if (exif === undefined) return null;
  const hasName =
    Buffer.from(exif.buffer, exif.byteOffset, Math.min(6, exif.length)).toString('latin1') === 'Exif\0\0';
  try {
    const tiff = new Tiff(hasName ? exif.subarray(6) : exif);
    const main = tiff.directory(tiff.u32(4));
    const inside = main.get(exifDirectory);
    const detail = inside === undefined ? new Map<number, number>() : tiff.directory(tiff.u32(inside + 8));
    for (const entry of [detail.get(dateTimeOriginal), main.get(dateTime)]) {
      const date = entry === undefined ? null : moment(tiff.text(entry));
      if (date !== null) return date;
    }
  } catch (error) {
    // An offset that leads out of the block.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

const dateTime = 0x0132;
const exifDirectory = 0x8769;
const dateTimeOriginal = 0x9003;
/** More entries than any camera writes: a damaged count must not be walked through. */
const mostEntries = 512;

/** The few parts of TIFF 6.0 that are needed. Reading beyond its end throws `RangeError`. */
class Tiff {
  readonly #view: DataView;
  readonly #isLittle: boolean;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#isLittle = this.#view.getUint16(0) === 0x4949;
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#isLittle);
  }

  /** Where the entry of each tag begins. */
  directory(at: number): Map<number, number> {
    const entries = new Map<number, number>();
    const count = Math.min(mostEntries, this.#view.getUint16(at, this.#isLittle));
    for (let index = 0; index < count; index++) {
      const entry = at + 2 + 12 * index;
      entries.set(this.#view.getUint16(entry, this.#isLittle), entry);
    }
    return entries;
  }

  /** Of an entry whose text is longer than four bytes. */
  text(entry: number): string {
    const length = Math.min(64, this.u32(entry + 4));
    const from = this.u32(entry + 8);
    return Array.from({ length }, (_, at) => String.fromCharCode(this.#view.getUint8(from + at))).join('');
  }
}

/** `2026:11:25 14:30:59`. */
function moment(text: string): number | null {
  const found = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
