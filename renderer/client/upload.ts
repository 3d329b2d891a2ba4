import { TesseraError, uploadPath } from '../../app/contract/index.ts';

/** A file for the services; `name` is the relative path that the person knows. */
export interface UploadFile {
  name: string;
  blob: Blob;
}

/** Files sent at the same time. */
const lanes = 4;

/**
 * Sends files to the host and gives the id by which a call refers to all of them together.
 * `onProgress` hears bytes. Throws `uploadTooLarge`, `fileNotWritten` or `connectionLost`.
 */
export async function upload(
  files: readonly UploadFile[],
  onProgress: (sent: number, total: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<string> {
  const uploadId = crypto.randomUUID();
  const total = files.reduce((sum, { blob }) => sum + blob.size, 0);
  let sent = 0;
  const waiting = files.values();
  const lane = async (): Promise<void> => {
    for (const file of waiting) {
      let ofThisFile = 0;
      await send(uploadPath(uploadId, file.name), file.blob, signal, (bytes) => {
        sent += bytes - ofThisFile;
        ofThisFile = bytes;
        onProgress(sent, total);
      });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return uploadId;
}

/** `fetch` cannot tell how much of a body is sent; this can. */
function send(
  path: string,
  body: Blob,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => onBytes(event.loaded);
    request.onload = () => {
      onBytes(body.size);
      if (request.status === 204) resolve();
      else reject(uploadError(request.status, request.responseText));
    };
    request.onerror = () => reject(new TesseraError('connectionLost'));
    request.onabort = () => reject(new TesseraError('cancelled'));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}

function uploadError(status: number, reason: string): TesseraError {
  if (status === 413) return new TesseraError('uploadTooLarge', { limit: reason });
  if (status === 507) {
    const [path = '', why = ''] = reason.split('\n');
    return new TesseraError('fileNotWritten', { path, reason: why });
  }
  return new TesseraError('unexpected', { reason: reason || `the host answered ${status}` });
}
