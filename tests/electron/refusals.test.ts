import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as electron from './double.ts';

vi.mock('electron', () => import('./double.ts'));

const home = mkdtempSync(join(tmpdir(), 'tessera-refusals-'));

beforeEach(() => {
  vi.stubEnv('TESSERA_HOME', home);
  electron.app.exitCode = null;
  electron.app.switches.clear();
  electron.shown.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});
/** Each start is a module of its own. */
const startMain = (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ `../../app/hosts/electron/main.ts?${name}`);

describe('a start that goes no further', () => {
  test('without a sandbox it says why, and opens nothing', async () => {
    electron.app.switches.add('no-sandbox');
    await startMain('without-sandbox');
    await vi.waitFor(() => expect(electron.app.exitCode).toBe(1));
    expect(electron.shown).toEqual([
      {
        kind: 'error',
        options: {
          title: 'Tessera cannot start',
          content: expect.stringContaining('does not allow the sandbox') as string,
        },
      },
    ]);
    expect(electron.BrowserWindow.getAllWindows()).toEqual([]);
    expect(electron.protocolHandlers.size).toBe(0);
  });

  test('while another one runs it leaves at once, without services of its own', async () => {
    electron.app.isFirst = false;
    await startMain('second');
    await vi.waitFor(() => expect(electron.app.exitCode).toBe(0));
    expect(electron.BrowserWindow.getAllWindows()).toEqual([]);
    expect(electron.ipcMain.eventNames()).toEqual([]);
    expect(electron.shown).toEqual([]);
  });
});
