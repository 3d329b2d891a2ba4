import type { Metric, RunEvent, TesseraEvent } from '../contract/index.ts';

/** Metric points that wait for one slow subscriber before it is cut off. */
const maxWaitingPoints = 20_000;
/** Other events that wait: one for each job, run and project at most, so this is never reached in practice. */
const maxWaitingEvents = 2_000;

/**
 * Brings events to every subscriber. A slow one gets the latest of each thing instead of all in between (an event
 * says how a thing is now); one that falls too far behind is cut off, subscribes again and reads history.
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
    while (this.#waiting.size === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#ended) return null;
    const [key, event] = this.#waiting.entries().next().value as [string, TesseraEvent];
    this.#waiting.delete(key);
    if (event.type === 'metrics') this.#points -= event.points.length;
    return event;
  }

  end(): void {
    this.#ended = true;
    this.#waiting.clear();
    this.#wake?.();
  }
}

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
