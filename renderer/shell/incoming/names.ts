/** What systems leave in folders and archives beside the pictures. */
export const isClutter = (name: string): boolean =>
  name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

/** What an upload's file lies in: its topmost folder, or itself. */
export const topOf = (name: string): string => name.split('/')[0] ?? name;

/** The name of the only folder or file, without the extension of a file that holds others; else empty. */
export function nameOf(paths: readonly string[]): string {
  if (paths.length !== 1) return '';
  const last = paths[0]?.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  return last.replace(/(\.(zip|tar|gz|tgz|csv|jsonl))+$/i, '');
}
