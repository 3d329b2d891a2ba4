import { reportError, TesseraError, type Job, type Sweep, type SweepSpec } from '../contract/index.ts';
import { nextMove } from '../core/sweep/next-move.ts';
import {
  isTimeUsed,
  toSweep,
  type SweepRecord,
  type TrialRecord,
  type UnderWay,
} from '../core/sweep/record.ts';
import { rungsOf } from '../core/sweep/rungs.ts';
import { trialSettings } from '../core/sweep/trial-settings.ts';
import { newRun } from './new-run.ts';
import { freezePictures, planRun, type FrozenPictures } from './plan-run.ts';
import { planSweep } from './plan-sweep.ts';
import type { ProjectStore } from './ports.ts';
import { Throttle } from './throttle.ts';
import type { Tools } from './tools.ts';
import { isWorthAnotherTry, trialWork } from './trial-work.ts';

/** A sweep reaches the screens at most this often, ms. */
const announceInterval = 200;
/** How often a trial may lose its worker before it is out: one that needs more memory than there is would lose it for ever. */
const losses = 2;

interface Active {
  projectId: string;
  sweepId: string;
  /** The trial that has a job. */
  job: { id: string; number: number } | null;
  announce: Throttle;
}

const rungsOfRecord = ({ spec, trials }: SweepRecord) =>
  rungsOf(spec.method, spec.settings.epochs, trials.length);

const moveOf = (record: SweepRecord) => nextMove(record.trials, rungsOfRecord(record), record.spec.rankBy);

/**
 * Drives sweeps: one trial after the other becomes a job of the board. What comes next is read from what is stored each time, so
 * that a sweep goes on wherever it was cut off.
 */
export class Sweeps {
  readonly #tools: () => Tools;
  readonly #active = new Map<string, Active>();
  /** By run. */
  readonly #lost = new Map<string, number>();
  #closing = false;

  constructor(tools: () => Tools) {
    this.#tools = tools;
  }

  /** Throws what `planSweep` throws. */
  start(projectId: string, spec: SweepSpec): Sweep {
    const store = this.#store(projectId);
    const record = planSweep(store, spec);
    store.addSweep(record);
    this.#advance(projectId, record.id);
    return this.get(projectId, record.id);
  }

