import { sweepSpec, TesseraError, trialScore, trialValues, type Run } from '../contract/index.ts';
import type { SweepRecord, TrialRecord } from '../core/sweep/record.ts';
import type { TrainPlan } from '../core/training/plan.ts';
import type { Database } from './database.ts';
import { insertRun, writePlan } from './runs.ts';

/** What of a sweep may change, and what of a trial. */
type SweepChange = Partial<Pick<SweepRecord, 'wish' | 'spec'>>;
type TrialChange = Partial<Pick<TrialRecord, 'epoch' | 'score' | 'over' | 'seconds' | 'error'>>;

/** Searches over settings, and their trials. */
export function sweeps(database: Database) {
  return {
    addSweep({ id, createdAt, name, spec, dataHash, wish, trials }: SweepRecord): void {
      database.transactionAside(() => {
        database.run(
          'INSERT INTO sweeps (id, created_at, name, spec, data_hash, wish) VALUES (?, ?, ?, ?, ?, ?)',
          id,
          createdAt,
          name,
          JSON.stringify(spec),
          dataHash,
          wish,
        );
        for (const { number, values, until } of trials) {
          database.run(
            'INSERT INTO trials (sweep_id, number, settings, until) VALUES (?, ?, ?, ?)',
            id,
            number,
            JSON.stringify(values),
            until,
          );
        }
      });
    },

    /** Throws `sweepNotFound`. */
    sweep: (sweepId: string): SweepRecord => readSweep(database, sweepId),

    /** The newest first. */
    sweeps: (): SweepRecord[] =>
      database
        .all<{ id: string }>('SELECT id FROM sweeps ORDER BY created_at DESC, id DESC')
        .map(({ id }) => readSweep(database, id)),

    updateSweep(sweepId: string, { wish, spec }: SweepChange): void {
      database.transactionAside(() =>
        database.run(
          'UPDATE sweeps SET wish = coalesce(?, wish), spec = coalesce(?, spec) WHERE id = ?',
          wish ?? null,
          spec === undefined ? null : JSON.stringify(spec),
          sweepId,
        ),
      );
    },

    updateTrial(sweepId: string, number: number, change: TrialChange): void {
      database.transactionAside(() => {
        const before = readTrials(database, sweepId).find((trial) => trial.number === number);
        if (before === undefined) return;
        const { epoch, score, over, seconds, error } = { ...before, ...change };
        database.run(
          `UPDATE trials SET epoch = ?, score = ?, over = ?, seconds = ?, error = ?
           WHERE sweep_id = ? AND number = ?`,
          epoch,
          score === null ? null : JSON.stringify(score),
          over,
          seconds,
          error,
          sweepId,
          number,
        );
      });
    },

    /** All of them or none: who was promoted decides what comes next. */
    promoteTrials(sweepId: string, numbers: readonly number[], until: number): void {
      database.transactionAside(() => {
        for (const number of numbers) {
          database.run(
            'UPDATE trials SET until = ? WHERE sweep_id = ? AND number = ?',
            until,
            sweepId,
            number,
          );
        }
      });
    },

    /** A trial's run: there is none without the other. */
    addTrialRun(sweepId: string, number: number, run: Run, plan: TrainPlan): void {
      writePlan(database, run.id, plan);
      database.transactionAside(() => {
        insertRun(database, run);
        database.run(
          'UPDATE trials SET run_id = ? WHERE sweep_id = ? AND number = ?',
          run.id,
          sweepId,
          number,
        );
      });
    },

    /** Its runs stay. Throws `sweepNotFound`. */
    removeSweep(sweepId: string): void {
      database.transactionAside(() => {
        const { changes } = database.run('DELETE FROM sweeps WHERE id = ?', sweepId);
        if (changes === 0) throw new TesseraError('sweepNotFound', { sweep: sweepId });
      });
    },
  };
}

function readSweep(database: Database, sweepId: string): SweepRecord {
  const row = database.get<{
    created_at: number;
    name: string;
    spec: string;
    data_hash: string;
    wish: SweepRecord['wish'];
  }>('SELECT created_at, name, spec, data_hash, wish FROM sweeps WHERE id = ?', sweepId);
  if (row === undefined) throw new TesseraError('sweepNotFound', { sweep: sweepId });
  return {
    id: sweepId,
    name: row.name,
    createdAt: row.created_at,
    spec: sweepSpec.parse(JSON.parse(row.spec)),
    dataHash: row.data_hash,
    wish: row.wish,
    trials: readTrials(database, sweepId),
  };
}

interface TrialRow extends Pick<TrialRecord, 'number' | 'epoch' | 'until' | 'over' | 'seconds' | 'error'> {
  settings: string;
  run_id: string | null;
  score: string | null;
}

function readTrials(database: Database, sweepId: string): TrialRecord[] {
  return database
    .all<TrialRow>(
      `SELECT number, settings, run_id, epoch, until, score, over, seconds, error FROM trials
       WHERE sweep_id = ? ORDER BY number`,
      sweepId,
    )
    .map(({ settings, run_id: runId, score, ...rest }) => ({
      ...rest,
      values: trialValues.parse(JSON.parse(settings)),
      runId,
      score: score === null ? null : trialScore.parse(JSON.parse(score)),
    }));
}
