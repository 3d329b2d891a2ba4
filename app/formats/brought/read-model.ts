import { TesseraError, type ArchitectureName, type BroughtModel, type Graph } from '../../contract/index.ts';
import { classifierOf, parameterShapes } from '../../core/model/classifier.ts';
import { predictionGraph } from '../../core/model/prediction.ts';
import { pretrained, pretrainedNormalisation } from '../../core/model/pretrained.ts';
import { centredNormalisation } from '../../core/training/normalisation.ts';
import type { Normalisation } from '../../core/training/plan.ts';
import { importOnnx } from '../onnx/import/import-onnx.ts';
import { readSafetensors, type FloatTensor } from '../safetensors.ts';
import { isOwnWeights, readWeights } from '../weights.ts';
import { recognise } from './state-dict.ts';

/** A model of a file, ready to be taken into a project. */
export interface ReadModel {
  format: BroughtModel['format'];
  /** Whose weights they are; null for a graph of its own. */
  architecture: ArchitectureName | null;
  graph: Graph;
  tensors: Readonly<Record<string, FloatTensor>>;
  /** The layer that names the classes. */
  classifier: string;
  outputs: number;
  classes: string[] | null;
  /** What the file or its architecture says; null where neither does. */
  normalisation: Normalisation | null;
  /** It is only what such networks usually take. */
  isAssumed: boolean;
}

/**
 * Reads an ONNX classifier, the weights of a known architecture, or weights that Tessera exported, by what is in the file. It
 * may come from anybody. `path` is only named in errors. Throws `fileMalformed` and `modelNotTaken`.
 */
export function readModelFile(file: Uint8Array, path: string): ReadModel {
  if (isPickle(file)) {
    refuse(
      path,
      'it is a pickle, which can run any program when it is opened; save the weights with safetensors.torch.save_file(model.state_dict(), "model.safetensors") and bring in that file',
    );
  }
  if (looksLikeSafetensors(file) || /\.safetensors$/i.test(path)) return readTensors(file, path);
  if (/\.onnx$/i.test(path)) return readOnnx(file, path);
  return refuse(path, 'it is neither a .safetensors nor an .onnx file');
}

function readOnnx(file: Uint8Array, path: string): ReadModel {
  const { graph, tensors, classes, normalisation } = importOnnx(file, path);
  const own = { format: 'onnx' as const, architecture: null, graph, tensors, classes };
  return { ...own, ...endOf(graph, path), normalisation, isAssumed: normalisation === null };
}

function readTensors(file: Uint8Array, path: string): ReadModel {
  const { tensors: stored, metadata } = readSafetensors(file, path);
  if (isOwnWeights(metadata)) {
    const { graph, tensors, classes, normalisation } = readWeights(file, path);
    checkShapes(graph, tensors, path);
    const own = { format: 'tessera' as const, architecture: null, graph, tensors, classes: [...classes] };
    const end = endOf(graph, path);
    if (classes.length !== end.outputs)
      refuse(path, `it names ${classes.length} classes and tells ${end.outputs} apart`);
    checkNormalisation(normalisation, graph.input.channels, path);
    return { ...own, ...end, normalisation, isAssumed: false };
  }
  const { architecture, graph, tensors } = recognise(stored, path);
  const { channels } = graph.input;
  const known = new Map<ArchitectureName, Normalisation>([
    [pretrained.architecture, pretrainedNormalisation(channels)],
    // torchvision's own weights are those of a network that takes −1 to 1, whatever the others of the package take.
    ['googlenet', centredNormalisation(channels)],
  ]);
  const normalisation = known.get(architecture) ?? null;
  return {
    format: 'weights',
    architecture,
    graph,
    tensors,
    ...endOf(graph, path),
    classes: null,
    normalisation,
    isAssumed: true,
  };
}

function endOf(graph: Graph, path: string): Pick<ReadModel, 'classifier' | 'outputs'> {
  const layer = orRefuse(path, () => classifierOf(predictionGraph(graph)));
  return { classifier: layer.id, outputs: layer.op === 'dense' ? layer.units : layer.filters };
}

/** What is said of a network that does not fit together is said of its file. */
function orRefuse<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TesseraError) || error.code !== 'graphInvalid') throw error;
    return refuse(path, `layer ${String(error.details['layer'])}: ${String(error.details['reason'])}`);
  }
}

/** Tessera's own files may have been changed since. */
function checkShapes(graph: Graph, tensors: ReadModel['tensors'], path: string): void {
  for (const [name, shape] of orRefuse(path, () => parameterShapes(graph))) {
    const given = tensors[name];
    if (given === undefined) refuse(path, `${name} is not in it`);
    else if (given.shape.join() !== shape.join()) {
      refuse(
        path,
        `${name} has the shape [${given.shape.join(', ')}], where [${shape.join(', ')}] is expected`,
      );
    }
  }
}

function checkNormalisation({ mean, std }: Normalisation, channels: number, path: string): void {
  const isGood = mean.length === channels && std.length === channels && std.every((value) => value > 0);
  if (!isGood) refuse(path, `its means and deviations are not those of ${channels} channels`);
}

/** A bare pickle of protocol 2 or later, or torch's zip around one. */
function isPickle(file: Uint8Array): boolean {
  if (file[0] === 0x80 && (file[1] ?? 0) >= 2 && (file[1] ?? 0) <= 5) return true;
  const isZip = file[0] === 0x50 && file[1] === 0x4b;
  return isZip && Buffer.from(file.subarray(0, 4096)).includes('data.pkl');
}

/** Eight bytes of length, then the brace of a JSON header. */
const looksLikeSafetensors = (file: Uint8Array): boolean => file[8] === 0x7b && file[7] === 0;

function refuse(path: string, reason: string): never {
  throw new TesseraError('modelNotTaken', { path, reason });
}
