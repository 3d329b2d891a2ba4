import { architectureName, TesseraError, type ArchitectureName, type Graph } from '../../contract/index.ts';
import { architectures, buildArchitecture } from '../../core/model/architectures.ts';
import { ofLayers } from '../../core/model/brought-model.ts';
import { classifierIds, parameterShapes, withClasses } from '../../core/model/classifier.ts';
import { predictionGraph } from '../../core/model/prediction.ts';
import { toFloatTensor, type FloatTensor, type StoredTensor } from '../safetensors.ts';

interface Candidate {
  name: ArchitectureName;
  title: string;
  graph: Graph;
  shapes: Map<string, number[]>;
  isClassifier: (parameter: string) => boolean;
}

/** Below this share of equal shapes nobody would say that a file looks like an architecture. */
const leastLikeness = 0.3;

/**
 * The architecture whose weights these are, by names and shapes, at the size that it was made for. A prefix `module.` and
 * counters of batches are passed over; auxiliary heads may be there. `path` is only named in errors. Throws `modelNotTaken` with
 * the key or shape that does not fit.
 */
export function recognise(
  stored: ReadonlyMap<string, StoredTensor>,
  path: string,
): { architecture: ArchitectureName; graph: Graph; tensors: Record<string, FloatTensor> } {
  const given = cleaned(stored);
  const refuse = (reason: string): never => {
    throw new TesseraError('modelNotTaken', { path, reason });
  };
  const [best] = candidates(given)
    .map((candidate) => ({ candidate, likeness: likeness(candidate, given) }))
    .toSorted((a, b) => b.likeness - a.likeness);
  if (best === undefined || best.likeness < leastLikeness) {
    const some = [...given.keys()].slice(0, 3).join(', ');
    return refuse(
      `its keys (${some}${given.size > 3 ? ', …' : ''}) are those of no architecture that Tessera knows: ${architectureName.options.join(', ')}`,
    );
  }
  const { name, title, graph, shapes, isClassifier } = best.candidate;
  const needed = parameterShapes(predictionGraph(graph));
  const looks = `it looks like ${title}, but`;
  for (const [parameter, shape] of needed) {
    const found = given.get(parameter)?.shape;
    if (found === undefined) return refuse(`${looks} ${parameter} is not in it`);
    if (isClassifier(parameter)) continue;
    if (found.join() !== shape.join()) {
      return refuse(
        `${looks} ${parameter} has the shape [${found.join(', ')}], where [${shape.join(', ')}] is expected`,
      );
    }
  }
  const auxiliary = new Set([...shapes.keys()].filter((parameter) => !needed.has(parameter)));
  const isAuxiliary = (key: string): boolean => auxiliary.has(key) || /^aux\d\./.test(key);
  const strange = [...given.keys()].find((key) => !needed.has(key) && !isAuxiliary(key));
  if (strange !== undefined) return refuse(`${looks} ${strange} belongs to no layer of it`);
  const classes = classesOf(needed, isClassifier, given, (reason) => refuse(`${looks} ${reason}`));
  const whole = withClasses(graph, classes);
  const wanted = parameterShapes(whole);
  const tensors = [...given].flatMap(([key, tensor]): [string, FloatTensor][] =>
    wanted.get(key)?.join() === tensor.shape.join() ? [[key, toFloatTensor(tensor, key, path)]] : [],
  );
  return { architecture: name, graph: whole, tensors: Object.fromEntries(tensors) };
}

function cleaned(stored: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  const kept = [...stored].filter(([key]) => !key.endsWith('num_batches_tracked'));
  const prefix = 'module.';
  const isWrapped = kept.length > 0 && kept.every(([key]) => key.startsWith(prefix));
  return new Map(kept.map(([key, tensor]) => [isWrapped ? key.slice(prefix.length) : key, tensor]));
}

/** All architectures for as many channels as the file's first weights take. */
function candidates(given: ReadonlyMap<string, StoredTensor>): Candidate[] {
  return architectures().map(({ name, title, defaultImageSize }): Candidate => {
    const build = (channels: number): Graph =>
      buildArchitecture(name, { channels, imageSize: defaultImageSize, classes: 10 });
    const colour = build(3);
    const first = colour.layers.find((layer) => 'input' in layer && layer.input === 'input')?.id ?? '';
    const graph = given.get(`${first}.weight`)?.shape[1] === 1 ? build(1) : colour;
    return {
      name,
      title,
      graph,
      shapes: parameterShapes(graph),
      isClassifier: ofLayers(classifierIds(graph)),
    };
  });
}

/** Parameters that are there with their shapes, as a share of all keys of both. */
function likeness({ shapes, isClassifier }: Candidate, given: ReadonlyMap<string, StoredTensor>): number {
  const same = [...shapes].filter(([key, shape]) => {
    const found = given.get(key)?.shape;
    return found !== undefined && (isClassifier(key) || found.join() === shape.join());
  }).length;
  return same / new Set([...shapes.keys(), ...given.keys()]).size;
}

/** How many classes the classifier tells apart; all but its outputs must be as expected. */
function classesOf(
  needed: ReadonlyMap<string, number[]>,
  isClassifier: (parameter: string) => boolean,
  given: ReadonlyMap<string, StoredTensor>,
  refuse: (reason: string) => never,
): number {
  const own = [...needed].filter(([parameter]) => isClassifier(parameter));
  const counts = own.map(([parameter, [, ...rest]]) => {
    const [outputs = 0, ...found] = given.get(parameter)?.shape ?? [];
    if (found.join() !== rest.join() || outputs < 1) {
      refuse(
        `${parameter} has the shape [${[outputs, ...found].join(', ')}], where [classes, ${rest.join(', ')}] is expected`,
      );
    }
    return outputs;
  });
  const [classes = 0] = counts;
  if (counts.some((count) => count !== classes))
    refuse('its classifier has weights and biases of different lengths');
  return classes;
}
