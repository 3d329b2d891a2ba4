import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, homeAddress, parseAddress, screenIds } from '../../../renderer/shell/address.ts';

const anyText = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed());

test('an address that is written is read back', () => {
  fc.assert(
    fc.property(
      fc.record({
        projectId: anyText,
        screen: fc.constantFrom(...screenIds).filter((id) => id !== 'home'),
        query: fc.dictionary(
          anyText.filter((key) => key !== '__proto__'),
          anyText,
          { noNullPrototype: true },
        ),
      }),
      (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      },
    ),
  );
});

test('whatever else stands in the address is the home screen', () => {
  for (const hash of [
    '',
    '#',
    '#/',
    '#/p/x',
    '#/p/x/',
    '#/p/x/nowhere',
    '#/p/x/home',
    '#/p/%/data',
    '#token=a-b',
  ]) {
    expect(parseAddress(hash)).toEqual(homeAddress);
  }
  fc.assert(
    fc.property(fc.string(), (hash) => {
      if (!hash.startsWith('#/p/')) expect(parseAddress(hash)).toEqual(homeAddress);
    }),
  );
});

test('the address of a screen reads as it is meant', () => {
  expect(formatAddress({ projectId: 'ab', screen: 'evaluate', query: { run: 'r1', split: 'test' } })).toBe(
    '#/p/ab/evaluate?run=r1&split=test',
  );
  expect(formatAddress(homeAddress)).toBe('#/');
});
