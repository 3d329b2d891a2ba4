import type { MeasuredPicture, Task, TaskResults } from '../../core/tasks.ts';
import { describePicture } from '../../formats/images/describe-picture.ts';
import { readOriginal, type Originals } from '../originals.ts';
import type { TaskContext } from './context.ts';
import { inOrder } from './in-order.ts';
import { picturesDone } from './progress-detail.ts';

/** Pictures decoded side by side. */
const ahead = 16;
/** They go up to the store in portions of so many. */
const portion = 512;

/** Measures pictures that are in the project already. One that cannot be read any more is passed over. */
export async function runMeasure(
  task: Extract<Task, { kind: 'measure' }>,
  context: Pick<TaskContext, 'signal' | 'progress' | 'measured'>,
): Promise<TaskResults['measure']> {
  const { pictures } = task;
  const read = inOrder(pictures, ahead, ({ imageId, hash }) => measure(imageId, task, hash));
  let waiting: MeasuredPicture[] = [];
  let images = 0;
  let done = 0;
  const send = (): void => {
    if (waiting.length > 0) context.measured(waiting);
    waiting = [];
  };
  for await (const measured of read) {
    context.signal.throwIfAborted();
    done++;
    if (measured !== null) {
      waiting.push(measured);
      images++;
    }
    if (waiting.length >= portion) send();
    if (done % 16 === 0) context.progress(done, pictures.length, picturesDone(done, pictures.length));
  }
  send();
  return { images };
}

async function measure(imageId: number, originals: Originals, hash: string): Promise<MeasuredPicture | null> {
  try {
    const { bytes, path } = await readOriginal(originals, hash);
    const { measures } = await describePicture(bytes, path);
    return { imageId, ...measures };
  } catch {
    return null;
  }
}
