import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { leaveInOrder } from '../../app/hosts/electron/leaving.ts';
import { wordsFor } from '../../app/hosts/electron/words.ts';
import { answers, app, BrowserWindow, DoubleEvent, shown } from './double.ts';

vi.mock('electron', () => import('./double.ts'));

const platform = process.platform;
let jobs: { title: string }[];
let disposed: PromiseWithResolvers<void>;
const dispose = vi.fn(() => disposed.promise);

function start(as: NodeJS.Platform = 'linux'): BrowserWindow {
  Object.defineProperty(process, 'platform', { value: as });
  leaveInOrder({ workUnderWay: () => Promise.resolve(jobs), dispose, words: wordsFor('en') });
  return new BrowserWindow({});
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  jobs = [];
  disposed = Promise.withResolvers();
  app.exitCode = null;
  app.isQuitting = false;
  shown.length = 0;
  dispose.mockClear();
});
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  app.removeAllListeners();
  for (const window of BrowserWindow.getAllWindows()) {
    window.removeAllListeners();
    window.close();
  }
});

describe('leaving', () => {
  test('waits until everything is written and closed', async () => {
    start().close();
    await settle();
    expect(dispose).toHaveBeenCalledOnce();
    expect(app.exitCode).toBeNull();
    app.quit();
    await settle();
    expect(dispose).toHaveBeenCalledOnce();
    expect(app.exitCode).toBeNull();
    disposed.resolve();
    await settle();
    expect(app.exitCode).toBe(0);
    expect(shown).toEqual([]);
  });

  test('ends also when closing fails', async () => {
    start();
    app.quit();
    await settle();
    disposed.reject(new Error('the disk is full'));
    await settle();
    expect(app.exitCode).toBe(0);
    expect(shown).toEqual([
      {
        kind: 'error',
        options: {
          title: 'Something could not be closed in good order',
          content: expect.stringContaining('the disk is full') as string,
        },
      },
    ]);
  });

  test('asks while work is under way, and stays if the person says so', async () => {
    jobs = [{ title: 'Training small-cnn' }];
    const window = start();
    window.close();
    window.close();
    await settle();
    expect(shown).toHaveLength(1);
    expect(shown[0]?.options).toMatchObject({
      message: 'Work is still under way.',
      detail: expect.stringContaining('Training small-cnn') as string,
      buttons: ['Keep working', 'Quit'],
      cancelId: 0,
    });
    expect(window.isDestroyed()).toBe(false);
    expect(dispose).not.toHaveBeenCalled();
    jobs = [];
    app.quit();
    await settle();
    expect(window.isDestroyed()).toBe(true);
    expect(dispose).toHaveBeenCalledOnce();
  });

  test('goes when the person means it', async () => {
    jobs = [{ title: 'Training' }];
    answers.boxes.push(1);
    start();
    app.quit();
    await settle();
    disposed.resolve();
    await settle();
    expect(app.exitCode).toBe(0);
  });

  test('on macOS the app stays when its window is closed, and its work goes on', async () => {
    jobs = [{ title: 'Training' }];
    const window = start('darwin');
    expect(window.close()).toBe(true);
    await settle();
    expect(shown).toEqual([]);
    expect(dispose).not.toHaveBeenCalled();
    expect(app.exitCode).toBeNull();
  });

  test('is possible when it cannot be asked', async () => {
    app.removeAllListeners();
    leaveInOrder({ workUnderWay: () => Promise.reject(new Error('lost')), dispose, words: wordsFor('en') });
    app.emit('before-quit', new DoubleEvent());
    await settle();
    expect(dispose).toHaveBeenCalledOnce();
  });
});
