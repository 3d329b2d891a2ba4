import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Metric, TesseraEvent } from '../../app/contract/index.ts';
import { EventHub } from '../../app/services/event-hub.ts';
import { step } from './harness.ts';

let hub = new EventHub();
afterEach(() => {
  hub.close();
  hub = new EventHub();
});

const dataset = (projectId: string): TesseraEvent => ({ type: 'dataset', projectId });
const metrics = (runId: string, ...points: Metric[]): TesseraEvent => ({
  type: 'metrics',
  projectId: 'p',
  runId,
  points,
});

async function take(events: AsyncGenerator<TesseraEvent, void>, count: number): Promise<TesseraEvent[]> {
  const taken: TesseraEvent[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

describe('a subscriber', () => {
  test('hears what is announced from the moment it subscribed, also before it first listens', async () => {
    hub.publish(dataset('before'));
    const events = hub.subscribe();
    hub.publish(dataset('a'));
    hub.publish({ type: 'projects' });
    expect(await take(events, 2)).toEqual([dataset('a'), { type: 'projects' }]);
  });

  test('whose rest ends while it is reckoned does not wait a negative time', async () => {
    const events = hub.subscribe();
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const timer = vi.spyOn(globalThis, 'setTimeout');
    try {
      hub.publish(metrics('run', step(1)));
      await take(events, 1);
      hub.publish(metrics('run', step(2)));
      // Still at rest when it looks, and past it when it reckons how long.
      now.mockReturnValueOnce(99.5).mockReturnValue(102.5);
      expect(await take(events, 1)).toEqual([metrics('run', step(2))]);
      expect(timer.mock.calls.map(([, wait]) => wait)).toEqual([0]);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('that is slow gets the latest of each thing, and every metric point', async () => {
    const events = hub.subscribe();
    for (let seq = 0; seq < 5; seq++) {
      hub.publish(dataset('a'));
      hub.publish(metrics('one', step(2 * seq), step(2 * seq + 1)));
      hub.publish(metrics('two', step(seq)));
    }
    const [first, second, third] = await take(events, 3);
    expect(first).toEqual(dataset('a'));
    const seqs = (event: TesseraEvent | undefined) =>
      event?.type === 'metrics' ? event.points.map(({ seq }) => seq) : null;
    expect(seqs(second)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seqs(third)).toEqual([0, 1, 2, 3, 4]);
  });

  test('that falls too far behind is cut off, and others are not', async () => {
    const slow = hub.subscribe();
    const quick = hub.subscribe();
    for (let seq = 0; seq < 21_000; seq += 1000) {
      hub.publish(metrics('one', ...Array.from({ length: 1000 }, (_, index) => step(seq + index))));
      expect((await take(quick, 1))[0]).toMatchObject({ type: 'metrics' });
    }
    expect(await slow.next()).toMatchObject({ done: true });
  });

  test('does not share its points with others', async () => {
    const [one, other] = [hub.subscribe(), hub.subscribe()];
    hub.publish(metrics('one', step(1)));
    await take(one, 1);
    hub.publish(metrics('one', step(2)));
    expect((await take(one, 1))[0]).toMatchObject({ points: [{ seq: 2 }] });
    expect((await take(other, 1))[0]).toMatchObject({ points: [{ seq: 1 }, { seq: 2 }] });
  });
});

describe('news of work under way', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Reads on and on; when each event came, ms. */
  function readAll(events: AsyncGenerator<TesseraEvent, void>): { at: number; event: TesseraEvent }[] {
    const heard: { at: number; event: TesseraEvent }[] = [];
    void (async () => {
      for await (const event of events) heard.push({ at: performance.now(), event });
    })();
    return heard;
  }

  test('come in ten bursts a second at most, with every point', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const heard = readAll(hub.subscribe());
    for (let ms = 0; ms < 2000; ms += 1) {
      hub.publish(metrics('one', step(ms)));
      if (ms % 3 === 0) hub.publish(metrics('two', step(ms)));
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(200);
    const times = [...new Set(heard.map(({ at }) => at))];
    expect(times.length).toBeGreaterThan(15);
    for (const [index, at] of times.entries()) {
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(100);
    }
    const ofOne = heard.flatMap(({ event }) =>
      event.type === 'metrics' && event.runId === 'one' ? event.points : [],
    );
    expect(ofOne.map(({ seq }) => seq)).toEqual(Array.from({ length: 2000 }, (_, ms) => ms));
  });

  test('do not hold up what a person did', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const heard = readAll(hub.subscribe());
    hub.publish(metrics('one', step(1)));
    await vi.advanceTimersByTimeAsync(10);
    hub.publish(metrics('one', step(2)));
    hub.publish(dataset('p'));
    await vi.advanceTimersByTimeAsync(1);
    expect(heard.map(({ event }) => event.type)).toEqual(['metrics', 'dataset']);
    await vi.advanceTimersByTimeAsync(100);
    expect(heard.map(({ event }) => event.type)).toEqual(['metrics', 'dataset', 'metrics']);
  });
});

describe('a stream ends', () => {
  test.each<[string, (abort: AbortController, events: AsyncGenerator<TesseraEvent, void>) => unknown]>([
    ['when it is aborted', (abort) => abort.abort()],
    ['when its reader goes', (_, events) => events.return()],
    ['when the hub closes', () => hub.close()],
  ])('%s, and nothing of it stays', async (_, end) => {
    const abort = new AbortController();
    const events = hub.subscribe(abort.signal);
    hub.publish(dataset('a'));
    await take(events, 1);
    const waiting = _ === 'when its reader goes' ? null : events.next();
    await end(abort, events);
    expect((await (waiting ?? events.next())).done).toBe(true);
    expect(hub.subscribers).toBe(0);
  });

  test('at once when it was aborted before', async () => {
    expect((await hub.subscribe(AbortSignal.abort()).next()).done).toBe(true);
  });
});
