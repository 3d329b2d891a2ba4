import { TesseraError, type Prediction } from '../../contract/index.ts';
import type { AskedModel, SentPicture } from '../../services/asked-model.ts';

interface Waiting extends PromiseWithResolvers<Prediction> {
  picture: SentPicture;
}

/**
 * Pictures of many requests, asked together: what arrives while the network works waits for the next turn, and goes
 * through it as one batch. Nothing is held back to fill a batch, so that a picture that comes alone is answered at once.
 */
export class Batches {
  readonly #model: Pick<AskedModel, 'predict'>;
  readonly #most: { batch: number; waiting: number };
  #waiting: Waiting[] = [];
  #isWorking = false;

  /** `most.batch` pictures go through the network at once, `most.waiting` may wait for it. */
  constructor(model: Pick<AskedModel, 'predict'>, most: { batch: number; waiting: number }) {
    this.#model = model;
    this.#most = most;
  }

  /** Whether so many more may wait. */
  hasRoomFor(pictures: number): boolean {
    return this.#waiting.length + pictures <= this.#most.waiting;
  }

  /** Rejects with `pictureUnreadable`, for this picture alone, and as tasks do. */
  ask(picture: SentPicture): Promise<Prediction> {
    const waiting = { picture, ...Promise.withResolvers<Prediction>() };
    this.#waiting.push(waiting);
    void this.#work();
    return waiting.promise;
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    while (this.#waiting.length > 0) {
      await this.#answer(this.#waiting.splice(0, this.#most.batch));
    }
    this.#isWorking = false;
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    try {
      const predictions = await this.#model.predict(batch.map(({ picture }) => picture));
      batch.forEach(({ resolve, reject }, index) => {
        const prediction = predictions[index];
        if (prediction) resolve(prediction);
        else reject(new TesseraError('unexpected', { reason: 'the model gave too few answers' }));
      });
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1 && only) return only.reject(error);
      // One picture that cannot be read is no reason to refuse those of others.
      for (const each of batch) await this.#answer([each]);
    }
  }
}
