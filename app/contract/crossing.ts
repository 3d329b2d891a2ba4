import { ORPCError } from '@orpc/contract';
import { errorFromReport, reportError, TesseraError } from './errors.ts';
import { errorReport } from './jobs.ts';

/** How a thrown error leaves the services: an oRPC error whose data is the `ErrorReport`. */
export function errorForWire(thrown: unknown): ORPCError<string, unknown> {
  const report = reportError(thrown);
  const status = report.code === 'unexpected' ? 500 : 422;
  return new ORPCError(report.code, { status, message: report.message, data: report, cause: thrown });
}

/** The other direction, whatever the transport: what a call threw, as the `TesseraError` it was. */
export function errorFromWire(thrown: unknown): TesseraError {
  if (thrown instanceof TesseraError) return thrown;
  const data = typeof thrown === 'object' && thrown !== null && 'data' in thrown ? thrown.data : undefined;
  const report = errorReport.safeParse(data);
  return errorFromReport(report.success ? report.data : reportError(thrown));
}
