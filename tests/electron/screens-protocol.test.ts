import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { answerScreens } from '../../app/hosts/electron/screens-protocol.ts';
import { Harness } from '../services/harness.ts';

vi.mock('electron', () => import('./double.ts'));

const folder = mkdtempSync(join(tmpdir(), 'tessera-protocol-'));
const screens = join(folder, 'screens');
const harness = new Harness();
let answer: (request: Request) => Promise<Response>;

beforeAll(() => {
  mkdirSync(join(screens, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'screens-beside'));
  writeFileSync(join(screens, 'index.html'), '<!doctype html><title>Tessera</title>');
  writeFileSync(join(screens, 'assets', 'app-1234.js'), 'export {};');
  writeFileSync(join(screens, '.hidden.js'), 'secret');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  writeFileSync(join(folder, 'screens-beside', 'secret.js'), 'secret');
  if (process.platform !== 'win32') symlinkSync(join(folder, 'secret.js'), join(screens, 'link.js'));
  answer = answerScreens(screens, harness.services.files);
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A request with its address to the letter: `new Request` would tidy up what an attack is made of. */
const raw = (url: string): Request => ({ url, method: 'GET', body: null }) as Request;

describe('the screens', () => {
  test.each([
    ['app://tessera/', 'text/html; charset=utf-8'],
    ['app://tessera/?x=1#/home', 'text/html; charset=utf-8'],
    ['app://tessera/assets/app-1234.js', 'text/javascript; charset=utf-8'],
  ])('%s is served', async (url, type) => {
    const response = await answer(new Request(url));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect((await response.text()).length).toBeGreaterThan(0);
  });

  test.each([
    'app://tessera/../secret.js',
    'app://tessera/..%2fsecret.js',
    'app://tessera/%2e%2e/secret.js',
    'app://tessera/%2e%2e%2fsecret.js',
    'app://tessera/..%5csecret.js',
    'app://tessera/..\\secret.js',
    'app://tessera/%252e%252e%252fsecret.js',
    'app://tessera/../screens-beside/secret.js',
    'app://tessera/..%2fscreens-beside%2fsecret.js',
    'app://tessera//secret.js',
    'app://tessera//tessera/index.html',
    'app://tessera/index.html%00.js',
    'app://tessera/%00',
    'app://tessera/%',
    'app://tessera/C:/windows/win.ini',
    'app://tessera/%5c%5cserver%5cshare',
    'app://tessera/CON',
    'app://tessera/.hidden.js',
    'app://evil/index.html',
    'app://tessera.evil/index.html',
    'app://tessera@evil/index.html',
    'http://tessera/index.html',
    'file:///etc/passwd',
    '',
  ])('%s is refused', async (url) => {
    const response = await answer(raw(url));
    expect([403, 404]).toContain(response.status);
    expect(await response.text()).not.toContain('secret');
  });

  test.each(['link.js', 'assets', 'nothing.js'])('/%s is not there', async (path) => {
    expect((await answer(new Request(`app://tessera/${path}`))).status).toBe(404);
  });

  test('nothing is posted to them', async () => {
    expect((await answer(new Request('app://tessera/', { method: 'POST', body: 'x' }))).status).toBe(405);
  });
});

describe('pictures, uploads and downloads', () => {
  test('a file that a page leaves arrives, and is refused where it is asked for as a picture', async () => {
    const url = `app://tessera/uploads/${crypto.randomUUID()}?name=cat.png`;
    const response = await answer(new Request(url, { method: 'POST', body: 'bytes' }));
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 204, text: '' });
    expect((await answer(new Request(url))).status).toBe(405);
  });

  test.each(['pictures/none/1/thumb', `downloads/${crypto.randomUUID()}`])(
    '/%s is not there',
    async (path) => {
      const response = await answer(new Request(`app://tessera/${path}`));
      expect(response.status).toBe(404);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  );
});
