/** Protocol buffers' wire format, read by hand: an opinion on a file that does not come from the library that wrote it. */

export type WireValue = number | Uint8Array;

/** The fields of a message, by number, in the order in which they stand. */
export function wireFields(bytes: Uint8Array): Map<number, WireValue[]> {
  const fields = new Map<number, WireValue[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('it ends within a number');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('it ends within a field');
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const key = varint();
    const value = { 0: varint, 2: () => take(varint()), 5: () => take(4) }[key % 8];
    if (value === undefined) throw new Error(`wire type ${key % 8}`);
    const number = Math.floor(key / 8);
    fields.set(number, [...(fields.get(number) ?? []), value()]);
  }
  return fields;
}

/** The packed numbers of a repeated field. */
export function wireNumbers(bytes: WireValue | undefined): number[] {
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of bytes as Uint8Array) {
    value += (byte & 127) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    numbers.push(value);
    [value, factor] = [0, 1];
  }
  return numbers;
}

export const wireText = (value: WireValue | undefined): string =>
  new TextDecoder().decode(value as Uint8Array);
