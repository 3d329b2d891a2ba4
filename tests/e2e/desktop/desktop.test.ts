/** The real desktop app in the real Electron, from the checkout: `npm run test:electron`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the desktop app', () => {
  const home = mkdtempSync(join(tmpdir(), 'tessera-desktop-'));
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    app = await _electron.launch({
      args: [root, '--sample', 'xo', '--lang=en-US'],
      env: { ...(process.env as Record<string, string>), TESSERA_HOME: home },
    });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    // Should work be under way after a failure, the app would ask; nobody is there to answer.
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
    });
    await app.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** The utility processes that run now. */
  const workers = (): Promise<number[]> =>
    app.evaluate(({ app: electron }) =>
      electron
        .getAppMetrics()
        .filter(
          ({ type, serviceName, name }) => type === 'Utility' && `${serviceName} ${name}`.includes('Tessera'),
        )
        .map(({ pid }) => pid),
    );

  test('is served from its own origin', () => {
    expect(page.url()).toMatch(/^app:\/\/tessera\//);
  });

  test('gives pages three functions, and nothing of Node or Electron', async () => {
    const found = await page.evaluate(() => {
      const names = globalThis as unknown as Record<string, object | undefined>;
      return {
        bridge: Object.keys(names.tessera ?? {}).sort(),
        node: ['require', 'process', 'module', 'Buffer', 'global'].filter(
          (name) => names[name] !== undefined,
        ),
      };
    });
    expect(found).toEqual({ bridge: ['connect', 'pathForFile', 'pickFolder'], node: [] });
  });

  test('is held by its content security policy', async () => {
    const policy = await page.evaluate(async () =>
      (await fetch('./')).headers.get('content-security-policy'),
    );
    expect(policy).toContain("default-src 'none'");
    const made = page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.head.append(script);
      return 'injected' in globalThis;
    });
    expect(await made).toBe(false);
  });

  test('reaches nothing outside of this computer, and no file', async () => {
    for (const address of ['https://example.com/', 'http://127.0.0.1:1/', 'file:///etc/hosts']) {
      const got = page.evaluate(
        (url) =>
          fetch(url).then(
            () => 'an answer',
            () => 'nothing',
          ),
        address,
      );
      expect(await got, address).toBe('nothing');
    }
  });

  test('serves its screens alone', async () => {
    for (const path of [
      '/..%2fpackage.json',
      '/..%5cpackage.json',
      '/%2e%2e%2fpackage.json',
      '//package.json',
    ]) {
      const got = page.evaluate((to) => fetch(`app://tessera${to}`).then(({ status }) => status), path);
      expect([403, 404], path).toContain(await got);
    }
  });

  test('lets a window neither leave nor open another one', async () => {
    await page.evaluate(() => void window.open('https://example.com/'));
    await page.evaluate(() => void (location.href = 'https://example.com/'));
    await page.evaluate(() => void window.open('about:blank'));
    await page.waitForTimeout(500);
    expect(app.windows()).toHaveLength(1);
    expect(page.url()).toMatch(/^app:\/\/tessera\//);
  });

  test('grants no permission that it does not need', async () => {
    const state = (name: string): Promise<string> =>
      page.evaluate(
        (permission) =>
          navigator.permissions.query({ name: permission as PermissionName }).then(({ state }) => state),
        name,
      );
    expect(await state('geolocation')).toBe('denied');
    expect(await state('camera')).toBe('denied');
    expect(await state('notifications')).toBe('denied');
  });

  test('has the sample ready: screens, port, utility process, addon and decoder work together', async () => {
    await page.getByRole('link', { name: 'X and O' }).click();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await page.getByText('600 pictures', { exact: false }).first().waitFor();
    // A picture that was decoded, not the sign of a broken one.
    await expect
      .poll(() =>
        page.evaluate(() => [...document.images].filter(({ naturalWidth }) => naturalWidth > 0).length),
      )
      .toBeGreaterThan(0);
    expect((await workers()).length).toBeGreaterThan(0);
  });

  test('outlives its workers', async () => {
    for (const pid of await workers()) process.kill(pid);
    await expect.poll(workers).toEqual([]);
    await page.reload();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    expect(app.windows()).toHaveLength(1);
  });
});
