import { createHash } from 'node:crypto';
import {
  errorFromReport,
  reportError,
  split as splitSchema,
  type RunData,
  type RunDataVersion,
  type VersionComparison,
} from '../contract/index.ts';
import {
  changesSince,
  dataInForce,
  labelChangesBetween,
  manifestInForce,
  type DataInForce,
  type DataOfEpoch,
} from '../core/training/data-in-force.ts';
import type { TrainPlan } from '../core/training/plan.ts';
import { checkTrainable } from '../core/training/trainable.ts';
import type { ProjectStore } from './ports.ts';

type Store = Pick<ProjectStore, 'plan' | 'manifest' | 'runData' | 'dataOfEpoch' | 'keepDataOfEpoch'>;

/**
 * What a run that takes up changed labels goes by in each epoch. An answer is written down before it is given: who was killed
 * and asks for the same epoch again gets the same one, whatever was labeled meanwhile.
 */
export class DataOfRun {
  readonly #store: Store;
  readonly #runId: string;
  #plan: TrainPlan | undefined;

  constructor(store: Store, runId: string) {
    this.#store = store;
    this.#runId = runId;
  }

  /** From 0. Throws what the store throws. */
  at(epoch: number): DataOfEpoch {
    const known = this.#store.dataOfEpoch(this.#runId, epoch);
    if (known !== undefined) return { data: known, refused: null };
    const found = this.#now();
    this.#store.keepDataOfEpoch(this.#runId, epoch, found.data);
    return found;
  }

  /** By the labels of now; by the last ones where those leave too little to learn. */
  #now(): DataOfEpoch {
    this.#plan ??= this.#store.plan(this.#runId);
    const plan = this.#plan;
    const changes = changesSince(plan, this.#store.manifest());
    const data = changes.length === 0 ? null : dataInForce(plan, changes, sha256);
    try {
      checkTrainable(plan.classes, manifestInForce(plan, data));
      return { data, refused: null };
    } catch (thrown) {
      const last = this.#store.runData(this.#runId).at(-1)?.data ?? null;
      return { data: last, refused: errorFromReport(reportError(thrown)).message };
    }
  }
}

/** The stretches of epochs of a run, with the data that it learned from. Throws `runNotFound`. */
export function dataOf(store: Pick<ProjectStore, 'plan' | 'runData' | 'run'>, runId: string): RunData[] {
  const { dataHash } = store.run(runId);
  const asked = store.runData(runId);
  const stretches = asked.length === 0 ? [{ fromEpoch: 0, data: null }] : asked;
  const plan = store.plan(runId);
  let before: DataInForce | null = null;
  return stretches.map(({ fromEpoch, data }, at): RunData => {
    const changes = at === 0 && data === null ? null : labelChangesBetween(plan, before, data);
    before = data;
    return {
      fromEpoch: fromEpoch + 1,
      toEpoch: stretches[at + 1]?.fromEpoch ?? null,
      dataHash: data?.dataHash ?? dataHash,
      changes,
    };
  });
}

type Learned = Pick<ProjectStore, 'plan' | 'runData'>;

/** What a run learned from, in its last stretch. */
function learnedFrom(store: Learned, runId: string) {
  const plan = store.plan(runId);
  const data = store.runData(runId).at(-1)?.data ?? null;
  return {
    hash: data?.dataHash ?? plan.dataHash,
    classes: plan.classes,
    entries: manifestInForce(plan, data),
  };
}

/** Throws `runNotFound`. */
export function dataVersionOf(
  store: Learned & Pick<ProjectStore, 'versions'>,
  runId: string,
): RunDataVersion {
  const { hash, classes, entries } = learnedFrom(store, runId);
  const counts = { train: 0, val: 0, test: 0 };
  const pictures = classes.map(() => 0);
  for (const { split, classIndex } of entries) {
    counts[split]++;
    pictures[classIndex] = (pictures[classIndex] ?? 0) + 1;
  }
  return {
    hash,
    versions: store
      .versions()
      .filter((version) => version.hash === hash)
      .map(({ id, name }) => ({ id, name })),
    ...counts,
    classes: classes.map((name, index) => ({ name, pictures: pictures[index] ?? 0 })),
  };
}

/**
 * How the data of now differ from it. While the test set is locked, runs do not know its pictures: those count only where both
 * sides know them. Throws `runNotFound`.
 */
export function compareDataOf(
  store: Learned & Pick<ProjectStore, 'compareWithNow' | 'testLocked'>,
  runId: string,
): VersionComparison {
  const { classes, entries } = learnedFrom(store, runId);
  const knowsTest = !store.testLocked() && entries.some(({ split }) => split === 'test');
  const splits = splitSchema.options.filter((split) => split !== 'test' || knowsTest);
  return store.compareWithNow({ classes, entries }, splits);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
