/** Names that Windows keeps for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * The segments of a request's path, decoded once; null for a path that a screen never asks for: one that climbs, is
 * not well encoded, or holds a backslash, a colon, a control character, an empty or hidden segment, a device name.
 * Takes the path as it was sent: a URL parser would have resolved the dots already.
 */
export function pathSegments(rawPath: string): string[] | null {
  if (!rawPath.startsWith('/')) return null;
  if (rawPath === '/') return [];
  const segments: string[] = [];
  for (const raw of rawPath.slice(1).split('/')) {
    const segment = decoded(raw);
    if (segment === null || !isPlain(segment)) return null;
    segments.push(segment);
  }
  return segments;
}

function decoded(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

function isPlain(segment: string): boolean {
  if (segment === '' || segment.startsWith('.') || deviceName.test(segment)) return false;
  return ![...segment].some(
    (character) => '/\\:%'.includes(character) || character < ' ' || character === '\x7f',
  );
}
