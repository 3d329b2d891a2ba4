/**
 * Electron's own security checklist, all twenty items, held against the real main process on a double of the `electron`
 * module (https://www.electronjs.org/docs/latest/tutorial/security).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as electron from './double.ts';

vi.mock('electron', () => import('./double.ts'));

const room = new URL('../../app/hosts/electron/', import.meta.url);
const home = mkdtempSync(join(tmpdir(), 'tessera-electron-'));
const { defaultSession } = electron.session;
let window: electron.BrowserWindow;
let preferences: Record<string, unknown>;

beforeAll(async () => {
  vi.stubEnv('TESSERA_HOME', home);
  await import('../../app/hosts/electron/main.ts');
  window = await vi.waitFor(() => {
    const [open] = electron.BrowserWindow.getAllWindows();
    if (!open?.loaded) throw new Error('no window yet');
    return open;
  });
  preferences = window.options.webPreferences ?? {};
});
afterAll(async () => {
  electron.app.quit();
  await vi.waitFor(() => expect(electron.app.exitCode).toBe(0));
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** Whether a page is kept from going to `url`. */
function isHeldBack(event: string, url: string): boolean {
  const asked = new electron.DoubleEvent({ url });
  window.webContents.emit(event, asked);
  return asked.defaultPrevented;
}

function isGranted(permission: string, url = 'app://tessera/'): { asked: boolean; checked: boolean } {
  let asked = false;
  const answer = (granted: boolean): void => void (asked = granted);
  const request = defaultSession.permissionRequest as (...args: unknown[]) => void;
  const check = defaultSession.permissionCheck as (...args: unknown[]) => boolean;
  request(window.webContents, permission, answer, { requestingUrl: url, isMainFrame: true });
  return { asked, checked: check(window.webContents, permission, url, {}) };
}

/** Whether the session lets a request go out. */
function mayGoOut(url: string): boolean {
  let cancelled: boolean | undefined = true;
  const handler = defaultSession.beforeRequest as (
    details: { url: string },
    answer: (response: { cancel?: boolean }) => void,
  ) => void;
  handler({ url }, ({ cancel }) => (cancelled = cancel));
  return cancelled !== true;
}

const elsewhere = [
  'https://example.com/',
  'http://tessera/',
  'file:///etc/passwd',
  'app://tessera.example.com/',
  'app://tesseract/',
  'app://tessera@example.com/',
  'app://user@tessera/',
  'app://tessera:8080/',
  'app://example.com/app://tessera/',
  'apps://tessera/',
  'about:blank',
  'data:text/html,hello',
  'blob:https://example.com/1',
  'javascript:alert(1)',
  'not an address',
];

