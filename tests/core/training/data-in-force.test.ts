import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestHash } from '../../../app/core/dataset/manifest.ts';
import {
  changesSince,
  classesInForce,
  dataInForce,
  isJudgedAnew,
  labelChangesBetween,
  manifestInForce,
} from '../../../app/core/training/data-in-force.ts';
import type { ManifestEntry } from '../../../app/core/training/plan.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const entry = (imageId: number, classIndex: number, split: ManifestEntry['split'] = 'train') => ({
  imageId,
  hash: `h${imageId}`,
  classIndex,
  split,
});
const plan = {
  classes: ['cat', 'dog'],
  manifest: [entry(1, 0), entry(2, 1), entry(3, 0, 'val'), entry(4, 1, 'test')],
};
const since = (entries: ManifestEntry[], classes = plan.classes) => changesSince(plan, { classes, entries });

describe('labels of now against those of a plan', () => {
  it('are the same where nothing was changed, whatever the order and the other pictures', () => {
    expect(since([...plan.manifest].reverse())).toEqual([]);
    expect(since([...plan.manifest, entry(9, 1)])).toEqual([]);
  });

  it('tell another class, and what is gone', () => {
    expect(since([entry(1, 1), entry(3, 0, 'val'), entry(4, 1, 'test')])).toEqual([
      [0, 1],
      [1, null],
    ]);
  });

  it('go by the names of classes, not by their order', () => {
    const turned = plan.manifest.map((each) => ({ ...each, classIndex: 2 - each.classIndex }));
    expect(since(turned, ['bird', 'dog', 'cat'])).toEqual([]);
  });

  it('leave out a class without an output, another split, and another picture under the same number', () => {
    expect(since([entry(1, 2), ...plan.manifest.slice(1)], ['cat', 'dog', 'bird'])).toEqual([[0, null]]);
    expect(since([entry(1, 0, 'val'), ...plan.manifest.slice(1)])).toEqual([[0, null]]);
    expect(since([{ ...entry(1, 0), hash: 'other' }, ...plan.manifest.slice(1)])).toEqual([[0, null]]);
  });
});

it('what is in force has the hash of a data set that was frozen so from the start', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.constantFrom('train', 'val', 'test')), { minLength: 1 }),
      (drawn) => {
        const classes = ['a', 'b', 'c'];
        const manifest = drawn.map(([before, , split], at) => entry(at, before, split));
        // 3: left out.
        const now = drawn.flatMap(([, after, split], at) => (after === 3 ? [] : [entry(at, after, split)]));
        const frozen = { classes, manifest };
        const data = dataInForce(frozen, changesSince(frozen, { classes, entries: now }), sha256);
        expect(manifestInForce(frozen, data)).toEqual(now);
        expect(data.dataHash).toBe(manifestHash(classes, now, sha256));
        expect([...classesInForce(frozen, data)]).toEqual(
          drawn.map(([, after]) => (after === 3 ? -1 : after)),
        );
      },
    ),
  );
});

it('what became of pictures is counted, there and back', () => {
  const changed = dataInForce(
    plan,
    [
      [0, 1],
      [1, null],
    ],
    sha256,
  );
  expect(labelChangesBetween(plan, null, changed)).toEqual({ relabeled: 1, leftOut: 1, takenBack: 0 });
  expect(labelChangesBetween(plan, changed, null)).toEqual({ relabeled: 1, leftOut: 0, takenBack: 1 });
  expect(labelChangesBetween(plan, changed, changed)).toEqual({ relabeled: 0, leftOut: 0, takenBack: 0 });
});

it('only validation pictures change what a run is judged by', () => {
  const of = (place: number) => dataInForce(plan, [[place, null]], sha256);
  expect([0, 1, 2, 3].map((place) => isJudgedAnew(plan, null, of(place)))).toEqual([
    false,
    false,
    true,
    false,
  ]);
});
