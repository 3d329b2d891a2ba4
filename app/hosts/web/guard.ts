import type { IncomingMessage } from 'node:http';

/** Why a request is turned away; the status and nothing more goes back. */
export interface Refusal {
  status: 400 | 403 | 405 | 415;
  reason: string;
}

/** Media types that a form or a script of another site cannot send without asking first. */
const bodyTypes = new Set(['application/json', 'application/octet-stream']);

/** The values of the Host header that are ours; a browser leaves the port out where it is 80. */
export function ownHosts(address: string, port: number): ReadonlySet<string> {
  const name = address.includes(':') ? `[${address}]` : address;
  const names = name === '127.0.0.1' || name === '[::1]' ? [name, 'localhost'] : [name];
  return new Set(names.flatMap((each) => (port === 80 ? [each, `${each}:80`] : [`${each}:${port}`])));
}

/**
 * Checks a request by its head alone, before anything else looks at it: is it meant for us (a name that was made to
 * point here is not), and did our own page send it? Null where it may pass.
 */
export function refusalOf(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | null {
  const [host, ...more] = request.headersDistinct.host ?? [];
  if (host === undefined || more.length > 0 || !hosts.has(host)) return { status: 403, reason: 'Host' };
  if (request.headers.upgrade !== undefined || request.method === 'POST') {
    if (!isSameOrigin(request, host)) return { status: 403, reason: 'Origin' };
  }
  if (!request.url?.startsWith('/') || request.url.startsWith('//')) return { status: 400, reason: 'path' };
  if (request.method === 'POST') {
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return bodyTypes.has(type) ? null : { status: 415, reason: 'Content-Type' };
  }
  return request.method === 'GET' || request.method === 'HEAD' ? null : { status: 405, reason: 'method' };
}

/** Browsers name the origin of every POST and of every WebSocket; what does not name ours is not our page. */
function isSameOrigin(request: IncomingMessage, host: string): boolean {
  const site = request.headers['sec-fetch-site'];
  return request.headers.origin === `http://${host}` && (site === undefined || site === 'same-origin');
}
