/**
 * Every kind of error that a person can meet, listed once: what it is called, and the sentence that says
 * what happened, to which file, and what to do. `{braces}` are filled from the error's `details`.
 *
 * The domain throws `TesseraError`; the hosts carry `code` and `details` across; screens translate by code.
 */
export const errorSentences = {
  unexpected: 'Something went wrong inside Tessera: {reason}',
  invalidInput: '{what} is not valid: {reason}',
  projectNotFound: 'There is no Tessera project at {path}. Create one there first, or choose another folder.',
  projectExists: '{path} already holds a project or other files. Choose an empty or new folder.',
  projectLocked: '{path} is open in another Tessera. Close it there, then try again.',
  projectDamaged: 'The database of {path} could not be read ({reason}). It was left untouched.',
  projectNewer: '{path} was made by a newer Tessera. Update Tessera to change it.',
  projectReadOnly: '{path} is open for reading only. Nothing in it can be changed here.',
  projectOnNetwork:
    '{path} is on a network drive ({kind}), where a database is not safe. Put the project on a disk of this computer; pictures may come from the network.',
  projectBusy: 'This project still works on something. Wait for it or cancel it first.',
  snapshotNotFound: 'There is no whole snapshot {name} in {path}. Choose another one.',
  projectNotWritable:
    '{path} could not be written: {reason}. Free some space or check its permissions, then try again.',
  projectNotOpen: 'That project is not open. Open it from the home screen.',
  folderTaken: '{path} already holds files. Choose an empty or new folder.',
  fileNotFound: '{path} does not exist. Check the name and try again.',
  fileUnreadable: '{path} cannot be read: {reason}. Check its permissions and try again.',
  fileMalformed: '{path} is not a well-formed {format} file: {reason}.',
  modelNotTaken: '{path} cannot be brought in: {reason}.',
  editRefused: 'The network cannot be changed like this: {reason}.',
  ownModelNotFound: 'There is no network {name} in this project. It may have been removed.',
  ownModelExists: 'There is already a network called {name} in this project. Choose another name.',
  broughtModelNotFound: 'There is no model {model} in this project. Bring it in first.',
  pictureUnreadable: '{path} is not a picture that Tessera can read: {reason}.',
  cannotReference:
    '{path} cannot be referenced in place: it is not a picture file of its own on a disk of this computer. Import it as a copy.',
  referenceGone:
    '{path} is not there any more, and the project refers to it. Put the file back, or import it again from where it is now.',
  referenceChanged:
    '{path} is not the picture any more that was imported. Put the original file back, or delete the picture and import it anew.',
  importEmpty: 'No pictures were found in {path}. Choose a folder, zip or IDX file that holds pictures.',
  layoutUnknown: '{path} is not laid out in a way that Tessera knows. Name the layout with --layout.',
  archiveUnsafe: '{path} was refused: {reason}.',
  imageNotFound: 'Picture {image} is not in this project.',
  classNotFound: 'There is no class {name} in this project.',
  classExists: 'There is already a class called {name}. Choose another name.',
  keyTaken: 'The key {key} already gives {name}. Choose another key.',
  testLocked: 'The test set is locked, and this would change it. Unlock it on the Data screen first.',
  finalOnly: 'The test set is locked. Only a final evaluation may use it.',
  versionNotFound: 'There is no version {version} of this data set.',
  nothingToUndo: 'There is nothing to undo.',
  nothingToRedo: 'There is nothing to redo.',
  tooFewPictures: 'Training needs at least two classes with two labeled pictures each. {reason}',
  graphInvalid: 'The network does not fit together at layer {layer}: {reason}.',
  modelUnknown: 'There is no model called {name}. Choose one of: {known}.',
  runNotFound: 'There is no run {run} in this project.',
  runHasNoCheckpoint: 'Run {run} has no checkpoint. Train it for at least one epoch, or choose another run.',
  runActive: 'Run {run} is still training. Stop it first.',
  sweepNotFound: 'There is no sweep {sweep} in this project.',
  sweepActive: '{sweep} is still under way. Cancel it first.',
  sweepDataChanged:
    'No run of {sweep} is left that keeps its pictures, and the data set is another one now. Start a new sweep.',
  lossNotFinite: 'The loss became {value} at step {step}. Lower the learning rate and train again.',
  lossNotFiniteIn:
    'The loss became {value} at step {step}; layer {layer} was the first to give something else than numbers. What was learned before is kept. Lower the learning rate, lengthen the warm-up or clip the gradients, and train again.',
  workerStopped:
    'The worker process ended unexpectedly ({reason}). The last checkpoint is kept; resume to go on from it.',
  workerKilled:
    'The system ended the worker process ({reason}), most likely because memory ran out. The last checkpoint is kept. Close other programs and resume, or begin anew with smaller batches or smaller pictures.',
  portTaken: 'Port {port} of this computer is taken by another program. Choose another one.',
  jobNotFound: 'There is no job {job}.',
  jobNotPausable: '{job} cannot be paused. Cancel it instead.',
  jobNotWaiting: '{job} does not wait any more.',
  jobNotRepeatable: '{job} cannot be done again from here. Start it anew.',
  cancelled: 'Cancelled.',
  paused: 'Paused.',
  connectionLost: 'The connection to Tessera was lost. It is being opened again; then try once more.',
  exportFailed: 'The model could not be written to {path}: {reason}.',
  fileNotWritten:
    '{path} could not be written: {reason}. Choose another place or make room, then start again.',
  exportDiffers: 'The exported model answers differently ({difference}) from Tessera. It was not kept.',
  engineUnavailable: 'The native engine could not be loaded: {reason}. Run npm start to rebuild it.',
  shapeMismatch: '{operator}: {reason}.',
  networkDisposed: 'This network was disposed and cannot be used any more.',
  uploadNotFound: 'That upload is no longer there. Add the pictures again.',
  uploadTooLarge: 'That upload is larger than {limit}. Import a zip or folder by its path instead.',
} as const;

