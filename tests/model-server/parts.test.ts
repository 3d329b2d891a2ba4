import { describe, expect, test } from 'vitest';
import { TesseraError, type Prediction } from '../../app/contract/index.ts';
import { Batches } from '../../app/hosts/model-server/batches.ts';
import { RateLimit } from '../../app/hosts/model-server/rate-limit.ts';
import type { SentPicture } from '../../app/services/asked-model.ts';

const picture = (name: string): SentPicture => ({ name, bytes: new Uint8Array() });
const prediction = ({ name }: SentPicture): Prediction => ({
  input: name,
  label: name,
  confidence: 1,
  scores: [],
});

describe('batches', () => {
  test('what comes while the network works goes through it together, and everybody gets their own', async () => {
    const asked: string[][] = [];
    const turn = Promise.withResolvers<undefined>();
    const batches = new Batches(
      {
        predict: async (pictures) => {
          asked.push(pictures.map(({ name }) => name));
          await turn.promise;
          return pictures.map(prediction);
        },
      },
      { batch: 3, waiting: 10 },
    );
    const answers = ['a', 'b', 'c', 'd', 'e'].map((name) => batches.ask(picture(name)));
    turn.resolve(undefined);
    expect((await Promise.all(answers)).map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  test('one that cannot be read fails alone', async () => {
    const batches = new Batches(
      {
        predict: (pictures) =>
          pictures.some(({ name }) => name === 'bad')
            ? Promise.reject(new TesseraError('pictureUnreadable', { path: 'bad', reason: 'it is none' }))
            : Promise.resolve(pictures.map(prediction)),
      },
      { batch: 8, waiting: 10 },
    );
    const [first, bad, good] = ['a', 'bad', 'c'].map((name) => batches.ask(picture(name)));
    await expect(bad).rejects.toThrow('it is none');
    expect((await first)?.label).toBe('a');
    expect((await good)?.label).toBe('c');
  });

  test('only so many may wait', () => {
    const batches = new Batches({ predict: () => new Promise(() => {}) }, { batch: 1, waiting: 2 });
    for (const name of ['a', 'b', 'c']) void batches.ask(picture(name));
    expect(batches.hasRoomFor(1)).toBe(false);
  });
});

describe('the rate limit', () => {
  test('lets twice a second’s worth through at once, then one at a time', () => {
    let now = 0;
    const limit = new RateLimit(2, () => now);
    expect(Array.from({ length: 5 }, () => limit.wait('a'))).toEqual([0, 0, 0, 0, 0.5]);
    expect(limit.wait('b')).toBe(0);
    now = 500;
    expect(limit.wait('a')).toBe(0);
    expect(limit.wait('a')).toBe(0.5);
    now = 60_000;
    expect(Array.from({ length: 5 }, () => limit.wait('a'))).toEqual([0, 0, 0, 0, 0.5]);
  });

  test('0 is none', () => {
    const limit = new RateLimit(0);
    expect(Array.from({ length: 1000 }, () => limit.wait('a')).every((wait) => wait === 0)).toBe(true);
  });
});
