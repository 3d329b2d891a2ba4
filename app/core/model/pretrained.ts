import { pretrainedStart, TesseraError, type Graph, type Layer } from '../../contract/index.ts';

/** The network that comes with the app as it learned on ImageNet; `app/formats/pretrained` has its weights. */
export const pretrained = {
  ...pretrainedStart,
  /** The dense layer that tells the classes apart: what comes before it is taken over. */
  head: '_fc',
  /** Of its training: a byte becomes (value − 127) / 128. */
  mean: 127 / 255,
  std: 128 / 255,
} as const;

export const pretrainedNormalisation = (channels: number): { mean: number[]; std: number[] } => ({
  mean: new Array<number>(channels).fill(pretrained.mean),
  std: new Array<number>(channels).fill(pretrained.std),
});

/** The layers of a pretrained network up to what its head reads, without dropout: pictures in, features out. */
export function featureGraph(graph: Graph): Graph {
  const head = graph.layers.at(-1);
  if (head?.id !== pretrained.head || head.op !== 'dense') {
    throw new TesseraError('graphInvalid', {
      layer: head?.id ?? 'input',
      reason: 'it is not the head of the network that comes with weights',
    });
  }
  const layers: Layer[] = graph.layers.slice(0, -1).filter(({ op }) => op !== 'dropout');
  return { ...graph, layers };
}

/** The parameters of a network: those of the head from `own`, all others from `weights`. */
export const withHead = <T>(
  weights: Readonly<Record<string, T>>,
  own: Readonly<Record<string, T>>,
): Record<string, T> => {
  const isHead = ([name]: [string, T]): boolean => name.startsWith(`${pretrained.head}.`);
  return {
    ...Object.fromEntries(Object.entries(weights).filter((entry) => !isHead(entry))),
    ...Object.fromEntries(Object.entries(own).filter(isHead)),
  };
};
