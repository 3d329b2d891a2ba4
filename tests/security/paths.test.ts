import { writeFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thumbnailPath } from '../../app/contract/index.ts';
import { pathSegments } from '../../app/hosts/request-path.ts';
import { thumbnailFile } from '../../app/storage/files.ts';
import { WebHarness } from './web-harness.ts';

let web: WebHarness;
let cookie: string;
beforeAll(async () => {
  web = await WebHarness.start();
  cookie = await web.cookie();
});
afterAll(() => web[Symbol.asyncDispose]());

describe('6: the screens are served from their folder alone', () => {
  test('what is there is served with its type', async () => {
    expect(await web.send('/')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    });
    expect(await web.send('/assets/app-1234.js')).toMatchObject({
      status: 200,
      body: 'export {};',
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    });
  });

  test('HEAD has no body', async () => {
    expect(await web.send('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/%2e%2e%2fsecret.js',
    '/..%2fsecret.js',
    '/..%5csecret.js',
    '/%2e%2e%5csecret.js',
    '/..\\secret.js',
    '/%252e%252e%252fsecret.js',
    '/../screens-beside/secret.js',
    '/index.html%00.js',
    '/%00',
    '/%',
    '/%c0%ae%c0%ae/secret.js',
    '//secret.js',
    '/%5c%5cserver%5cshare',
    '/C:/windows/win.ini',
    '/C%3a/windows/win.ini',
    '/CON',
    '/con.js',
    '/NUL.html',
    '/.hidden.js',
    '/assets/.git/config',
    '/link.js',
    '/assets',
    '/nothing.js',
  ])('%s is not', async (path) => {
    const { status, body } = await web.send(path, { headers: { cookie } });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body).not.toContain('secret');
  });
});

test('no path, however written, has a segment that climbs, hides or names a drive', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2E%2e',
      '/',
      '\\',
      '%2f',
      '%5c',
      '%00',
      ':',
      'C:',
      '%',
      'con',
      'a',
      '%25',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const segments = pathSegments(`/${pieces.join('')}`);
      for (const segment of segments ?? []) {
        expect(segment).not.toBe('');
        expect(segment.startsWith('.')).toBe(false);
        expect(/[/\\:%\0]/.test(segment)).toBe(false);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('pictures are served by opaque ids, never as what they claim to be', () => {
  test.each([
    '/pictures/x/1/thumb',
    '/pictures/x/1/original',
    '/pictures/x/-1/thumb',
    '/pictures/x/1e3/thumb',
    '/pictures/x/..%2f..%2fsecret/thumb',
    '/pictures/%2e%2e/1/thumb',
    '/pictures//1/thumb',
    '/downloads/..%2f..%2fetc%2fpasswd',
    `/downloads/${crypto.randomUUID()}`,
  ])('%s is not there', async (path) => {
    const { status } = await web.send(path, { headers: { cookie } });
    expect([400, 404]).toContain(status);
  });

  test('markup named .jpg comes out as a picture that cannot run', async () => {
    const { services, runner } = { services: web.services, runner: web.services.runner };
    const projectId = await services.filledProject(2);
    runner.on('render', ({ task }) => {
      const path = thumbnailFile(task.projectPath, task.hash);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '<svg onload="alert(1)"></svg>');
      return { path };
    });
    const [id] = await services.client.dataset.imageIds({ projectId, filter: {} });
    const { status, headers } = await web.send(thumbnailPath(projectId, id ?? 0), { headers: { cookie } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'image/webp',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });
});
