import type { Stretch } from '../../charts/zoom-range.ts';
import type { client } from '../../client/index.ts';
import type { CurveAxis } from './curve-lines.ts';
import type { CurvePoints } from './curve-points.ts';

/** Step points that are read at once: as many as of a whole run. */
const capacity = 3000;
/** Of the length of what is shown, so much more is read to both sides of it, so that moving shows what is there. */
const beside = 1;
/** From so much more on it is read again: it has become too coarse. */
const coarse = 4 * (1 + 2 * beside);

/** What was read: a stretch of an axis in steps. */
interface Detail {
  axis: CurveAxis;
  stretch: Stretch;
  steps: CurvePoints['steps'];
  lastSeq: number;
}

/**
 * The stretch of a run that is looked at closely. The host averages it less coarsely than the whole run, and what lies
 * beside it too. Until it has, what is known already is shown: the detail read before, or the points of the whole run.
 */
export class CurveZoom {
  range = $state.raw<Stretch | null>(null);
  #detail = $state.raw<Detail | null>(null);
  #axis = $state.raw<CurveAxis>('epoch');
  #isReading = false;
  /** What was read no longer is what there is. */
  #isStale = false;
  readonly #api: Pick<typeof client, 'runs'>;
  readonly #projectId: string;
  readonly #runId: string;

  /** Steps to be shown in place of those of the whole run; null where these are. */
  readonly steps: CurvePoints['steps'] | null = $derived.by(() => {
    const { range } = this;
    const detail = this.#detail;
    return range && detail?.axis === this.#axis && covers(detail.stretch, range) ? detail.steps : null;
  });

  constructor(api: Pick<typeof client, 'runs'>, projectId: string, runId: string) {
    this.#api = api;
    this.#projectId = projectId;
    this.#runId = runId;
  }

  /** Shows a stretch of an axis; null is the whole run. Throws what the call throws. */
  async show(range: Stretch | null, axis: CurveAxis): Promise<void> {
    this.range = range;
    this.#axis = axis;
    await this.#readOn();
  }

  /** The run as it is shown: its steps of the stretch, all its epochs. */
  of(points: CurvePoints): CurvePoints {
    return this.steps ? { ...points, steps: this.steps } : points;
  }

  /** Reads the stretch again where a resumed run does a part of it anew, or where a running one has gone on within it. */
  async follow(points: CurvePoints): Promise<void> {
    const detail = this.#detail;
    if (!detail || !this.range) return;
    const [from, to] = this.range;
    const end = (steps: CurvePoints['steps']): number => steps.at(-1)?.[detail.axis] ?? -Infinity;
    const isOn = Math.min(end(points.steps), to) - end(detail.steps) > (to - from) / 100;
    if (points.lastSeq >= detail.lastSeq && !isOn) return;
    this.#isStale = true;
    await this.#readOn();
  }

  /** One call at a time: while a stretch is moved along, only where it is then is asked for. */
  async #readOn(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.range && (this.#isStale || !this.#isDetailed(this.range))) {
        this.#isStale = false;
        await this.#read(this.range, this.#axis);
      }
    } finally {
      this.#isReading = false;
    }
  }

  /** Whether what was read shows a stretch finely enough, and goes on a little to both sides of it. */
  #isDetailed(range: Stretch): boolean {
    const detail = this.#detail;
    if (!detail || detail.axis !== this.#axis) return false;
    const [from, to] = range;
    const margin = ((to - from) * beside) / 4;
    const [first, last] = detail.stretch;
    return covers(detail.stretch, [from - margin, to + margin]) && last - first <= (to - from) * coarse;
  }

  async #read([from, to]: Stretch, axis: CurveAxis): Promise<void> {
    const more = (to - from) * beside;
    const stretch: Stretch = [from - more, to + more];
    const { steps, lastSeq } = await this.#api.runs.curves({
      projectId: this.#projectId,
      runId: this.#runId,
      count: capacity,
      range: { axis, from: stretch[0], to: stretch[1] },
    });
    this.#detail = { axis, stretch, steps, lastSeq };
  }
}

const covers = ([first, last]: Stretch, [from, to]: Stretch): boolean => first <= from && to <= last;
