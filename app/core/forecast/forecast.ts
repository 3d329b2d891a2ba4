import type { Forecast, Graph, Speeds, TrainSettings } from '../../contract/index.ts';
import { describeGraph } from '../model/describe.ts';
import type { ModelTarget } from '../model/blocks.ts';
import { stepSeconds } from './step-seconds.ts';

/** Bytes that a worker holds before it has read a picture. */
const processBytes = 120e6;
/** Copied into the engine's memory whole; larger sets are read batch by batch. */
const greatestSet = 2 ** 30;
const float = 4;

export interface ForecastInput {
  graph: Graph;
  target: ModelTarget;
  settings: Pick<TrainSettings, 'epochs' | 'batchSize' | 'optimizer' | 'keepEvery' | 'pretrained'>;
  pictures: { train: number; val: number; test: number };
  speeds: Speeds;
}

/** What a run will take. Throws `graphInvalid`. */
export function forecastRun({ graph, target, settings, pictures, speeds }: ForecastInput): Forecast {
  const { train, val, test } = pictures;
  const batch = Math.max(1, Math.min(settings.batchSize, train));
  const step = stepSeconds(graph, batch, speeds);
  const { parameters, memory } = describeGraph(graph, target);
  const pictureBytes = target.channels * target.imageSize ** 2;
  const forward = (count: number): number => (count / batch) * step * speeds.forwardShare;
  const moments = settings.optimizer === 'sgd' ? 1 : 2;
  const checkpointBytes = parameters * float * (1 + moments);
  const setBytes = (train + val + test) * pictureBytes;
  const cacheBytes = setBytes;
  if (settings.pretrained === 'head') {
    // Every picture goes through the network once.
    const seconds = forward(train + val + test);
    return {
      secondsPerEpoch: seconds,
      seconds,
      memoryBytes: Math.round(processBytes + parameters * float + 16 * memory.bytesPerPicture),
      diskBytes: Math.round(2 * parameters * float),
    };
  }
  const saving = checkpointBytes / speeds.disk;
  const secondsPerEpoch = Math.ceil(train / batch) * step + forward(val) + saving;
  const kept = settings.keepEvery === undefined ? 0 : Math.floor(settings.epochs / settings.keepEvery);
  return {
    secondsPerEpoch,
    seconds: settings.epochs * secondsPerEpoch + forward(test),
    memoryBytes: Math.round(
      processBytes +
        memory.fixedBytes +
        batch * memory.bytesPerPicture +
        (setBytes <= greatestSet ? setBytes : 0) +
        // What a checkpoint is made of, while it is written.
        checkpointBytes,
    ),
    // The last two and the best.
    diskBytes: Math.round((3 + kept) * checkpointBytes + cacheBytes),
  };
}
