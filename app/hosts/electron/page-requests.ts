import {
  BrowserWindow,
  dialog,
  ipcMain,
  MessageChannelMain,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type OpenDialogOptions,
  type WebFrameMain,
} from 'electron';
import { RPCHandler } from '@orpc/server/message-port';
import type { TesseraRouter } from '../../services/assemble.ts';
import { channels } from './channels.ts';
import { isOurs } from './origin.ts';

/** Hears what the preload sends, from the main frame of our own page and from nobody else. */
export function answerPages(router: TesseraRouter): void {
  const rpc = new RPCHandler(router);
  ipcMain.on(channels.connect, (event) => {
    const frame = trustedFrame(event);
    if (frame !== null) handOverPort(rpc, event, frame);
  });
  ipcMain.handle(channels.pickFolder, (event) => {
    if (trustedFrame(event) === null) throw new Error('not for this page');
    return pickFolder(BrowserWindow.fromWebContents(event.sender));
  });
}

/**
 * The frame that a message came from if it may ask at all. An `about:blank` inherits the origin of whoever opened it,
 * so its address is looked at as well.
 */
export function trustedFrame({ senderFrame: frame }: IpcMainEvent | IpcMainInvokeEvent): WebFrameMain | null {
  const isTrusted = frame !== null && frame.parent === null && isOurs(frame.url) && isOurs(frame.origin);
  return isTrusted ? frame : null;
}

/** One end of a new channel to the services; it lasts as long as the page. */
function handOverPort(
  rpc: RPCHandler<Record<never, never>>,
  { sender }: IpcMainEvent,
  frame: WebFrameMain,
): void {
  const { port1: ours, port2: theirs } = new MessageChannelMain();
  const close = (): void => ours.close();
  sender.once('destroyed', close);
  ours.once('close', () => sender.off('destroyed', close));
  rpc.upgrade(ours);
  ours.start();
  frame.postMessage(channels.port, null, [theirs]);
}

async function pickFolder(window: BrowserWindow | null): Promise<string | null> {
  const options: OpenDialogOptions = { properties: ['openDirectory', 'createDirectory'] };
  const { canceled, filePaths } =
    window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
  return canceled ? null : (filePaths[0] ?? null);
}
