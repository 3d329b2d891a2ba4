import type {
  DecodedFile,
  MeasuredPicture,
  NewImage,
  SkippedFile,
  Suggestion,
} from '../../app/core/tasks.ts';
import { runDecode } from '../../app/jobs/tasks/decode.ts';
import type { TaskContext } from '../../app/jobs/tasks/context.ts';

/** Keeps what a task says, instead of a supervisor. */
export class RecordingContext implements TaskContext {
  readonly #abort = new AbortController();
  readonly pausing = new AbortController().signal;
  readonly chunks: { images: NewImage[]; skipped: SkippedFile[] }[] = [];
  readonly reports: { done: number; total: number | null; detail: string }[] = [];
  readonly #onImages: (images: NewImage[]) => void;

  /** `onImages` happens before a chunk is taken. */
  constructor(onImages: (images: NewImage[]) => void = () => undefined) {
    this.#onImages = onImages;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get stored(): NewImage[] {
    return this.chunks.flatMap(({ images }) => images);
  }

  get skipped(): SkippedFile[] {
    return this.chunks.flatMap(({ skipped }) => skipped);
  }

  cancel(reason: Error): void {
    this.#abort.abort(reason);
  }

  readonly progress: TaskContext['progress'] = (done, total, detail) => {
    this.reports.push({ done, total, detail });
  };

  readonly images: TaskContext['images'] = async (images, skipped) => {
    this.#onImages(images);
    this.signal.throwIfAborted();
    this.chunks.push({ images, skipped });
  };

  /** In this process, instead of the pool's. */
  readonly decode: TaskContext['decode'] = async (request) => {
    const results: DecodedFile[] = [];
    const decoded: TaskContext['decoded'] = (files) => {
      for (const [place, file] of files) results[place] = file;
    };
    await runDecode({ kind: 'decode', ...request }, { signal: new AbortController().signal, decoded });
    return results;
  };
  readonly decoded: TaskContext['decoded'] = () => undefined;
  readonly measurements: MeasuredPicture[] = [];
  readonly given: Suggestion[] = [];
  readonly measured: TaskContext['measured'] = (measured) => void this.measurements.push(...measured);
  readonly suggestions: TaskContext['suggestions'] = (given) => void this.given.push(...given);
  readonly metrics: TaskContext['metrics'] = () => undefined;
  readonly happened: TaskContext['happened'] = () => undefined;
  readonly dataOf: TaskContext['dataOf'] = () => Promise.resolve({ data: null, refused: null });
  readonly checkpoint: TaskContext['checkpoint'] = () => undefined;
}
