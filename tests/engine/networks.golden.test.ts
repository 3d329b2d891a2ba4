import { describe, expect, test } from 'vitest';
import { graph as graphSchema, type Graph } from '../../app/contract/index.ts';
import {
  Network,
  type LabeledBatch,
  type Loss,
  type NetworkOptions,
  type OptimizerStep,
} from '../../app/engine/index.ts';
import { expectNear, given, Golden, relativeError } from './golden.ts';

const golden = new Golden('networks');
const graphs = (golden.described('graphs') as unknown[]).map((each): Graph => graphSchema.parse(each));
const optimizers = golden.described('optimizers') as Record<string, OptimizerStep>;
const { mean, std } = golden.described('normalisation') as { mean: number; std: number };
const steps = 10;

/** The network with PyTorch's first weights. */
async function begin(graph: Graph, options: Partial<NetworkOptions> = {}): Promise<Network> {
  const each = (value: number): number[] => new Array<number>(graph.input.channels).fill(value);
  const normalisation = { mean: each(mean), std: each(std) };
  const network = Network.compile(graph, { seed: 0, threads: 2, maxBatch: 8, normalisation, ...options });
  await network.writeParameters(golden.below(`${graph.name}/parameters`));
  return network;
}

/** Running statistics that are to stay as they are. */
const isFrozen = ({ layers }: Graph, name: string): boolean =>
  name.includes('.running_') &&
  layers.some(
    (layer) => layer.op === 'batchNorm2d' && layer.frozen === true && name.startsWith(`${layer.id}.`),
  );

function batchOf({ name }: Graph): LabeledBatch {
  const labels = golden.int32(`${name}/labels`);
  return { pictures: golden.bytes(`${name}/pictures`), labels, count: labels.length };
}

describe.each(graphs)('$name against PyTorch', (graph) => {
  const batch = batchOf(graph);

  test('forward', async () => {
    using network = await begin(graph);
    const logits = await network.forward({ pictures: batch.pictures, count: batch.count });
    expectNear(logits, golden.tensor(`${graph.name}/logits`), 'logits', 3e-6);
  });

  test.each<Loss>(['softmaxCrossEntropy', 'binaryCrossEntropy', 'mse'])(
    'every gradient of %s',
    async (loss) => {
      using network = await begin(graph, { loss });
      const result = await network.trainStep(batch, { ...optimizers.sgd, learningRate: 0 } as OptimizerStep);
      expect(result.loss / golden.scalar(`${graph.name}/${loss}`)).toBeCloseTo(1, 5);
      const gradients = await network.readGradients();
      const expected = golden.below(`${graph.name}/gradients of ${loss}`);
      expect(Object.keys(gradients)).toEqual(Object.keys(expected));
      for (const { name, trainable } of network.parameters) {
        if (!trainable) continue;
        // Behind a batch norm, gradients of both signs cancel.
        expectNear(given(gradients[name]), given(expected[name]), name, 3e-5);
      }
    },
  );

  test.each(Object.keys(optimizers))('ten steps by %s', async (title) => {
    using network = await begin(graph);
    const expectedLosses = golden.tensor(`${graph.name}/losses by ${title}`).data;
    for (let step = 0; step < steps; step += 1) {
      const { loss } = await network.trainStep(batch, given(optimizers[title]));
      expect(loss / given(expectedLosses[step]), `loss of step ${step + 1}`).toBeCloseTo(1, 4);
    }
    const first = golden.below(`${graph.name}/parameters`);
    const trained = golden.below(`${graph.name}/trained by ${title}`);
    for (const [name, tensor] of Object.entries(await network.readParameters())) {
      expectNear(tensor, given(trained[name]), name, 1e-4);
      if (isFrozen(graph, name)) continue;
      // Had nothing moved, being near would say little.
      expect(
        relativeError(given(first[name]).data, given(trained[name]).data),
        `${name} moved`,
      ).toBeGreaterThan(1e-3);
    }
  });
});