export type ErrorCode = keyof typeof errorSentences;
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** Whether it means that a process went away, whatever it was doing. */
export const isLostProcess = (code: string): boolean => code === 'workerStopped' || code === 'workerKilled';

export const errorCodes = Object.keys(errorSentences) as ErrorCode[];

/** Fills a sentence's `{names}`; a name without a value stays visible, so that the gap is noticed. */
export function fillSentence(sentence: string, details: ErrorDetails): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(details, name) ? String(details[name]) : whole,
  );
}

/** The one error type of the domain: a code from the table above and the values of its sentence. */
export class TesseraError extends Error {
  override readonly name = 'TesseraError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(fillSentence(errorSentences[code], details), options);
    this.code = code;
    this.details = details;
  }
}

/** What crosses a process or a transport in place of a thrown `TesseraError`. */
export interface ErrorReport {
  code: ErrorCode;
  details: ErrorDetails;
  message: string;
}

/** Anything thrown, as a report; what is not a `TesseraError` becomes `unexpected`. */
export function reportError(thrown: unknown): ErrorReport {
  if (thrown instanceof TesseraError) {
    return { code: thrown.code, details: thrown.details, message: thrown.message };
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return reportError(new TesseraError('unexpected', { reason }, { cause: thrown }));
}

/** Why, in a few words, for lists that name the file beside it. */
export function reasonOf(thrown: unknown): string {
  const { code, details, message } = reportError(thrown);
  if (code === 'fileNotFound' || code === 'referenceGone') return 'it is not there any more';
  if (code === 'referenceChanged') return 'it is not the picture any more that was imported';
  return String(details.reason ?? message);
}

/** The other direction: a report that arrived becomes an error again. */
export function errorFromReport(report: ErrorReport): TesseraError {
  return new TesseraError(report.code, report.details);
}
