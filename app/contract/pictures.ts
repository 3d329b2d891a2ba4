/**
 * The paths, on the screens' own origin, where pictures and files are fetched and left. Both hosts serve the
 * same ones: `app://tessera` on the desktop, `http://127.0.0.1:port` in the browser.
 */
export const thumbnailPath = (projectId: string, imageId: number): string =>
  `/pictures/${encodeURIComponent(projectId)}/${imageId}/thumb`;

/** The picture upright, in sRGB, at its own size. */
export const picturePath = (projectId: string, imageId: number): string =>
  `/pictures/${encodeURIComponent(projectId)}/${imageId}/full`;

/**
 * `POST` with `application/octet-stream` and the file as the body. `name` is the relative path that the person
 * knows; files that belong together share an `uploadId` (any UUID made by the screen). Answers 204.
 */
export const uploadPath = (uploadId: string, name: string): string =>
  `/uploads/${encodeURIComponent(uploadId)}?name=${encodeURIComponent(name)}`;

/** A file that a job left for the person. */
export const downloadPath = (id: string): string => `/downloads/${encodeURIComponent(id)}`;
