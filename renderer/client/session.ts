import { RefusedError, type Refusal } from './transport.ts';

const tokenFragment = /^#token=([\w-]+)$/;

/**
 * Makes sure that this page has a session with the browser host. The token of the address that `tessera serve` printed
 * is exchanged once for a cookie and taken out of the address; a reload finds the cookie.
 * Throws `RefusedError`, or the network's error where the host does not answer.
 */
export async function enterSession(): Promise<void> {
  const token = tokenFragment.exec(location.hash)?.[1];
  const response = token === undefined ? await fetch('/session') : await exchange(token);
  if (response.ok) return;
  if (response.status !== 401) throw new Error(`the host answered ${response.status}`);
  throw new RefusedError((await response.json()).refusal as Refusal);
}

async function exchange(token: string): Promise<Response> {
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (response.ok) history.replaceState(null, '', '#/');
  return response;
}