  /** The newest first. */
  list(projectId: string): Sweep[] {
    return this.#store(projectId)
      .sweeps()
      .map((record) => this.#seen(record));
  }

  /** Throws `sweepNotFound`. */
  get(projectId: string, sweepId: string): Sweep {
    return this.#seen(this.#store(projectId).sweep(sweepId));
  }

  /** Throws `sweepNotFound`. */
  pause(projectId: string, sweepId: string): Sweep {
    if (this.#isOver(projectId, sweepId)) return this.get(projectId, sweepId);
    this.#wish(projectId, sweepId, 'paused');
    const job = this.#job(sweepId);
    if (job === null) this.#active.delete(sweepId);
    else this.#tools().board.pause(job.id);
    return this.#tell(projectId, sweepId);
  }

  /** Throws `sweepNotFound`. `minutes`: the new limit, null for none. */
  resume(projectId: string, sweepId: string, minutes?: number | null): Sweep {
    const store = this.#store(projectId);
    const { spec } = store.sweep(sweepId);
    if (minutes !== undefined) store.updateSweep(sweepId, { spec: { ...spec, minutes } });
    this.#wish(projectId, sweepId, 'go');
    const job = this.#job(sweepId);
    if (job === null) this.#advance(projectId, sweepId);
    else this.#tools().board.resume(job.id);
    return this.#tell(projectId, sweepId);
  }

  /** Throws `sweepNotFound`. */
  cancel(projectId: string, sweepId: string): Sweep {
    if (this.#isOver(projectId, sweepId)) return this.get(projectId, sweepId);
    this.#wish(projectId, sweepId, 'cancelled');
    const job = this.#job(sweepId);
    if (job !== null) this.#tools().board.cancel(job.id);
    else this.#active.delete(sweepId);
    return this.#tell(projectId, sweepId);
  }

  /** Throws `sweepNotFound` and `sweepActive`. */
  remove(projectId: string, sweepId: string): void {
    const store = this.#store(projectId);
    const { name } = store.sweep(sweepId);
    if (this.#active.has(sweepId)) throw new TesseraError('sweepActive', { sweep: name });
    store.removeSweep(sweepId);
    this.#tools().hub.publish({ type: 'projects' });
  }

  /** What was under way in a project when Tessera ended goes on; what was paused stays so. */
  takeUp(store: ProjectStore): void {
    if (store.readOnly !== null) return;
    for (const { id, wish } of store.sweeps().toReversed()) if (wish === 'go') this.#advance(store.id, id);
  }

  /** Before a project is closed: what is cancelled there now is to go on when it is opened again. */
  leave(projectId: string): void {
    for (const [sweepId, active] of this.#active) {
      if (active.projectId === projectId) this.#active.delete(sweepId);
    }
  }

  /** Before the board is: likewise for all. */
  close(): void {
    this.#closing = true;
    this.#active.clear();
  }

  #store(projectId: string): ProjectStore {
    return this.#tools().projects.store(projectId);
  }

  #wish(projectId: string, sweepId: string, wish: SweepRecord['wish']): void {
    const store = this.#store(projectId);
    if (store.sweep(sweepId).wish !== wish) store.updateSweep(sweepId, { wish });
  }

  #isOver(projectId: string, sweepId: string): boolean {
    return moveOf(this.#store(projectId).sweep(sweepId)).kind === 'over' && this.#job(sweepId) === null;
  }

  /** The job of its trial, as long as it is not over. */
  #job(sweepId: string): Job | null {
    const job = this.#active.get(sweepId)?.job ?? null;
    return job === null ? null : this.#tools().board.get(job.id);
  }

  /** Begins what comes next, unless nothing does. Never throws: what goes wrong is announced, and the sweep stays where it is. */
  #advance(projectId: string, sweepId: string): void {
    if (this.#closing || (this.#active.get(sweepId)?.job ?? null) !== null) return;
    try {
      const store = this.#store(projectId);
      for (;;) {
        const record = store.sweep(sweepId);
        const move = moveOf(record);
        if (move.kind === 'promote' && record.wish === 'go' && !isTimeUsed(record)) {
          store.promoteTrials(sweepId, move.numbers, move.until);
          continue;
        }
        const trial = record.trials.find(({ number }) => move.kind === 'train' && number === move.number);
        if (trial === undefined || record.wish !== 'go' || isTimeUsed(record)) {
          this.#active.delete(sweepId);
          break;
        }
        if (this.#begin(store, record, trial)) break;
      }
    } catch (error) {
      this.#active.delete(sweepId);
      this.#tools().hub.publish({ type: 'trouble', projectId, error: reportError(error) });
    }
    this.#tell(projectId, sweepId);
  }

  /** False where the trial cannot be planned any more, and is out. */
  #begin(store: ProjectStore, record: SweepRecord, trial: TrialRecord): boolean {
    const tools = this.#tools();
    let { runId } = trial;
    if (runId === null) {
      const pictures = this.#pictures(store, record);
      const target = { channels: store.channels(), classes: pictures.classes.length };
      try {
        const settings = trialSettings(record.spec.settings, trial.values, target);
        const { plan, parameters } = planRun(store, settings, pictures);
        if (plan.dataHash !== record.dataHash)
          throw new TesseraError('sweepDataChanged', { sweep: record.name });
        const run = newRun(store, plan, parameters);
        store.addTrialRun(record.id, trial.number, run, plan);
        runId = run.id;
      } catch (thrown) {
        const { code, message } = reportError(thrown);
        if (code === 'sweepDataChanged') throw thrown;
        store.updateTrial(record.id, trial.number, { over: 'failed', error: message });
        return false;
      }
    }
    const run = store.updateRun(runId, { status: 'queued', endedAt: null, error: null });
    tools.hub.publish({ type: 'run', projectId: store.id, run });
    const active = this.#activate(store.id, record.id);
    const work = trialWork(tools, store, record.id, trial, run, this.#events(active, store, trial, run.id));
    active.job = { id: tools.board.start(work).id, number: trial.number };
    return true;
  }

  #activate(projectId: string, sweepId: string): Active {
    const known = this.#active.get(sweepId);
    if (known !== undefined) return known;
    const announce = new Throttle(announceInterval, () => {
      // Its project may be closed by now.
      if (this.#active.has(sweepId)) this.#tell(projectId, sweepId);
    });
    const active: Active = { projectId, sweepId, job: null, announce };
    this.#active.set(sweepId, active);
    return active;
  }

  #events(
    { projectId, sweepId, announce }: Active,
    store: ProjectStore,
    { number }: TrialRecord,
    runId: string,
  ) {
    const isWatched = (): boolean => !this.#closing && this.#active.has(sweepId);
    const goOn = (): void => {
      const active = this.#active.get(sweepId);
      if (active?.job?.number === number) active.job = null;
      this.#advance(projectId, sweepId);
    };
    return {
      onChange: () => announce.ask(),
      onQueued: () => {
        store.updateTrial(sweepId, number, { over: null, error: null });
        this.#lost.delete(runId);
        this.#wish(projectId, sweepId, 'go');
        const active = this.#activate(projectId, sweepId);
        const job = this.#tools()
          .board.list()
          .find((each) => each.runId === runId && each.kind === 'train');
        if (job !== undefined) active.job ??= { id: job.id, number };
        announce.ask();
      },
      onPaused: () => {
        this.#wish(projectId, sweepId, 'paused');
        announce.ask();
      },
      onEnd: goOn,
      onFailed: (error: TesseraError) => {
        if (!isWatched()) return;
        this.#noteFailure(store, sweepId, number, runId, error);
        goOn();
      },
    };
  }

  #noteFailure(
    store: ProjectStore,
    sweepId: string,
    number: number,
    runId: string,
    error: TesseraError,
  ): void {
    if (error.code === 'cancelled') {
      // With the whole sweep it is only left off.
      if (store.sweep(sweepId).wish === 'go') store.updateTrial(sweepId, number, { over: 'cancelled' });
      return;
    }
    const lost = (this.#lost.get(runId) ?? 0) + 1;
    this.#lost.set(runId, lost);
    if (isWorthAnotherTry(error) && lost < losses) return;
    store.updateTrial(sweepId, number, { over: 'failed', error: error.message });
  }

  /** Those of its other runs; before there are any, and where all were removed, those of now. */
  #pictures(store: ProjectStore, { trials }: SweepRecord): FrozenPictures {
    const kept = trials.find(({ runId }) => runId !== null)?.runId ?? null;
    if (kept === null) return freezePictures(store);
    const { classes, manifest } = store.plan(kept);
    return { classes, entries: manifest };
  }

  #tell(projectId: string, sweepId: string): Sweep {
    const sweep = this.get(projectId, sweepId);
    this.#tools().hub.publish({ type: 'sweep', projectId, sweep });
    return sweep;
  }

  #seen(record: SweepRecord): Sweep {
    const underWay = this.#underWay(record.id);
    return toSweep(record, this.#statusOf(record, underWay), underWay);
  }

  #underWay(sweepId: string): UnderWay | null {
    const job = this.#active.get(sweepId)?.job ?? null;
    if (job === null) return null;
    const { status } = this.#tools().board.get(job.id);
    const seen = status === 'running' || status === 'paused' ? status : 'waiting';
    return { number: job.number, status: seen };
  }

  #statusOf(record: SweepRecord, underWay: UnderWay | null): Sweep['status'] {
    if (underWay === null && moveOf(record).kind === 'over') return 'done';
    if (record.wish !== 'go') return record.wish;
    if (this.#active.has(record.id)) return 'running';
    return isTimeUsed(record) ? 'timeUsed' : 'stopped';
  }
}
