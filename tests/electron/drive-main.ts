/**
 * Runs the built main process in plain Node, on the double of `electron`: opens the app, asks over a port what a page
 * would ask, leaves. Prints what it saw as JSON. The worker that answers is the built one, in a process of its own.
 */
import { registerHooks } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../app/contract/index.ts';

const double = new URL('./double.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context),
});
const electron = await import('./double.ts');
const [, , mainFile = ''] = process.argv;
// The rest of the command line, `--sample xo`, is for the app itself.
await import(mainFile);

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(5);
};
await until(() => electron.BrowserWindow.getAllWindows()[0]?.loaded !== undefined);
const [window] = electron.BrowserWindow.getAllWindows() as [InstanceType<typeof electron.BrowserWindow>];
const page = window.webContents.mainFrame;

electron.ipcMain.emit('tessera:connect', { sender: window.webContents, senderFrame: page });
const port = page.posted[0]?.ports[0] as InstanceType<typeof electron.DoublePort>;
const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port }));
port.start();

const host = await client.host();
const screen = await electron.protocolHandlers.get('app')?.(new Request('app://tessera/'));
const isBusy = async (): Promise<boolean> =>
  (await client.jobs.list()).some(({ status }) => status === 'queued' || status === 'running');
if (process.argv.includes('--sample')) {
  while ((await client.projects.list()).length === 0 || (await isBusy())) await sleep(50);
}
const projects = await client.projects.list();
const workers = electron.utilityProcesses;

electron.app.quit();
await until(() => electron.app.exitCode !== null);
process.stdout.write(
  JSON.stringify({
    host,
    screen: screen?.status,
    preload: window.options.webPreferences?.preload,
    exitCode: electron.app.exitCode,
    projects: projects.map(({ name, images }) => ({ name, images })),
    workersLeft: workers.filter(({ pid }) => pid !== undefined).length,
    shown: electron.shown,
  }),
);
