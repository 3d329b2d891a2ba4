import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../../app/hosts/web/limits.ts';
import { WebHarness } from './web-harness.ts';

let web: WebHarness;
beforeEach(async () => {
  web = await WebHarness.start();
});
afterEach(() => web[Symbol.asyncDispose]());

const stillServes = async (): Promise<void> => expect((await web.send('/')).status).toBe(200);

test('ten thousand headers are refused', async () => {
  const headers = Array.from({ length: 10_000 }, (_, index) => `X-${index}: x\r\n`).join('');
  const answer = await web.raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\n${headers}\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  await stillServes();
});

test('a body without end is not read where none is taken, and its connection is closed', async () => {
  const head = [
    'POST /session HTTP/1.1',
    `Host: 127.0.0.1:${web.port}`,
    `Origin: ${web.origin}`,
    'Content-Type: application/json',
    `Content-Length: ${1024 ** 3}`,
  ];
  const { answer, closed } = await web.exchange(`${head.join('\r\n')}\r\n\r\n${'x'.repeat(256 * 1024)}`);
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(closed).toBe(true);
  await stillServes();
});

test('a frame of 64 MB closes its WebSocket', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${web.port}/rpc`, {
    headers: { origin: web.origin, cookie: await web.cookie() },
  });
  const code = await new Promise<number>((resolve) => {
    socket.on('open', () => socket.send(Buffer.alloc(64 * 1024 ** 2)));
    socket.on('error', () => undefined);
    socket.on('close', resolve);
  });
  expect([1006, 1009]).toContain(code);
  await stillServes();
});

test('frames that are not RPC do no harm', async () => {
  // The adapter reports each of them.
  const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const cookie = await web.cookie();
  const socket = new WebSocket(`ws://127.0.0.1:${web.port}/rpc`, { headers: { origin: web.origin, cookie } });
  await new Promise((resolve) => socket.on('open', resolve));
  for (const garbage of ['', 'x', '{', '{}', 'null', '[]', '{"i":"1","p":{"u":"/__proto__"}}'])
    socket.send(garbage);
  socket.send(Buffer.from([0, 1, 2, 255]));
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.terminate();
  expect(report).toHaveBeenCalled();
  report.mockRestore();
  expect(await web.upgrade({ origin: web.origin, cookie })).toBe(101);
});

test('no more WebSockets than allowed, and no more connections', async () => {
  const cookie = await web.cookie();
  const headers = { origin: web.origin, cookie };
  const sockets = Array.from(
    { length: limits.webSockets },
    () => new WebSocket(`ws://127.0.0.1:${web.port}/rpc`, { headers }),
  );
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('open', resolve))));
  expect(await web.upgrade(headers)).toBe(503);
  for (const socket of sockets) socket.terminate();

  const silent: Socket[] = [];
  for (let index = 0; index < 1000; index++) {
    silent.push(connect(web.port, '127.0.0.1').on('error', () => undefined));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  const open = silent.filter((socket) => socket.readyState === 'open').length;
  expect(open).toBeLessThanOrEqual(limits.sockets);
  for (const socket of silent) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await stillServes();
});

test('an upload that is too large is refused and removed', async () => {
  const { Uploads } = await import('../../app/services/uploads.ts');
  await using uploads = new Uploads(1000);
  const id = randomUUID();
  const body = async function* () {
    for (let index = 0; index < 100; index++) yield new Uint8Array(100);
  };
  await expect(uploads.receive(id, 'a.bin', body())).rejects.toMatchObject({ code: 'uploadTooLarge' });
  expect(await uploads.paths(id)).toEqual([]);
});

test('a connection that stays open carries many requests without holding on to any', async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): number => warnings.push(warning);
  process.on('warning', hear);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cookie = await web.cookie();
  try {
    for (let number = 0; number < 15; number++) {
      const status = await new Promise<number>((resolve, reject) => {
        get(`${web.origin}/pictures/none/${number + 1}/thumb`, { agent, headers: { cookie } }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        }).on('error', reject);
      });
      expect(status).toBe(404);
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings.map(({ name }) => name)).toEqual([]);
  } finally {
    agent.destroy();
    process.off('warning', hear);
  }
});
