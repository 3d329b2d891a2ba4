import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the desktop app', () => {
  let home: string;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'tessera-desktop-'));
    app = await _electron.launch({
      args: [root, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])],
      env: { ...(process.env as Record<string, string>), TESSERA_HOME: home },
    });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  });

  test('is served from its own origin, sandboxed, without Node', async () => {
    expect(new URL(page.url()).protocol).toBe('app:');
    expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
    expect(await page.evaluate(() => typeof (globalThis as { process?: unknown }).process)).toBe('undefined');
  });

  test('shows the home screen with its samples, over the message port', async () => {
    await page.getByRole('main').waitFor();
    await page
      .getByRole('button', { name: /X and O|xo/i })
      .first()
      .waitFor();
  });

  test('does not let a window leave its origin', async () => {
    await page.evaluate(() => window.open('https://example.com/'));
    expect(app.windows()).toHaveLength(1);
  });
});
