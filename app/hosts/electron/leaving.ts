import { app, BrowserWindow, dialog, type Event } from 'electron';
import { errorFromWire, type Job } from '../../contract/index.ts';
import type { Words } from './words.ts';

/** What leaving has to know about the services. */
export interface Leaving {
  /** What is queued or running. */
  workUnderWay(): Promise<Pick<Job, 'title'>[]>;
  /** Ends it in good order. */
  dispose(): Promise<void>;
  words: Words;
}

/**
 * Ends the app when it is asked to, or when its window is closed (on macOS it stays, as programs there do): asks first
 * while work is under way, and goes only when everything is written and closed.
 */
export function leaveInOrder({ workUnderWay, dispose, words }: Leaving): void {
  let isDecided = false;
  let isAsking = false;
  let isEnding = false;

  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', holdBack);
  app.on('browser-window-created', (_event, window) => {
    window.on('close', (event) => {
      if (process.platform !== 'darwin') holdBack(event);
    });
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isEnding) return;
    isEnding = true;
    void dispose()
      .catch((error: unknown) => dialog.showErrorBox(words.notClosed, errorFromWire(error).message))
      .finally(() => app.exit());
  });

  /** Stops an event that would end the app until it is known that the person means it. */
  function holdBack(event: Event): void {
    if (isDecided) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    // If it cannot be asked, the person still has to get out.
    void isMeant()
      .catch(() => true)
      .then((yes) => {
        isAsking = false;
        isDecided = yes;
        if (yes) app.quit();
      });
  }

  async function isMeant(): Promise<boolean> {
    const jobs = await workUnderWay();
    if (jobs.length === 0) return true;
    const options = {
      type: 'question' as const,
      message: words.workUnderWay,
      detail: words.workUnderWayDetail(jobs.map(({ title }) => title).join('\n')),
      buttons: [words.goOn, words.quitAnyway],
      defaultId: 0,
      cancelId: 0,
    };
    const [window] = BrowserWindow.getAllWindows();
    const { response } =
      window === undefined
        ? await dialog.showMessageBox(options)
        : await dialog.showMessageBox(window, options);
    return response === 1;
  }
}
