/** A choice of the person that this computer remembers, as text; null where there is none. */
export const remembered = (name: string): string | null =>
  globalThis.localStorage?.getItem(`tessera.${name}`) ?? null;

export function remember(name: string, value: string | null): void {
  if (value === null) globalThis.localStorage?.removeItem(`tessera.${name}`);
  else globalThis.localStorage?.setItem(`tessera.${name}`, value);
}
