import { protocol } from 'electron';
import type { FilesHandler } from '../../services/files.ts';
import { pathSegments } from '../request-path.ts';
import { securityHeaders } from '../security-headers.ts';
import { staticFile } from '../static-files.ts';
import { isOurs, scheme, startAddress } from './origin.ts';

/** Makes `app://tessera` an origin like one of the web: secure, with storage and fetch. Before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/**
 * Answers every request for `app://tessera/…`: the built screens below the folder `screens`, and pictures, uploads and
 * downloads. 403 for a path or host that our own screens never ask for, 404 for what is not there.
 */
export function answerScreens(screens: string, files: FilesHandler): (request: Request) => Promise<Response> {
  return async (request) => {
    const { body, status, headers } = await respond(request);
    const all = new Headers(headers);
    for (const [name, value] of Object.entries(securityHeaders())) all.set(name, value);
    return new Response(body, { status, headers: all });
  };

  async function respond(request: Request): Promise<Response> {
    const segments = isOurs(request.url) ? pathSegments(rawPath(request.url)) : null;
    if (segments === null) return plain(403, 'not an address of this app');
    switch (segments[0]) {
      case 'pictures':
      case 'uploads':
      case 'downloads':
        return files(request);
      default:
        return request.method === 'GET' ? staticFile(screens, segments) : plain(405, 'GET only');
    }
  }
}

/** The path as it was sent; `URL` would already have decoded or resolved some of it. */
function rawPath(address: string): string {
  return address.slice(startAddress.length - 1).split(/[?#]/, 1)[0] ?? '';
}

function plain(status: number, text: string): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(text, { status, headers });
}
