import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { channels } from './channels.ts';

/** All that the screens get of Electron, as `window.tessera`. */
const bridge = {
  connect: (): void => ipcRenderer.send(channels.connect),
  pickFolder: (): Promise<string | null> => ipcRenderer.invoke(channels.pickFolder),
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
};
export type Bridge = typeof bridge;

ipcRenderer.on(channels.port, ({ ports }) => {
  window.postMessage(channels.port, window.location.origin, ports);
});
contextBridge.exposeInMainWorld('tessera', bridge);
