import type { Session, WebContents } from 'electron';
import { isCameraScreen } from './camera.ts';
import { isOurs } from './origin.ts';

/** Writing to the clipboard (a copied table) and the full screen; everything else that a page could ask for is refused, but for the camera. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

/** What never leaves this computer. `devtools:` is only there in a checkout. */
const localSchemes: ReadonlySet<string> = new Set(['blob:', 'data:', 'devtools:']);

/**
 * Takes from a session what the screens do not need: permissions, devices, the network. The camera, without sound, may be
 * asked for on the one screen that takes pictures with it; `askForCamera` then asks the person.
 */
export function lockSession(
  session: Session,
  askForCamera: (contents: WebContents) => Promise<boolean>,
): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    if (isCamera(permission, details) && details.isMainFrame && isCameraScreen(contents)) {
      askForCamera(contents).then(answer, () => answer(false));
    } else answer(granted.has(permission) && isOurs(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (contents, permission, origin, { mediaType }) =>
      isOurs(origin) &&
      (granted.has(permission) ||
        (permission === 'media' && mediaType === 'video' && isCameraScreen(contents))),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, ({ url }, answer) =>
    answer({ cancel: !isLocal(url) }),
  );
  // It would fetch its dictionaries from a server.
  session.setSpellCheckerEnabled(false);
}

/** Of our own page, and of nothing but the camera. */
const isCamera = (permission: string, details: object & { requestingUrl: string }): boolean =>
  permission === 'media' &&
  isOurs(details.requestingUrl) &&
  'mediaTypes' in details &&
  Array.isArray(details.mediaTypes) &&
  details.mediaTypes.join() === 'video';

function isLocal(address: string): boolean {
  return isOurs(address) || localSchemes.has(URL.parse(address)?.protocol ?? '');
}
