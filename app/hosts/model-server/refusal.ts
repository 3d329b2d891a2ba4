import { reportError, type ErrorCode } from '../../contract/index.ts';

export type RefusalStatus = 400 | 403 | 404 | 405 | 413 | 415 | 422 | 429 | 503;

/** A request that is not answered, with the reason for whoever wrote the client. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: RefusalStatus, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What the client did wrong; every other error is ours. */
const clientErrors: Partial<Record<ErrorCode, RefusalStatus>> = { pictureUnreadable: 422 };

/** Anything thrown while a request was answered, as its answer: JSON `{error: {code, message}}`. */
export function refusalResponse(thrown: unknown): Response {
  if (thrown instanceof Refusal) return errorResponse(thrown.status, thrown, thrown.headers);
  const report = reportError(thrown);
  return errorResponse(clientErrors[report.code] ?? 500, report);
}

function errorResponse(
  status: number,
  { code, message }: { code: string; message: string },
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers });
}
