import type { Session } from 'electron';
import { isOurs } from './origin.ts';

/** Writing to the clipboard (a copied table) and the full screen; everything else that a page could ask for is refused. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

/** What never leaves this computer. `devtools:` is only there in a checkout. */
const localSchemes: ReadonlySet<string> = new Set(['blob:', 'data:', 'devtools:']);

/** Takes from a session what the screens do not need: permissions, devices, the network. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(granted.has(permission) && isOurs(requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => granted.has(permission) && isOurs(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, ({ url }, answer) =>
    answer({ cancel: !isLocal(url) }),
  );
  // It would fetch its dictionaries from a server.
  session.setSpellCheckerEnabled(false);
}

function isLocal(address: string): boolean {
  return isOurs(address) || localSchemes.has(URL.parse(address)?.protocol ?? '');
}
