import { BrowserWindow, dialog, systemPreferences, type WebContents } from 'electron';
import { isOurs } from './origin.ts';
import type { Words } from './words.ts';

/** The address of the one screen that has a use for a camera: the Data screen with the camera's panel open. */
const cameraScreen = /^#\/p\/[^/?]+\/data\?([^#]*&)?camera=on(&|$)/;

/** Whether the page that is shown is where the camera may be asked for at all. */
export const isCameraScreen = (contents: WebContents | null): boolean => {
  const address = contents?.getURL() ?? '';
  return isOurs(address) && cameraScreen.test(new URL(address).hash);
};

/** Asks the person, each time; then the system, where it wants to be asked too. No is the answer of Escape. */
export async function askForCamera(contents: WebContents, words: Words): Promise<boolean> {
  const window = BrowserWindow.fromWebContents(contents);
  const question = {
    type: 'question' as const,
    message: words.camera,
    detail: words.cameraDetail,
    buttons: [words.allow, words.deny],
    defaultId: 1,
    cancelId: 1,
  };
  const asked = window === null ? dialog.showMessageBox(question) : dialog.showMessageBox(window, question);
  const { response } = await asked;
  if (response !== 0) return false;
  return process.platform !== 'darwin' || systemPreferences.askForMediaAccess('camera');
}
