import type { Metric, RunEvent, TesseraEvent } from '../contract/index.ts';

/** Metric points that wait for one slow subscriber before it is cut off. */
const maxWaitingPoints = 20_000;
/** Other events that wait: one for each job, run and project at most, so this is never reached in practice. */
const maxWaitingEvents = 2_000;
/** From one burst of news about work under way to the next, ms: nobody reads faster, and a screen has to draw them. */
const burstInterval = 100;

/**
 * Brings events to every subscriber. A slow one gets the latest of each thing instead of all in between (an event
 * says how a thing is now); one that falls too far behind is cut off, subscribes again and reads history. News of work under
 * way come in bursts, ten a second at most; what a person did is told at once.
 */
export class EventHub {
  readonly #subscribers = new Set<Subscriber>();

  publish(event: TesseraEvent): void {
    for (const subscriber of this.#subscribers) subscriber.take(event);
  }

  /** Events from now on, until `signal` aborts or the hub is closed. */
  subscribe(signal?: AbortSignal): AsyncGenerator<TesseraEvent, void, undefined> {
    const subscriber = new Subscriber();
    // From this call on, not from the first `next`: what is announced in between must not be missed.
    this.#subscribers.add(subscriber);
    const end = (): void => subscriber.end();
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    const leave = (): void => {
      this.#subscribers.delete(subscriber);
      signal?.removeEventListener('abort', end);
    };
    return readUntilEnd(subscriber, leave);
  }

  /** Ends every stream. */
  close(): void {
    for (const subscriber of this.#subscribers) subscriber.end();
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }
}

async function* readUntilEnd(subscriber: Subscriber, leave: () => void): AsyncGenerator<TesseraEvent, void> {
  try {
    for (;;) {
      const event = await subscriber.next();
      if (event === null) return;
      yield event;
    }
  } finally {
    leave();
  }
}

/** What waits for one subscriber; the newest of each thing, metrics and events of runs joined. */
class Subscriber {
  readonly #waiting = new Map<string, TesseraEvent>();
  #points = 0;
  #ended = false;
  #wake: (() => void) | null = null;
  /** What is left of the burst that is being told. */
  readonly #burst = new Set<string>();
  #restsUntil = 0;

  take(event: TesseraEvent): void {
    if (this.#ended) return;
    const key = subject(event);
    if (event.type === 'metrics') {
      this.#points += event.points.length;
      const earlier = this.#waiting.get(key);
      const points: Metric[] = earlier?.type === 'metrics' ? earlier.points : [];
      this.#waiting.set(key, { ...event, points: [...points, ...event.points] });
    } else if (event.type === 'runEvents') {
      const earlier = this.#waiting.get(key);
      const events: RunEvent[] = earlier?.type === 'runEvents' ? earlier.events : [];
      this.#waiting.set(key, { ...event, events: [...events, ...event.events] });
    } else {
      this.#waiting.set(key, event);
    }
    if (this.#points > maxWaitingPoints || this.#waiting.size > maxWaitingEvents) this.end();
    else this.#wake?.();
  }

  /** The next event, or null after the end. */
  async next(): Promise<TesseraEvent | null> {
    for (;;) {
      if (this.#ended) return null;
      const key = this.#due();
      const event = key === undefined ? undefined : this.#waiting.get(key);
      if (key !== undefined && event !== undefined) {
        this.#waiting.delete(key);
        this.#burst.delete(key);
        if (event.type === 'metrics') this.#points -= event.points.length;
        return event;
      }
      await this.#news();
    }
  }

  /** What may be told now. */
  #due(): string | undefined {
    for (const [key, { type }] of this.#waiting) if (!ofWork.has(type)) return key;
    if (this.#burst.size === 0 && this.#waiting.size > 0 && performance.now() >= this.#restsUntil) {
      for (const key of this.#waiting.keys()) this.#burst.add(key);
      this.#restsUntil = performance.now() + burstInterval;
    }
    const [first] = this.#burst;
    return first;
  }

  async #news(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#waiting.size > 0)
        timer = setTimeout(resolve, Math.max(0, Math.ceil(this.#restsUntil - performance.now())));
    });
    clearTimeout(timer);
  }

  end(): void {
    this.#ended = true;
    this.#waiting.clear();
    this.#wake?.();
  }
}

/** Events that tell how work goes on. */
const ofWork: ReadonlySet<TesseraEvent['type']> = new Set(['job', 'run', 'sweep', 'metrics', 'runEvents']);

/** What an event is about: a newer one about the same replaces it. */
function subject(event: TesseraEvent): string {
  switch (event.type) {
    case 'job':
      return `job ${event.job.id}`;
    case 'run':
      return `run ${event.projectId} ${event.run.id}`;
    case 'sweep':
      return `sweep ${event.projectId} ${event.sweep.id}`;
    case 'metrics':
      return `metrics ${event.projectId} ${event.runId}`;
    case 'runEvents':
      return `events ${event.projectId} ${event.runId}`;
    case 'dataset':
      return `dataset ${event.projectId}`;
    case 'trouble':
      return `trouble ${event.projectId}`;
    case 'projects':
    case 'modelServer':
      return event.type;
  }
}
