/** The desktop's main process: locks the door, puts the parts together, opens the window. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol, session } from 'electron';
import { createRouterClient } from '@orpc/server';
import { errorFromWire } from '../../contract/index.ts';
import { composeServices } from '../../services/compose.ts';
import { userFolders } from '../../services/user-folders.ts';
import { serveModel } from '../model-server/serve-model.ts';
import { ensureSample } from '../sample-project.ts';
import { askForCamera } from './camera.ts';
import { guardContents } from './contents-guard.ts';
import { leaveInOrder } from './leaving.ts';
import { installMenu } from './menu.ts';
import { sampleFrom } from './options.ts';
import { scheme } from './origin.ts';
import { answerPages } from './page-requests.ts';
import { answerScreens, registerScheme } from './screens-protocol.ts';
import { lockSession } from './session-lock.ts';
import { utilityWorkers } from './utility-workers.ts';
import { openWindow } from './window.ts';
import { wordsFor } from './words.ts';

/** This file, the preload and the worker lie in `build/electron`, the screens beside it. */
const built = import.meta.dirname;
/** What Chromium keeps is apart from what Tessera keeps, and moves with `TESSERA_HOME`. */
const ownFolder = join(userFolders().data, 'desktop');

mkdirSync(ownFolder, { recursive: true });
app.setPath('userData', ownFolder);
registerScheme();
app.on('web-contents-created', (_event, contents) => guardContents(contents));

// An AppImage is started with it where the system allows no sandbox; half of one would only crash later.
if (app.commandLine.hasSwitch('no-sandbox')) refuseWithoutSandbox().catch(failToStart);
else {
  app.enableSandbox();
  // A second start only brings the window of the first to the front.
  if (app.requestSingleInstanceLock()) start().catch(failToStart);
  else app.quit();
}

async function refuseWithoutSandbox(): Promise<void> {
  await app.whenReady();
  const words = wordsFor(app.getLocale());
  dialog.showErrorBox(words.cannotStart, words.noSandbox);
  app.exit(1);
}

async function start(): Promise<void> {
  await app.whenReady();
  const words = wordsFor(app.getLocale());
  const services = composeServices({
    host: { kind: 'electron', version: app.getVersion() },
    spawn: utilityWorkers(join(built, 'worker.js')),
    serveModel,
  });
  const client = createRouterClient(services.router);
  leaveInOrder({
    workUnderWay: async () =>
      (await client.jobs.list()).filter(({ status }) => status === 'queued' || status === 'running'),
    dispose: services.dispose,
    words,
  });
  lockSession(session.defaultSession, (contents) => askForCamera(contents, words));
  protocol.handle(scheme, answerScreens(join(built, '../renderer'), services.files));
  answerPages(services.router);
  installMenu(words);

  const open = (): void =>
    openWindow({ preload: join(built, 'preload.cjs'), stateFile: join(ownFolder, 'window.json'), words });
  app.on('second-instance', open);
  app.on('activate', open);
  open();

  const sample = sampleFrom(process.argv);
  if (sample === null) return;
  try {
    await ensureSample(client, sample);
  } catch (error) {
    dialog.showErrorBox(words.sampleMissing, errorFromWire(error).message);
  }
}

function failToStart(error: unknown): void {
  dialog.showErrorBox(wordsFor(app.getLocale()).cannotStart, errorFromWire(error).message);
  app.exit(1);
}
