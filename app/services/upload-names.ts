import { join } from 'node:path';
import { isReservedName } from '../core/file-names.ts';

/** Characters that a file name cannot have on one of the three systems. */
const impossible = /[<>:"|?*\u0000-\u001f\u007f]/g;
const maxSegmentBytes = 255;
const maxSegments = 32;

/**
 * The relative path under which an uploaded file is put down, from the name that the person knows; null where the
 * name leads out of its folder or cannot be one. What only some systems do not like is replaced, so that a name is
 * put down the same way everywhere.
 */
export function safeRelativePath(name: string): string | null {
  if (name.includes('\0') || name.includes('\\') || /^[a-z]:/i.test(name)) return null;
  const segments = name.split('/');
  if (segments.length > maxSegments) return null;
  const safe = segments.map(safeSegment);
  return safe.includes(null) ? null : join(...(safe as string[]));
}

function safeSegment(segment: string): string | null {
  if (segment === '' || segment === '.' || segment === '..') return null;
  if (Buffer.byteLength(segment) > maxSegmentBytes) return null;
  const clean = segment.replace(impossible, '_').replace(/[. ]+$/, '_');
  return isReservedName(clean) ? `_${clean}` : clean;
}
