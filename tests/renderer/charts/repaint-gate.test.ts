import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RepaintGate } from '../../../renderer/charts/repaint-gate.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function counted(): { gate: RepaintGate; paints: () => number } {
  let count = 0;
  return { gate: new RepaintGate(() => (count += 1), 100), paints: () => count };
}

test('a thousand requests in a second paint ten times', () => {
  const { gate, paints } = counted();
  for (let ms = 0; ms < 999; ms += 1) {
    gate.request();
    vi.advanceTimersByTime(1);
  }
  expect(paints()).toBe(10);
});

test('the last request is never lost', () => {
  const { gate, paints } = counted();
  gate.request();
  vi.advanceTimersByTime(10);
  gate.request();
  expect(paints()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(paints()).toBe(2);
});

test('nothing is painted while hidden, and what was asked for is painted on return', () => {
  const { gate, paints } = counted();
  gate.request();
  gate.hide();
  gate.request();
  vi.advanceTimersByTime(1000);
  expect(paints()).toBe(0);
  gate.show();
  vi.advanceTimersByTime(0);
  expect(paints()).toBe(1);
});

test('showing without a request paints nothing; closing forgets', () => {
  const { gate, paints } = counted();
  gate.hide();
  gate.show();
  gate.request();
  gate.close();
  vi.advanceTimersByTime(1000);
  expect(paints()).toBe(0);
});
