import type { Metric } from '../../../app/contract/index.ts';
import type { client, Heard } from '../../client/index.ts';
import { addPoints, noPoints, type CurvePoints } from './curve-points.ts';

/** Step points kept of a run: more than a screen has pixels across, few enough to redraw at once. */
const capacity = 3000;

/**
 * The curves of one run: its history, and what is announced from then on. Points announced while history is being
 * read wait for it, so nothing is missed and nothing is out of order.
 */
export class RunWatch {
  readonly runId: string;
  points = $state.raw<CurvePoints>(noPoints);
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  #waiting: (readonly Metric[])[] | null = null;

  constructor(api: Pick<typeof client, 'runs'>, projectId: string, runId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.runId = runId;
  }

  /** Reads the whole history, averaged down by the host. Throws what the call throws. */
  async read(): Promise<void> {
    const tail: (readonly Metric[])[] = [];
    this.#waiting = tail;
    const history = await this.#api.runs.curves({
      projectId: this.#projectId,
      runId: this.runId,
      count: capacity,
    });
    if (this.#waiting !== tail) return;
    this.#waiting = null;
    this.points = tail.reduce(
      (points: CurvePoints, announced) => addPoints(points, announced, capacity),
      history,
    );
  }

  hear(event: Heard): void {
    if (event.type !== 'metrics' || event.projectId !== this.#projectId || event.runId !== this.runId) return;
    if (this.#waiting) this.#waiting.push(event.points);
    else this.points = addPoints(this.points, event.points, capacity);
  }
}
