import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How each system opens a file with the program that is meant for it. */
const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

/**
 * Opens an address that holds a secret: by way of a file that only this person can read, because everybody on the
 * computer sees the arguments of a program. The file goes when this process ends.
 */
export function openInBrowser(url: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-open-'));
  chmodSync(folder, 0o700);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const page = join(folder, 'tessera.html');
  writeFileSync(page, redirectPage(url), { mode: 0o600 });
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  // Where there is no browser the printed address remains.
  spawn(program, [...args, page], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

/** `url` is our own: an address, a port and base64url. */
export function redirectPage(url: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Tessera</title><meta http-equiv="refresh" content="0; url=${url}"><p><a href="${url}">Open Tessera</a>`;
}