describe("Electron's security checklist", () => {
  test('1: only our own content is loaded, and no request leaves the computer', () => {
    expect(window.loaded).toBe('app://tessera/');
    expect(['app://tessera/pictures/1', 'blob:app://tessera/1', 'data:,x'].filter(mayGoOut)).toHaveLength(3);
    expect(
      ['https://example.com/', 'http://127.0.0.1/', 'wss://example.com/', 'file:///etc/passwd'].filter(
        mayGoOut,
      ),
    ).toEqual([]);
  });

  test('2: no Node in pages, their frames or their workers', () => {
    expect(preferences).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    });
  });

  test('3: context isolation', () => {
    expect(preferences).toMatchObject({ contextIsolation: true });
  });

  test('4: every renderer is sandboxed, before the app is ready', () => {
    expect(preferences).toMatchObject({ sandbox: true });
    expect(electron.journal).toContain('enableSandbox');
    expect(electron.journal.indexOf('enableSandbox')).toBeLessThan(electron.journal.indexOf('ready'));
  });

  test('5: permissions are refused, when asked for and when checked, but for two', () => {
    for (const permission of ['clipboard-sanitized-write', 'fullscreen']) {
      expect(isGranted(permission)).toEqual({ asked: true, checked: true });
      for (const url of elsewhere)
        expect(isGranted(permission, url)).toEqual({ asked: false, checked: false });
    }
    for (const permission of [
      'media',
      'clipboard-read',
      'geolocation',
      'notifications',
      'openExternal',
      'fileSystem',
      'display-capture',
      'hid',
      'usb',
      'serial',
      'midi',
      'unknown',
    ]) {
      expect(isGranted(permission)).toEqual({ asked: false, checked: false });
    }
    expect(defaultSession.devicePermission?.()).toBe(false);
  });

  test('5: the camera may be asked for on its screen alone, and each time', async () => {
    const { webContents } = window;
    const ask = (details: object, url = 'app://tessera/'): Promise<boolean> =>
      new Promise((resolve) => {
        const request = defaultSession.permissionRequest as (...args: unknown[]) => void;
        request(webContents, 'media', resolve, { requestingUrl: url, isMainFrame: true, ...details });
      });
    const check = (mediaType: string, url = 'app://tessera/'): boolean =>
      (defaultSession.permissionCheck as (...args: unknown[]) => boolean)(webContents, 'media', url, {
        mediaType,
      });
    const camera = { mediaTypes: ['video'] };
    const questions = (): number => electron.shown.filter(({ kind }) => kind === 'box').length;
    const before = questions();
    for (const elsewhere of ['#/', '#/p/x/train?camera=on', '#/p/x/data', '#/p/x/data?camera=only']) {
      webContents.url = `app://tessera/${elsewhere}`;
      expect([await ask(camera), check('video')]).toEqual([false, false]);
    }
    webContents.url = 'https://evil.test/#/p/x/data?camera=on';
    expect(await ask(camera)).toBe(false);
    webContents.url = 'app://tessera/#/p/x/data?split=test&camera=on';
    expect(await ask({ mediaTypes: ['video', 'audio'] })).toBe(false);
    expect(await ask({ mediaTypes: ['audio'] })).toBe(false);
    expect(await ask({})).toBe(false);
    expect(await ask({ ...camera, isMainFrame: false })).toBe(false);
    expect(await ask(camera, 'https://evil.test/')).toBe(false);
    expect([check('audio'), check('unknown'), check('video', 'https://evil.test')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(questions()).toBe(before);
    electron.answers.boxes.push(0, 1);
    expect([await ask(camera), await ask(camera)]).toEqual([true, false]);
    expect(questions()).toBe(before + 2);
    expect(check('video')).toBe(true);
    webContents.url = 'app://tessera/';
  });

  test('6: web security stays on', () => {
    expect(preferences).toMatchObject({ webSecurity: true });
  });

  test('7: a content security policy, by header, on every answer', async () => {
    const handler = electron.protocolHandlers.get('app');
    for (const path of ['', 'nothing.js', '..%2f', 'pictures/x/1/thumb']) {
      const response = await handler?.(new Request(`app://tessera/${path}`));
      expect(response?.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
          "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
          "object-src 'none'",
      );
      expect(response?.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('8: no insecure content', () => {
    expect(preferences).toMatchObject({ allowRunningInsecureContent: false });
  });

  test('9: no experimental features', () => {
    expect(preferences).toMatchObject({ experimentalFeatures: false });
  });

  test('10: no Blink features switched on', () => {
    expect(preferences).not.toHaveProperty('enableBlinkFeatures');
  });

  test('11, 12: no <webview>, whatever its options', () => {
    expect(preferences).toMatchObject({ webviewTag: false });
    expect(isHeldBack('will-attach-webview', 'app://tessera/')).toBe(true);
  });

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])(
    '13: %s leads nowhere else',
    (event) => {
      for (const url of elsewhere) expect({ url, held: isHeldBack(event, url) }).toEqual({ url, held: true });
      expect(isHeldBack(event, 'app://tessera/index.html#/projects')).toBe(false);
    },
  );

  test('14: no new windows, not even on our own origin', () => {
    for (const url of [...elsewhere, 'app://tessera/', 'https://onnx.ai/']) {
      expect(window.webContents.openHandler({ url })).toEqual({ action: 'deny' });
    }
  });

  test('15: the browser is opened for constant https links alone', async () => {
    electron.openedOutside.length = 0;
    for (const url of [
      ...elsewhere,
      'https://onnx.ai/../x',
      'https://onnx.ai/?q=secret',
      'HTTPS://ONNX.AI/',
    ]) {
      window.webContents.openHandler({ url });
    }
    expect(electron.openedOutside).toEqual([]);
    window.webContents.openHandler({ url: 'https://onnx.ai/' });
    expect(electron.openedOutside).toEqual(['https://onnx.ai/']);
    const { externalLinks } = await import('../../app/hosts/electron/external-links.ts');
    for (const link of Object.values(externalLinks)) expect(new URL(link).protocol).toBe('https:');
  });

  test('16: Electron is pinned to an exact version of the newest majors', () => {
    const { devDependencies } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as {
      devDependencies: { electron: string };
    };
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    expect(Number.parseInt(devDependencies.electron)).toBeGreaterThanOrEqual(45);
  });

  test('17: every message is checked for its sender', () => {
    // What a stranger gets is tested in page-requests.test.ts; here, that there are no other channels.
    expect(electron.ipcMain.eventNames()).toEqual(['tessera:connect']);
    expect([...electron.ipcMain.handlers.keys()]).toEqual(['tessera:pick-folder']);
  });

  test('18: a protocol of our own instead of file://', () => {
    expect([...electron.protocolHandlers.keys()]).toEqual(['app']);
    expect(electron.schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
      },
    ]);
    expect(electron.journal.indexOf('registerSchemesAsPrivileged')).toBeLessThan(
      electron.journal.indexOf('ready'),
    );
    for (const file of readdirSync(room).filter((name) => name.endsWith('.ts'))) {
      expect(readFileSync(new URL(file, room), 'utf8')).not.toMatch(/loadFile|file:\/\/(?!`)/);
    }
  });

  test('19: the fuses that a release does not need are off (packed-app.ts reads them from a packed app)', () => {
    const yml = readFileSync(new URL('../../electron-builder.yml', import.meta.url), 'utf8');
    const [, fuses = ''] = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(yml) ?? [];
    expect(fuses.trim().split(/\n\s*/)).toEqual([
      'runAsNode: false',
      'enableCookieEncryption: true',
      'enableNodeOptionsEnvironmentVariable: false',
      'enableNodeCliInspectArguments: false',
      'enableEmbeddedAsarIntegrityValidation: true',
      'onlyLoadAppFromAsar: true',
      'loadBrowserProcessSpecificV8Snapshot: false',
      'grantFileProtocolExtraPrivileges: false',
    ]);
  });

  test('20: nothing of Electron is within reach of a page but the preload (preload.test.ts has its keys)', () => {
    expect(preferences.preload).toMatch(/preload\.cjs$/);
    expect(electron.BrowserWindow.getAllWindows()).toEqual([window]);
  });

  test('and no words of a person go to a dictionary server', () => {
    expect(preferences).toMatchObject({ spellcheck: false });
    expect(defaultSession.spellChecker).toBe(false);
  });
});

describe('a start of the app', () => {
  test('keeps what is Chromium’s apart from what is ours, and moves with TESSERA_HOME', () => {
    expect(electron.app.paths.get('userData')).toBe(join(home, 'desktop'));
    expect(electron.journal.indexOf('setPath userData')).toBeLessThan(electron.journal.indexOf('ready'));
  });

  test('a second one brings the window to the front and opens no other', () => {
    electron.app.emit('second-instance');
    expect(electron.BrowserWindow.getAllWindows()).toEqual([window]);
    expect(window.focused).toBe(1);
  });

  test('the window is shown when there is something to see', () => {
    expect(window.isShown).toBe(false);
    window.emit('ready-to-show');
    expect(window.isShown).toBe(true);
  });

  test('a page that crashed is said in words and opened again', async () => {
    electron.shown.length = 0;
    window.webContents.emit('render-process-gone', new electron.DoubleEvent(), {
      reason: 'clean-exit',
      exitCode: 0,
    });
    expect(electron.shown).toEqual([]);
    window.webContents.emit('render-process-gone', new electron.DoubleEvent(), {
      reason: 'oom',
      exitCode: 5,
    });
    await vi.waitFor(() => expect(window.webContents.reloads).toBe(1));
    expect(electron.shown).toEqual([
      {
        kind: 'box',
        options: expect.objectContaining({
          message: 'The window stopped working.',
          detail: expect.stringContaining('oom') as string,
          buttons: ['Open again', 'Quit'],
        }) as Record<string, unknown>,
      },
    ]);
  });
});
