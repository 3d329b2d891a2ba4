/** The scheme that the screens and everything that belongs to them is served by; never `file://`. */
export const scheme = 'app';
const host = 'tessera';

export const startAddress = `${scheme}://${host}/`;

/** Whether an address is of our one origin. Judged by its parsed parts: text that begins alike proves nothing. */
export function isOurs(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === `${scheme}:` && url.host === host && url.username === '' && url.password === '';
}
