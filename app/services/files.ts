import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { TesseraError } from '../contract/index.ts';
import type { PictureFiles } from './picture-files.ts';
import type { Downloads } from './downloads.ts';
import type { Uploads } from './uploads.ts';

/** Answers `/pictures/…`, `/uploads/…` and `/downloads/…`; the same for every host that has screens. */
export type FilesHandler = (request: Request) => Promise<Response>;

const patterns = {
  picture: /^\/pictures\/([^/]+)\/([1-9][0-9]{0,14})\/(thumb|full)$/,
  upload: /^\/uploads\/([^/]+)$/,
  download: /^\/downloads\/([0-9a-f-]{36})$/,
};

/**
 * What lies behind a picture's id never changes (its file is named by its content), so browsers may keep it; only this
 * person's, not a proxy.
 */
const pictureHeaders = { 'cache-control': 'private, max-age=31536000, immutable' };

export function filesHandler(tools: {
  pictures: PictureFiles;
  uploads: Uploads;
  downloads: Downloads;
}): FilesHandler {
  const { pictures, uploads, downloads } = tools;

  async function picture([, projectId, imageId, size]: string[]): Promise<Response> {
    const file = await pictures.find(projectId as string, Number(imageId), size as 'thumb' | 'full');
    if (file === null) return plain(404, 'no such picture');
    return sendFile(file.path, { ...pictureHeaders, 'content-type': file.type });
  }

  async function upload([, uploadId]: string[], request: Request): Promise<Response> {
    const name = new URL(request.url).searchParams.get('name') ?? '';
    await uploads.receive(uploadId as string, name, request.body ?? Readable.from([]));
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
  }

  async function download([, id]: string[]): Promise<Response> {
    const path = downloads.path(id as string);
    if (path === undefined) return plain(404, 'no such file');
    return sendFile(path, {
      'cache-control': 'no-store',
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodedName(basename(path))}`,
    });
  }

  return async (request) => {
    const path = decodedPath(request);
    if (path === null) return plain(400, 'not a path');
    try {
      const toUpload = patterns.upload.exec(path);
      if (toUpload)
        return request.method === 'POST' ? await upload(toUpload, request) : plain(405, 'POST only');
      if (request.method !== 'GET') return plain(405, 'GET only');
      const toPicture = patterns.picture.exec(path);
      if (toPicture) return await picture(toPicture);
      const toDownload = patterns.download.exec(path);
      if (toDownload) return await download(toDownload);
      return plain(404, 'nothing here');
    } catch (error) {
      return refusal(error);
    }
  };
}

/** As RFC 8187 wants it: `encodeURIComponent` leaves some characters that it does not allow. */
function encodedName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decodedPath(request: Request): string | null {
  try {
    return decodeURIComponent(new URL(request.url).pathname);
  } catch {
    return null;
  }
}

/** Up to here a file is sent in one piece, bytes: a stream for each of the thumbnails that are scrolled past costs more than they do. */
const onePiece = 256 * 1024;

async function sendFile(path: string, headers: Record<string, string>): Promise<Response> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return plain(404, 'no such file');
  const body =
    found.size <= onePiece
      ? await readFile(path)
      : (Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
  return new Response(body, {
    headers: {
      ...headers,
      'content-length': String(body instanceof Uint8Array ? body.length : found.size),
      'x-content-type-options': 'nosniff',
    },
  });
}

function refusal(error: unknown): Response {
  if (!(error instanceof TesseraError)) return plain(500, 'the file could not be taken or given');
  if (error.code === 'uploadTooLarge') return plain(413, String(error.details.limit));
  // Which folder, and why.
  if (error.code === 'fileNotWritten') return plain(507, `${error.details.path}\n${error.details.reason}`);
  return plain(error.code === 'invalidInput' ? 400 : 404, error.message);
}

function plain(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
