/** The worker as the desktop starts it: the one of every host, behind a check of the addon. */
import { guardAddon } from './addon-guard.ts';

/** Written in by the build. */
declare const ADDON_SHA256: string;

guardAddon(ADDON_SHA256);
await import('../../jobs/worker.ts');
