import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classesFirst } from '../../../app/formats/layouts/classes-first.ts';
import { fixedRecords, withoutHead } from '../../../app/formats/layouts/records.ts';
import { collected, fileOf } from './sources.ts';

const lengths = fc.integer({ min: 1, max: 12 });

test('records of one length out of chunks of any', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), lengths, lengths, fc.nat(20), async (bytes, length, chunk, head) => {
      const records = fixedRecords(withoutHead(fileOf(bytes, 'x', chunk).stream(), head), length);
      const whole: Uint8Array[] = [];
      let next = await records.next();
      for (; next.done !== true; next = await records.next()) whole.push(next.value);
      const body = bytes.subarray(head);
      expect(Buffer.concat(whole)).toEqual(Buffer.from(body.subarray(0, whole.length * length)));
      expect(whole.length).toBe(Math.floor(body.length / length));
      expect(next.value).toBe(body.length % length);
    }),
  );
});

test('the first of every class comes first, in their order; the rest as it was', async () => {
  const labels = fc.array(fc.nat(4), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(labels, async (classes) => {
      const items = classes.map((label, index) => ({ label, index }));
      const open = async function* () {
        yield* items;
      };
      const present = [...new Set(classes)].toSorted();
      const sorted = await collected(classesFirst(open, present.length, ({ label }) => label));
      const firsts = present.map((label) => items.find((item) => item.label === label));
      expect(sorted).toEqual([...firsts, ...items.filter((item) => !firsts.includes(item))]);
    }),
  );
});

test('looking for the classes ends with the last one', async () => {
  const reached: number[] = [];
  const open = async function* () {
    for (const label of [1, 0, 1, 1, 0]) {
      reached.push(label);
      yield label;
    }
  };
  expect(await collected(classesFirst(open, 2, (label) => label))).toEqual([0, 1, 1, 1, 0]);
  expect(reached).toEqual([1, 0, 1, 0, 1, 1, 0]);
});
