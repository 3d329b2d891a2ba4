import { expect, expectTypeOf, test, vi } from 'vitest';
import type { Bridge } from '../../app/hosts/electron/preload.ts';
import type { HostBridge } from '../../renderer/client/host-bridge.ts';
import { exposed, ipcRenderer } from './double.ts';

vi.mock('electron', () => import('./double.ts'));
const posted = vi.fn();
vi.stubGlobal('window', { location: { origin: 'app://tessera' }, postMessage: posted });
await import('../../app/hosts/electron/preload.ts');
const bridge = exposed.get('tessera') as Bridge;

test('the page gets these functions and nothing else', () => {
  expect([...exposed.keys()]).toEqual(['tessera']);
  expect(Object.entries(bridge).map(([key, value]) => `${key}: ${typeof value}`)).toMatchInlineSnapshot(`
    [
      "connect: function",
      "pickFolder: function",
      "pathForFile: function",
    ]
  `);
});

test('they are what the screens’ client expects', () => {
  expectTypeOf<Bridge>().toEqualTypeOf<HostBridge>();
});

test('nothing that Electron hands to the preload gets through', async () => {
  expect(bridge.connect()).toBeUndefined();
  expect(await bridge.pickFolder()).toBe('/home/ada/pictures');
  expect(ipcRenderer.sent).toEqual(['tessera:connect', 'tessera:pick-folder']);
  expect(bridge.pathForFile(new File([], 'cat.png'))).toBe('/dropped/cat.png');
});

test('of a port’s message only the port goes on to the page, and only to our own origin', () => {
  const port = {};
  ipcRenderer.emit('tessera:port', { ports: [port], sender: 'not for pages' }, 'neither is this');
  expect(posted.mock.calls).toEqual([['tessera:port', 'app://tessera', [port]]]);
});
