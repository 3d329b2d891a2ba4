import { joinStretches, stretchOf, type CurveStep, type Metric, type StepMetric } from '../contract/index.ts';
import type { Database } from './database.ts';

/** Each level averages so many points of the one below; the lowest one is what was recorded. */
const factor = 8;
/** Points that are read in one text: one long one is parsed in half of the time of many short ones. */
const portion = 20_000;

/**
 * Makes the points of the levels whose stretches have come to their end. Where nothing was made yet (a run of an older
 * Tessera), that is all of them. Within a transaction. `last`: the last sequence number that was recorded.
 */
export function raiseLevels(database: Database, runId: string, last: number): void {
  for (let stride = factor; stride <= last + 1; stride *= factor) {
    const whole = Math.floor((last + 1) / stride);
    const known = countPlaces(database, runId, stride);
    // Levels are made together: where one is as far as it can be, those above are too.
    if (known >= whole) return;
    const most = portion / factor;
    for (let from = known; from < whole; from += most) {
      makePlaces(database, runId, stride, from, Math.min(whole, from + most));
    }
  }
}

/** Takes away what averages points from `seq` on. Within a transaction. `last`: the last one that was recorded until now. */
export function lowerLevels(database: Database, runId: string, seq: number, last: number): void {
  for (let stride = factor; stride <= last + 1; stride *= factor) {
    database.run(
      'DELETE FROM metric_levels WHERE run_id = ? AND stride = ? AND place >= ?',
      runId,
      stride,
      Math.floor(seq / stride),
    );
  }
}

/** Whether some stretch that has come to its end was not averaged yet. */
export const isBehind = (database: Database, runId: string, last: number): boolean =>
  last + 1 >= factor && countPlaces(database, runId, factor) < Math.floor((last + 1) / factor);

/**
 * The step points of the sequence numbers from `first` to before `end`, averaged by `stride`: from the coarsest level that is
 * fine enough, and what that does not have yet from those below. The same as averaging all that was recorded, to the last
 * bit. `first` is a multiple of `stride`, and so is `end` unless it is the end of the run.
 */
export function readSteps(
  database: Database,
  runId: string,
  stride: number,
  first: number,
  end: number,
): CurveStep[] {
  let steps: CurveStep[] = [];
  let before = end;
  for (let level = 1; level <= stride; level *= factor) {
    const above = level * factor;
    const isTop = above > stride;
    const from = isTop
      ? first
      : Math.max(first, Math.min(before, countPlaces(database, runId, above) * above));
    const read = readLevel(database, runId, level, from / level, Math.ceil(before / level));
    steps = joinStretches([...read, ...steps], level, isTop ? stride : above);
    before = from;
  }
  return steps;
}

/** So many places from the first on are there. */
const countPlaces = (database: Database, runId: string, stride: number): number =>
  (database.get<{ place: number | null }>(
    'SELECT max(place) AS place FROM metric_levels WHERE run_id = ? AND stride = ?',
    runId,
    stride,
  )?.place ?? -1) + 1;

/** From the level below, as it is stored. */
function makePlaces(database: Database, runId: string, stride: number, from: number, to: number): void {
  const below = stride / factor;
  const points = joinStretches(readLevel(database, runId, below, from * factor, to * factor), below, stride);
  const byPlace = new Map(points.map((point) => [stretchOf(point, stride), point]));
  for (let place = from; place < to; place++) {
    const point = byPlace.get(place);
    database.run(
      'INSERT INTO metric_levels (run_id, stride, place, point) VALUES (?, ?, ?, ?)',
      runId,
      stride,
      place,
      point === undefined ? null : JSON.stringify(point),
    );
  }
}

/** The points of a level from one place to before another; of the lowest one, where places are sequence numbers, its steps. */
function readLevel(
  database: Database,
  runId: string,
  stride: number,
  from: number,
  to: number,
): StepMetric[] {
  const points: Metric[] = [];
  for (let first = from; first < to; first += portion) {
    const last = Math.min(to, first + portion) - 1;
    const text =
      stride === 1 ? recorded(database, runId, first, last) : averaged(database, runId, stride, first, last);
    for (const point of JSON.parse(`[${text ?? ''}]`) as Metric[]) points.push(point);
  }
  return points.filter((point) => point.kind === 'step');
}

const recorded = (
  database: Database,
  runId: string,
  first: number,
  last: number,
): string | null | undefined =>
  database.get<{ points: string | null }>(
    'SELECT group_concat(point ORDER BY seq) AS points FROM metrics WHERE run_id = ? AND seq BETWEEN ? AND ?',
    runId,
    first,
    last,
  )?.points;

const averaged = (
  database: Database,
  runId: string,
  stride: number,
  first: number,
  last: number,
): string | null | undefined =>
  database.get<{ points: string | null }>(
    `SELECT group_concat(point ORDER BY place) AS points FROM metric_levels
     WHERE run_id = ? AND stride = ? AND place BETWEEN ? AND ?`,
    runId,
    stride,
    first,
    last,
  )?.points;
