import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Contract } from '../../app/contract/index.ts';
import { answerPages } from '../../app/hosts/electron/page-requests.ts';
import { Harness } from '../services/harness.ts';
import { answers, BrowserWindow, Frame, ipcMain, shown, type DoublePort } from './double.ts';

vi.mock('electron', () => import('./double.ts'));

let harness: Harness;
let window: BrowserWindow;
beforeEach(() => {
  harness = new Harness();
  window = new BrowserWindow({});
  answerPages(harness.services.router);
});
afterEach(async () => {
  window.close();
  ipcMain.removeAllListeners();
  await harness[Symbol.asyncDispose]();
});

const from = (senderFrame: Frame | null): object => ({ sender: window.webContents, senderFrame });
const frame = (fields: Partial<Frame>): Frame => Object.assign(new Frame(), fields);

function connected(): { client: ContractRouterClient<Contract>; port: DoublePort } {
  ipcMain.emit('tessera:connect', from(window.webContents.mainFrame));
  const port = window.webContents.mainFrame.posted.at(-1)?.ports[0] as DoublePort;
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port }));
  port.start();
  return { client, port };
}

describe('a port to the services', () => {
  test('carries calls and events', async () => {
    const { client, port } = connected();
    const events = await client.events();
    const { project } = await client.projects.create({ name: 'Cats' });
    expect(project.name).toBe('Cats');
    expect((await client.projects.list()).map(({ name }) => name)).toEqual(['Cats']);
    await events.return?.();
    port.close();
  });

  test('is a new one each time, and the others go on', async () => {
    const first = connected();
    const second = connected();
    expect(await first.client.models.architectures()).toEqual(await second.client.models.architectures());
    first.port.close();
    expect((await second.client.models.architectures()).length).toBeGreaterThan(0);
  });

  test('closes with its window', async () => {
    const { port } = connected();
    const closed = new Promise<void>((resolve) => port.once('close', resolve));
    window.close();
    await closed;
  });

  test('leaves nothing behind on the window when the page is loaded again', async () => {
    for (let load = 0; load < 20; load++) {
      connected().port.close();
      await vi.waitFor(() => expect(window.webContents.listenerCount('destroyed')).toBe(0));
    }
  });
});

describe('a folder', () => {
  const pick = (senderFrame: Frame | null): unknown =>
    ipcMain.handlers.get('tessera:pick-folder')?.(from(senderFrame));

  test('is the one that the person chose, or null', async () => {
    answers.folders.push(['/home/ada/cats']);
    expect(await pick(window.webContents.mainFrame)).toBe('/home/ada/cats');
    expect(await pick(window.webContents.mainFrame)).toBeNull();
    expect(shown.at(-1)?.options).toEqual({ properties: ['openDirectory', 'createDirectory'] });
  });

  test.each(strangers())('is not asked for by %s', (_name, sender) => {
    shown.length = 0;
    expect(() => pick(sender)).toThrow('not for this page');
    expect(shown).toEqual([]);
  });
});

test.each(strangers())('no port for %s', (_name, sender) => {
  ipcMain.emit('tessera:connect', from(sender));
  expect(sender?.posted ?? []).toEqual([]);
  expect(window.webContents.mainFrame.posted).toEqual([]);
});

function strangers(): [string, Frame | null][] {
  return [
    ['a frame that is gone', null],
    ['a frame inside of our page', frame({ parent: new Frame() })],
    ['about:blank, which inherits our origin', frame({ url: 'about:blank' })],
    ['about:srcdoc', frame({ url: 'about:srcdoc' })],
    ['a page of the web', frame({ url: 'https://example.com/', origin: 'https://example.com' })],
    ['a host that begins alike', frame({ url: 'app://tessera.evil/', origin: 'app://tessera.evil' })],
    ['a page of ours that was sandboxed', frame({ origin: 'null' })],
    ['a blob', frame({ url: 'blob:app://tessera/1' })],
    ['a file', frame({ url: 'file:///tmp/tessera.html', origin: 'file://' })],
  ];
}
