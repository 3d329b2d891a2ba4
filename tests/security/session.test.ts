import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Session } from '../../app/hosts/web/session.ts';
import { WebHarness } from './web-harness.ts';

let web: WebHarness;
beforeEach(async () => {
  web = await WebHarness.start();
});
afterEach(() => web[Symbol.asyncDispose]());

describe('4: the token', () => {
  test('is 256 bits, new at every start, and stands in the fragment alone', () => {
    expect(Buffer.from(web.token, 'base64url')).toHaveLength(32);
    const url = new URL(web.host.url);
    expect(url.href.replace(url.hash, '')).not.toContain(web.token);
    expect(new Session(1).token).not.toBe(new Session(1).token);
  });

  test('is exchanged once, for a cookie that scripts and other sites do not get', async () => {
    const { status, headers } = await web.enter();
    expect(status).toBe(204);
    const [set] = headers['set-cookie'] ?? [];
    expect(set).toMatch(/^tessera_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(set).not.toContain(web.token);

    const again = await web.enter();
    expect(again.status).toBe(401);
    expect(JSON.parse(again.body)).toEqual({ refusal: 'tokenUsed' });
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test('is not needed again by the page that has the cookie', async () => {
    const cookie = await web.cookie();
    expect((await web.send('/session', { headers: { cookie } })).status).toBe(204);
    const headers = { origin: web.origin, 'content-type': 'application/json', cookie };
    const again = await web.send('/session', {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: web.token }),
    });
    expect(again.status).toBe(204);
  });

  test.each<[string, unknown]>([
    ['wrong', 'A'.repeat(43)],
    ['of another start', new Session(1).token],
    ['empty', ''],
    ['missing', null],
    ['no text', { length: 43 }],
    ['endless', 'A'.repeat(100_000)],
  ])('%s is refused', async (_, token) => {
    const answer = await web.enter(token);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toEqual({ refusal: 'tokenWrong' });
  });

  test('does not work as a cookie, nor in the address', async () => {
    const cookie = `tessera_${web.port}=${web.token}`;
    expect((await web.send('/session', { headers: { cookie } })).status).toBe(401);
    expect((await web.send(`/session?token=${web.token}`)).status).toBe(401);
  });
});

describe('without a session', () => {
  test.each(['/pictures/x/1/thumb', '/downloads/x', '/uploads/x?name=y'])('%s is closed', async (path) => {
    expect((await web.send(path)).status).toBe(401);
    expect((await web.send(path, { headers: { cookie: `tessera_${web.port}=` } })).status).toBe(401);
  });

  test('RPC is closed', async () => {
    expect(await web.upgrade({ origin: web.origin })).toBe(401);
    expect(await web.upgrade({ origin: web.origin, cookie: `tessera_${web.port}=x` })).toBe(401);
  });

  test('an upload leaves nothing behind', async () => {
    const answer = await web.send(`/uploads/${crypto.randomUUID()}?name=a`, {
      method: 'POST',
      headers: { origin: web.origin, 'content-type': 'application/octet-stream' },
      body: 'x',
    });
    expect(answer.status).toBe(401);
  });
});

describe('a hundred wrong tokens', () => {
  test('are slowed down, while the host stays responsive and the right one still opens', async () => {
    const begun = performance.now();
    let answered = 0;
    const guesses = Array.from({ length: 100 }, async () => {
      const { status } = await web.enter('wrong');
      answered++;
      return { status, after: performance.now() - begun };
    });
    expect((await web.send('/')).status).toBe(200);
    expect((await web.enter()).status).toBe(204);
    // Both came while wrong ones were still kept waiting.
    expect(answered).toBeLessThan(100);

    const answers = await Promise.all(guesses);
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(50);
    const looked = answers.filter(({ status }) => status === 401).map(({ after }) => after);
    expect(looked.length).toBeLessThan(30);
    // A timer never fires early: this holds on the slowest machine too.
    expect(Math.max(...looked)).toBeGreaterThan(1500);
  });
});
