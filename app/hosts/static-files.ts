import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';

/** What the built screens consist of; nothing else is served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * One file of the built screens, for `segments` as `pathSegments` gives them. 404 for what is not there, is of
 * another kind, or lies outside of `folder` by way of a link.
 */
export async function staticFile(folder: string, segments: readonly string[]): Promise<Response> {
  const wanted = segments.length === 0 ? ['index.html'] : segments;
  const type = contentTypes[extname(wanted.at(-1) ?? '').toLowerCase()];
  const path = type === undefined ? null : await fileInside(folder, wanted);
  if (type === undefined || path === null) {
    return new Response('nothing here', {
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    });
  }
  const { size } = await stat(path);
  return new Response(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>, {
    headers: { 'content-type': type, 'content-length': String(size), 'cache-control': cachePolicy(wanted) },
  });
}

/** Vite names what lies in `assets/` by its content. */
function cachePolicy([first]: readonly string[]): string {
  return first === 'assets' ? 'private, max-age=31536000, immutable' : 'no-cache';
}

async function fileInside(folder: string, segments: readonly string[]): Promise<string | null> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, ...segments));
    return path.startsWith(root + sep) && (await stat(path)).isFile() ? path : null;
  } catch {
    return null;
  }
}
