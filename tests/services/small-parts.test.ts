import { posix } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Eta } from '../../app/services/eta.ts';
import { newRunId, newRunName } from '../../app/services/run-names.ts';
import { Throttle } from '../../app/services/throttle.ts';
import { safeRelativePath } from '../../app/services/upload-names.ts';
import { userFolders } from '../../app/services/user-folders.ts';

describe('the time that is left', () => {
  test('follows a steady pace', () => {
    const eta = new Eta();
    expect(eta.update(0, 100, 0)).toBeNull();
    expect(eta.update(10, 100, 1)).toBe(9);
    expect(eta.update(20, 100, 2)).toBeCloseTo(8, 9);
    expect(eta.update(100, 100, 10)).toBe(0);
  });

  test('follows a new pace after a while', () => {
    const eta = new Eta();
    eta.update(0, 10_000, 0);
    for (let second = 1; second <= 10; second++) eta.update(100 * second, 10_000, second);
    let left: number | null = null;
    for (let second = 1; second <= 60; second++) left = eta.update(1000 + 10 * second, 10_000, 10 + second);
    expect(left).toBeGreaterThan(700);
    expect(left).toBeLessThan(850);
  });

  test('is not known at first, nor where the end is not', () => {
    const eta = new Eta();
    expect(eta.update(0, 100, 0)).toBeNull();
    expect(eta.update(1, 100, 0.1)).toBeNull();
    expect(new Eta().update(5, null, 3)).toBeNull();
  });

  test('begins anew when the work does', () => {
    const eta = new Eta();
    eta.update(0, 100, 0);
    eta.update(90, 100, 1);
    expect(eta.update(0, 100, 2)).toBeNull();
    expect(eta.update(10, 100, 3)).toBe(9);
  });
});

describe('a throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('works at once, then once an interval, and never forgets the last time', () => {
    let times = 0;
    const throttle = new Throttle(100, () => times++);
    throttle.ask();
    expect(times).toBe(1);
    for (let asked = 0; asked < 10; asked++) throttle.ask();
    expect(times).toBe(1);
    vi.advanceTimersByTime(100);
    expect(times).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(times).toBe(2);
    throttle.ask();
    expect(times).toBe(3);
  });

  test('flushed does what is due, and only that', () => {
    let times = 0;
    const throttle = new Throttle(100, () => times++);
    throttle.flush();
    expect(times).toBe(0);
    throttle.ask();
    throttle.ask();
    throttle.flush();
    expect(times).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(times).toBe(2);
  });
});

describe('the name of an upload', () => {
  test.each([
    ['cat.png', 'cat.png'],
    ['photos/cat.png', 'photos/cat.png'],
    ['what:is?.png', 'what_is_.png'],
    ['CON.jpg', '_CON.jpg'],
    ['nul', '_nul'],
    ['ends with. ', 'ends with_'],
    ['-rf', '-rf'],
    ['写真/猫.jpg', '写真/猫.jpg'],
  ])('%j becomes %j', (name, path) => {
    expect(safeRelativePath(name)?.replaceAll('\\', '/')).toBe(path);
  });

  test.each([
    '',
    '..',
    '../x',
    'a/../../x',
    '/etc/passwd',
    'a//b',
    'a\\b',
    'C:x',
    'c:/x',
    'a\0b',
    'x'.repeat(256),
  ])('%j is refused', (name) => {
    expect(safeRelativePath(name)).toBeNull();
  });

  test('never leads out of its folder, whatever it is', () => {
    const piece = fc.oneof(fc.constantFrom('..', '.', '/', '\\', ':', 'C', '\0', 'con', ' '), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const path = safeRelativePath(pieces.join(''))?.replaceAll('\\', '/');
        if (path === undefined) return;
        const inside = posix.join('/uploads/one', path);
        expect(inside.startsWith('/uploads/one/')).toBe(true);
        expect(inside.length).toBeGreaterThan('/uploads/one/'.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('runs', () => {
  test('have ids that sort by time', () => {
    const early = newRunId(new Date(2026, 0, 9, 8, 7, 6));
    const late = newRunId(new Date(2026, 0, 10));
    expect(early).toMatch(/^20260109-080706-[0-9a-f]{6}$/);
    expect(early < late).toBe(true);
  });

  test('are numbered on from the greatest number', () => {
    expect(newRunName([])).toMatch(/^[a-z]+-[a-z]+-1$/);
    expect(newRunName(['calm-fox-9', 'mine', 'old-owl-10', 'x-y'])).toMatch(/-11$/);
  });
});

describe('the folders of a person', () => {
  test.each([
    ['linux', {}, '/home/me/.local/share/tessera'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/tessera'],
    ['darwin', {}, '/home/me/Library/Application Support/Tessera'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/Tessera'],
  ] as const)('on %s with %j', (platform, environment, data) => {
    expect(userFolders(platform, environment, '/home/me').data.replaceAll('\\', '/')).toBe(data);
  });

  test('are one with TESSERA_HOME', () => {
    const { data, projects } = userFolders('linux', { TESSERA_HOME: '/own' }, '/home/me');
    expect([data, projects.replaceAll('\\', '/')]).toEqual(['/own', '/own/projects']);
  });
});
