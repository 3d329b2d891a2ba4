import { ORPCError, ValidationError } from '@orpc/contract';
import { errorFromReport, reportError, TesseraError, type ErrorReport } from './errors.ts';
import { errorReport } from './jobs.ts';

/** How a thrown error leaves the services: an oRPC error whose data is the `ErrorReport`. */
export function errorForWire(thrown: unknown): ORPCError<string, unknown> {
  const report = isInvalidInput(thrown) ? reportInput(thrown.cause) : reportError(thrown);
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

/** Input that does not fit the contract; output that does not is a mistake of ours. */
function isInvalidInput(thrown: unknown): thrown is Error & { cause: ValidationError } {
  return (
    thrown instanceof ORPCError && thrown.code === 'BAD_REQUEST' && thrown.cause instanceof ValidationError
  );
}

function reportInput({ issues }: ValidationError): ErrorReport {
  const [first] = issues;
  const path = (first?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const details = { what: path.join('.') || 'The request', reason: first?.message ?? '' };
  return reportError(new TesseraError('invalidInput', details));
}
