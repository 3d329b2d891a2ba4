import type { Stretch } from '../../charts/zoom-range.ts';
import type { client } from '../../client/index.ts';
import type { CurveAxis } from './curve-lines.ts';
import type { CurvePoints } from './curve-points.ts';

/** Step points of a stretch: as many as of a whole run. */
const capacity = 3000;

/**
 * The stretch of a run that is looked at closely. Until the host has averaged it less coarsely than the whole run, the
 * points of that are shown.
 */
export class CurveZoom {
  range = $state.raw<Stretch | null>(null);
  #steps = $state.raw<CurvePoints['steps'] | null>(null);
  #readUpTo = -1;
  #axis: CurveAxis = 'epoch';
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  readonly #runId: string;

  constructor(api: Pick<typeof client, 'runs'>, projectId: string, runId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.#runId = runId;
  }

  /** Shows a stretch of an axis; null is the whole run. Throws what the call throws. */
  async show(range: Stretch | null, axis: CurveAxis): Promise<void> {
    this.range = range;
    this.#axis = axis;
    this.#steps = null;
    if (range) await this.#read(range);
  }

  /** Reads the stretch again where a resumed run does a part of it anew. */
  async follow({ lastSeq }: CurvePoints): Promise<void> {
    if (this.range && lastSeq < this.#readUpTo) await this.#read(this.range);
  }

  /** The run as it is shown: its steps of the stretch, all its epochs. */
  of(points: CurvePoints): CurvePoints {
    return this.#steps ? { ...points, steps: this.#steps } : points;
  }

  async #read(range: Stretch): Promise<void> {
    const { steps, lastSeq } = await this.#api.runs.curves({
      projectId: this.#projectId,
      runId: this.#runId,
      count: capacity,
      range: { axis: this.#axis, from: range[0], to: range[1] },
    });
    // The person may have gone on to another stretch.
    if (this.range !== range) return;
    this.#steps = steps;
    this.#readUpTo = lastSeq;
  }
}
