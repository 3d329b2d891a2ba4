import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  architectureName,
  type ArchitectureName,
  type Forecast,
  type Graph,
  type Rehearsal,
  type TrainSettings,
} from '../contract/index.ts';
import { Estimate } from '../core/forecast/estimate.ts';
import { forecastRun, type ForecastInput } from '../core/forecast/forecast.ts';
import type { ModelTarget } from '../core/model/blocks.ts';
import { checkGraph } from '../core/model/describe.ts';
import { pretrained } from '../core/model/pretrained.ts';
import type { MeasuredSpeeds } from './computer-speeds.ts';
import { networkOf } from './plan-run.ts';
import type { ProjectStore } from './ports.ts';

/** What is known of this computer and of a project's pictures, to tell many runs by. */
export class Foretelling {
  /** Looked at once for all that is told. */
  readonly #store: Pick<ProjectStore, 'path' | 'channels' | 'broughtModel'>;
  readonly #measured: MeasuredSpeeds;
  readonly #estimate: Estimate;
  readonly #pictures: ForecastInput['pictures'];
  readonly #classes: number;

  constructor(store: ProjectStore, measured: MeasuredSpeeds) {
    const channels = store.channels();
    this.#store = {
      path: store.path,
      channels: () => channels,
      broughtModel: (id) => store.broughtModel(id),
    };
    this.#measured = measured;
    const timed = measured.rehearsals.flatMap(({ model, ...rest }) =>
      model === null ? [] : [{ model, ...rest }],
    );
    this.#estimate = new Estimate(measured.speeds, timed);
    const { train, val, test } = store.summary();
    this.#pictures = { train, val, test };
    this.#classes = Math.max(2, store.classes().filter(({ total }) => total > 0).length);
  }

  /** Of these settings; null where their network does not fit together. */
  of(settings: TrainSettings): Forecast | null {
    const found = this.#networkOf(settings);
    if (found === null) return null;
    const { graph, target } = found;
    const { speeds, rehearsals } = this.#measured;
    const key = rehearsalKey(graph, settings);
    return forecastRun({
      graph,
      model: architectureOf(settings),
      target,
      settings,
      pictures: this.#pictures,
      speeds,
      estimate: this.#estimate,
      rehearsal: rehearsals.find((rehearsed) => rehearsed.key === key),
      isRead: this.#isRead(target),
    });
  }

  /** By what a rehearsal of these settings is found again; null where their network does not fit together. */
  keyOf(settings: TrainSettings): Rehearsal['key'] | null {
    const found = this.#networkOf(settings);
    return found === null ? null : rehearsalKey(found.graph, settings);
  }

  /** What is wrong with one that does not fit together is said where it is edited. */
  #networkOf(settings: TrainSettings): { graph: Graph; target: ModelTarget } | null {
    try {
      const network = networkOf(this.#store, { ...settings, model: modelOf(settings) }, this.#classes);
      checkGraph(network.graph, network.target);
      return network;
    } catch {
      return null;
    }
  }

  /**
   * Whether as many pictures lie in the cache at this size: which ones they are is in the name of the file, but to know takes all
   * their hashes.
   */
  #isRead({ imageSize, channels }: ModelTarget): boolean {
    const { train, val, test } = this.#pictures;
    const shape = `${imageSize}x${imageSize}x${channels}`;
    const bytes = (train + val + test) * imageSize ** 2 * channels;
    const folder = join(this.#store.path, 'cache', 'pixels');
    try {
      return readdirSync(folder)
        .filter((name) => name.endsWith(`-${shape}`))
        .some((name) => statSync(join(folder, name)).size === bytes);
    } catch {
      // Nothing was ever read, or it is just being taken away.
      return false;
    }
  }
}

/** The one that is trained, whatever a start decides by itself. */
const modelOf = ({ model, pretrained: start }: TrainSettings): TrainSettings['model'] =>
  start === undefined ? model : { kind: 'architecture', name: pretrained.architecture };

/** Null for a network that is no architecture of ours. */
export function architectureOf(settings: TrainSettings): ArchitectureName | null {
  const model = modelOf(settings);
  if (model.kind !== 'architecture' || settings.startModel !== undefined) return null;
  return architectureName.safeParse(model.name).data ?? null;
}

/** Equal for settings that take equally long and as much memory. */
export function rehearsalKey(graph: Graph, settings: TrainSettings): Rehearsal['key'] {
  const { batchSize, optimizer, loss, clipNorm, averageDecay, rates, fineTune, augment, frozen } = settings;
  const { nesterov, decayWeightsOnly } = settings;
  const bearing = { batchSize, optimizer, loss, clipNorm, averageDecay, rates, fineTune, augment, frozen };
  const { layers, input, auxiliary } = graph;
  const text = JSON.stringify([layers, input, auxiliary, bearing, nesterov, decayWeightsOnly]);
  return createHash('sha256').update(text).digest('hex');
}
