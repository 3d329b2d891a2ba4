import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebHarness } from './web-harness.ts';

let web: WebHarness;
let cookie: string;
beforeAll(async () => {
  web = await WebHarness.start();
  cookie = await web.cookie();
});
afterAll(() => web[Symbol.asyncDispose]());

describe('1: it listens on loopback alone', () => {
  const others = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);

  // Another loopback address stands in for the machine's own where it has no network.
  test.each(others.length > 0 ? others : ['127.0.0.2'])('%s is refused', async (address) => {
    const outcome = await new Promise<string>((resolve) => {
      const socket = createConnection(web.port, address, () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    expect(outcome).toBe('ECONNREFUSED');
  });
});

describe('2: the Host header is ours', () => {
  test.each(['127.0.0.1', 'localhost'])('%s with the port passes', async (name) => {
    const { status } = await web.send('/', { headers: { host: `${name}:${web.port}` } });
    expect(status).toBe(200);
  });

  test.each([
    'evil.com',
    'evil.com:PORT',
    '127.0.0.1.evil.com:PORT',
    'localhost.:PORT',
    'LOCALHOST:PORT.evil.com',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:PORT@evil.com',
    '[::1]:PORT',
    '0.0.0.0:PORT',
  ])('%j is refused, whatever is asked', async (host) => {
    const headers = { host: host.replace('PORT', String(web.port)), cookie };
    for (const path of ['/', '/session', '/pictures/x/1/thumb', '/../x']) {
      expect((await web.send(path, { headers })).status).toBe(403);
    }
  });

  test('missing or empty is refused', async () => {
    expect(await web.raw('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    expect(await web.raw('GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    expect(await web.raw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('doubled is refused', async () => {
    const own = `Connection: close\r\nHost: 127.0.0.1:${web.port}\r\n`;
    expect(await web.raw(`GET / HTTP/1.1\r\n${own}Host: evil.com\r\n\r\n`)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await web.raw(`GET / HTTP/1.1\r\n${own}${own}\r\n`)).toMatch(/^HTTP\/1\.1 40[03] /);
  });

  test('an absolute address in the request line is refused', async () => {
    const own = `Connection: close\r\nHost: 127.0.0.1:${web.port}\r\n`;
    expect(await web.raw(`GET http://evil.com/ HTTP/1.1\r\n${own}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await web.raw(`GET //evil.com/ HTTP/1.1\r\n${own}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a WebSocket under another name is refused', async () => {
    expect(await web.upgrade({ host: 'evil.com', origin: 'http://evil.com', cookie })).toBe(403);
  });
});

describe('3: other sites cannot send anything', () => {
  const upload = `/uploads/${crypto.randomUUID()}?name=a.png`;
  const post = (headers: Record<string, string>) =>
    web.send(upload, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/octet-stream', ...headers },
      body: 'x',
    });

  test('our own page can', async () => {
    expect((await post({ origin: web.origin, 'sec-fetch-site': 'same-origin' })).status).toBe(204);
    expect(await web.upgrade({ origin: web.origin, cookie })).toBe(101);
    const localhost = `localhost:${web.port}`;
    expect(await web.upgrade({ host: localhost, origin: `http://${localhost}`, cookie })).toBe(101);
  });

  test.each<[string, Record<string, string>]>([
    ['no Origin', {}],
    ['another Origin', { origin: 'http://evil.com' }],
    ['Origin null', { origin: 'null' }],
    ['an Origin that begins like ours', { origin: 'http://127.0.0.1:PORT.evil.com' }],
    ['our name over https', { origin: 'https://127.0.0.1:PORT' }],
    ['another port of this computer', { origin: 'http://127.0.0.1:1' }],
    ['Sec-Fetch-Site cross-site', { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site same-site', { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site none', { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'none' }],
  ])('%s is refused on POST and on WebSocket', async (_, given) => {
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace('PORT', String(web.port))]),
    );
    expect((await post(headers)).status).toBe(403);
    expect(await web.upgrade({ ...headers, cookie })).toBe(403);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s is not there', async (method) => {
    expect((await web.send('/session', { method, headers: { origin: web.origin, cookie } })).status).toBe(
      405,
    );
  });

  test('a GET where something is left changes nothing', async () => {
    expect((await web.send(upload, { headers: { cookie } })).status).toBe(405);
  });
});

describe('5: bodies that a form could send are refused, and nothing is shared with other origins', () => {
  test.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ])('%j is refused', async (type) => {
    const headers = { origin: web.origin, cookie, ...(type !== '' && { 'content-type': type }) };
    for (const path of ['/session', `/uploads/${crypto.randomUUID()}?name=a`, '/rpc']) {
      expect((await web.send(path, { method: 'POST', headers, body: '{}' })).status).toBe(415);
    }
  });

  test('no answer has a CORS header', async () => {
    const headers = { origin: 'http://evil.com', cookie };
    for (const path of ['/', '/session', '/pictures/a/1/thumb', '/assets/app-1234.js']) {
      const answer = await web.send(path, { headers });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('no answer redirects', async () => {
    for (const path of ['/assets', '/assets/', '/index.html/', '/session/']) {
      const { status, headers } = await web.send(path, { headers: { cookie } });
      expect(status === 204 || status >= 400).toBe(true);
      expect(headers.location).toBeUndefined();
    }
  });
});

test('7: every answer says how it may be used', async () => {
  for (const path of ['/', '/session', '/nothing', '/%2e%2e/x', '/pictures/x/1/thumb']) {
    const { headers } = await web.send(path);
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  }
});
