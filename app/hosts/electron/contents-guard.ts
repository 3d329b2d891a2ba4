import type { WebContents } from 'electron';
import { knownLink, openLink } from './external-links.ts';
import { isOurs } from './origin.ts';

/** Keeps a page where it is: it leads nowhere else, opens no windows and holds no other page. */
export function guardContents(contents: WebContents): void {
  const stay = (event: { url: string; preventDefault(): void }): void => {
    if (!isOurs(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const link = knownLink(url);
    if (link !== undefined) openLink(link);
    return { action: 'deny' };
  });
}
