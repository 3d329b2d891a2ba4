import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { startAddress } from './origin.ts';
import { keepWindowState, readWindowState } from './window-state.ts';
import type { Words } from './words.ts';

/** The screens' own colours of paper, so that the window does not flash while they load. */
const paper = { dark: '#151513', light: '#fafaf8' };

export interface WindowOptions {
  /** The built preload. */
  preload: string;
  /** The file that remembers where the window was. */
  stateFile: string;
  words: Words;
}

/** Opens the one window; brings it to the front if it is open already. */
export function openWindow({ preload, stateFile, words }: WindowOptions): void {
  const [open] = BrowserWindow.getAllWindows();
  if (open !== undefined) {
    if (open.isMinimized()) open.restore();
    open.focus();
    return;
  }
  const displays = screen.getAllDisplays().map(({ workArea }) => workArea);
  const state = readWindowState(stateFile, displays);
  const window = new BrowserWindow({
    ...(state?.bounds ?? { width: 1280, height: 800 }),
    minWidth: 480,
    minHeight: 400,
    show: false,
    title: 'Tessera',
    backgroundColor: nativeTheme.shouldUseDarkColors ? paper.dark : paper.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  keepWindowState(stateFile, window);
  reopenAfterCrash(window, words);
  window.once('ready-to-show', () => {
    if (state?.isMaximized) window.maximize();
    window.show();
  });
  void window.loadURL(startAddress);
}

/** A page that died takes nothing along: what was asked of the services goes on. Says so, and loads it again. */
function reopenAfterCrash(window: BrowserWindow, words: Words): void {
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    const asked = dialog.showMessageBox(window, {
      type: 'error',
      message: words.windowGone,
      detail: words.windowGoneDetail(`${reason}, ${exitCode}`),
      buttons: [words.openAgain, words.quitAnyway],
      defaultId: 0,
      cancelId: 0,
    });
    void asked.then(({ response }) => {
      if (response === 1) app.quit();
      else if (!window.isDestroyed()) window.webContents.reload();
    });
  });
}
