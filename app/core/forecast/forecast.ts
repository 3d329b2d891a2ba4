import type {
  ArchitectureName,
  Forecast,
  Graph,
  Rehearsal,
  Speeds,
  TrainSettings,
} from '../../contract/index.ts';
import type { ModelTarget } from '../model/blocks.ts';
import { describeGraph } from '../model/describe.ts';
import { epochsPerLook, lookedAt, numbersOf } from '../training/looks.ts';
import type { Estimate } from './estimate.ts';

/** Bytes that a worker holds before it has read a picture. */
const processBytes = 170e6;
/** Copied into the engine's memory whole; larger sets are read batch by batch. */
const greatestSet = 2 ** 30;
const float = 4;
/** Checkpoints that an epoch writes: the last one always, and the best where it is better. */
const savesPerEpoch = 1.5;

export interface ForecastInput {
  graph: Graph;
  /** Null for one that is no architecture of ours. */
  model: ArchitectureName | null;
  target: ModelTarget;
  settings: Pick<
    TrainSettings,
    'epochs' | 'batchSize' | 'optimizer' | 'averageDecay' | 'keepEvery' | 'pretrained'
  >;
  pictures: { train: number; val: number; test: number };
  speeds: Speeds;
  estimate: Estimate;
  /** Of these very settings. */
  rehearsal?: Rehearsal | undefined;
  /** Whether the pictures are in the cache at this size. */
  isRead: boolean;
}

/** What the parts of a run take, seconds; memory without the pictures and what the process holds anyway, bytes. */
type Parts = Pick<Rehearsal, 'step' | 'forward' | 'look' | 'save' | 'memoryBytes' | 'checkpointBytes'>;

/** What a run will take. Throws `graphInvalid`. */
export function forecastRun(input: ForecastInput): Forecast {
  const { target, settings, pictures, rehearsal, isRead } = input;
  const { train, val, test } = pictures;
  const all = train + val + test;
  const setBytes = all * target.channels * target.imageSize ** 2;
  if (settings.pretrained === 'head') return forecastHead(input);
  const parts = rehearsal ?? partsOf(input);
  const batch = batchOf(input);
  const reading = isRead ? 0 : all * (rehearsal?.decode ?? 0);
  const secondsPerEpoch =
    (train / batch) * parts.step +
    val * parts.forward +
    savesPerEpoch * parts.save +
    parts.look / epochsPerLook(settings.epochs);
  const kept = settings.keepEvery === undefined ? 0 : Math.floor(settings.epochs / settings.keepEvery);
  return {
    secondsPerEpoch,
    seconds: settings.epochs * secondsPerEpoch + test * parts.forward + reading,
    memoryBytes: Math.round(processBytes + parts.memoryBytes + (setBytes <= greatestSet ? setBytes : 0)),
    // The last two and the best.
    diskBytes: Math.round((3 + kept) * parts.checkpointBytes + setBytes),
    ...(rehearsal !== undefined && { isRehearsed: true }),
    ...(reading > 0 && { readingSeconds: reading }),
  };
}

const batchOf = ({ settings, pictures }: ForecastInput): number =>
  Math.max(1, Math.min(settings.batchSize, pictures.train));

/** Where nothing of the run was rehearsed. */
function partsOf(input: ForecastInput): Parts {
  const { graph, model, target, settings, pictures, speeds, estimate } = input;
  const batch = batchOf(input);
  const { step, forward } = estimate.of({ graph, model, imageSize: target.imageSize, batch });
  const { parameters, memory, layers } = describeGraph(graph, target);
  const moments = (settings.optimizer === 'sgd' ? 1 : 2) + (settings.averageDecay === undefined ? 0 : 1);
  const checkpointBytes = parameters * float * (1 + moments);
  const numbers = numbersOf(layers);
  const { count, judgedBy } = lookedAt(numbers, pictures.train);
  return {
    step,
    forward,
    look: numbers * (count + judgedBy) * speeds.look,
    save: checkpointBytes / speeds.disk,
    memoryBytes: memory.fixedBytes + batch * memory.bytesPerPicture + 2 * checkpointBytes,
    checkpointBytes,
  };
}

/** Every picture goes through the network once. */
function forecastHead(input: ForecastInput): Forecast {
  const { graph, model, target, pictures, estimate } = input;
  const { forward } = estimate.of({ graph, model, imageSize: target.imageSize, batch: batchOf(input) });
  const { parameters, memory } = describeGraph(graph, target);
  const seconds = forward * (pictures.train + pictures.val + pictures.test);
  return {
    secondsPerEpoch: seconds,
    seconds,
    memoryBytes: Math.round(processBytes + parameters * float + 16 * memory.bytesPerPicture),
    diskBytes: Math.round(2 * parameters * float),
  };
}
