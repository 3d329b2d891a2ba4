import {
  errorFromReport,
  reportError,
  type AugmentedPicture,
  type Augmentation,
  type TesseraError,
} from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

/** Pause after the last change before pictures are made, ms. */
const pause = 250;
const epochs = 4;

/** Some pictures as the network would see them in its first epochs. */
export class AugmentPreview {
  pictures = $state.raw<readonly AugmentedPicture[]>([]);
  error = $state.raw<TesseraError | null>(null);
  readonly #api: Pick<typeof client, 'models'>;
  readonly #projectId: string;

  constructor(api: Pick<typeof client, 'models'>, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  /** Makes them a moment later; the way to call that off is handed back. Nothing is made where nothing is changed. */
  show(augment: Augmentation, imageSize: number, seed: number): () => void {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const request = { projectId: this.#projectId, augment, imageSize, seed, epochs };
      try {
        const pictures = await this.#api.models.augmentationPreview(request);
        if (!isCurrent) return;
        this.pictures = pictures;
        this.error = null;
      } catch (error) {
        if (isCurrent) this.error = errorFromReport(reportError(error));
      }
    };
    if (Object.keys(augment).length === 0) {
      this.pictures = [];
      this.error = null;
      return () => undefined;
    }
    const timer = setTimeout(() => void ask(), pause);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }
}
