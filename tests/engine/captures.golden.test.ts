import { describe, expect, test } from 'vitest';
import { graph as graphSchema, type Graph } from '../../app/contract/index.ts';
import { Network, type CaptureRequest } from '../../app/engine/index.ts';
import { expectNear, given, Golden } from './golden.ts';

const networks = new Golden('networks');
const captures = new Golden('captures');
const layersOf = captures.described('layers') as Record<string, string[]>;
const graphs = (networks.described('graphs') as unknown[])
  .map((each): Graph => graphSchema.parse(each))
  .filter(({ name }) => layersOf[name] !== undefined);
const { mean, std } = networks.described('normalisation') as { mean: number; std: number };
const count = 2;

/** The network with PyTorch's first weights. */
async function begin(graph: Graph, training = true): Promise<Network> {
  const each = (value: number): number[] => new Array<number>(graph.input.channels).fill(value);
  const normalisation = { mean: each(mean), std: each(std) };
  const network = Network.compile(graph, { seed: 0, threads: 2, maxBatch: 4, normalisation, training });
  await network.writeParameters(networks.below(`${graph.name}/parameters`));
  return network;
}

function batchOf({ name, input }: Graph) {
  const values = count * input.channels * input.height * input.width;
  const labels = networks.int32(`${name}/labels`).slice(0, count);
  return { pictures: networks.bytes(`${name}/pictures`).slice(0, values), count, labels };
}

describe.each(graphs)('inside $name', (graph) => {
  const { labels, ...input } = batchOf(graph);
  const layers = given(layersOf[graph.name]);
  const modes: ['prediction' | 'training', CaptureRequest][] = [
    ['prediction', { layers, gradientOf: { logit: labels } }],
    ['training', { layers, training: true, gradientOf: { loss: labels } }],
  ];

  test.each(modes)('outputs and gradients in %s', async (mode, request) => {
    using network = await begin(graph);
    const captured = await network.capture(input, request);
    for (const layer of layers) {
      const { output, gradient } = given(captured.layers[layer]);
      expectNear(
        output,
        captures.tensor(`${graph.name}/${mode}/output/${layer}`),
        `output of ${layer}`,
        1e-5,
      );
      // Behind a batch norm, gradients of both signs cancel.
      const golden = captures.tensor(`${graph.name}/${mode}/gradient/${layer}`);
      expectNear(given(gradient ?? undefined), golden, `gradient of ${layer}`, 3e-5);
    }
    if (mode === 'prediction') expect(captured.loss).toBeNull();
    else expect(captured.loss).toBeCloseTo(captures.scalar(`${graph.name}/training/loss`), 5);
  });

  test('a network that only predicts gives the same', async () => {
    using training = await begin(graph);
    using predicting = await begin(graph, false);
    for (const [, request] of modes) {
      expect(await predicting.capture(input, request)).toStrictEqual(await training.capture(input, request));
    }
  });

  test('features are the outputs alone, in any order', async () => {
    using network = await begin(graph);
    const { layers: captured } = await network.capture(input, { layers });
    for (const some of [layers, layers.slice(1, 3).reverse(), ['input']]) {
      const features = await network.features(input, some);
      expect(Object.keys(features).toSorted()).toEqual(some.toSorted());
      for (const layer of some) {
        const { output, gradient } = given(captured[layer]);
        expect(gradient).toBeNull();
        expectNear(given(features[layer]), output, layer, 1e-6);
      }
    }
  });

  test('looking changes nothing', async () => {
    using network = await begin(graph);
    using other = await begin(graph);
    const sgd = { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 } as const;
    for (const [, request] of modes) await network.capture(input, request);
    await network.features(input, layers);
    expect(await network.readParameters()).toStrictEqual(await other.readParameters());
    await network.trainStep({ ...input, labels }, sgd);
    for (const [, request] of modes) await network.capture(input, request);
    await network.trainStep({ ...input, labels }, sgd);
    await other.trainStep({ ...input, labels }, sgd);
    await other.trainStep({ ...input, labels }, sgd);
    expect(await network.readParameters()).toStrictEqual(await other.readParameters());
  });

  test('an unknown layer is refused by its name', async () => {
    using network = await begin(graph);
    const refusal = { code: 'graphInvalid', details: { layer: 'nobody' } };
    await expect(network.features(input, ['nobody'])).rejects.toMatchObject(refusal);
    await expect(network.capture(input, { layers: ['nobody'] })).rejects.toMatchObject(refusal);
    await expect(network.features(input, [])).rejects.toMatchObject({ code: 'shapeMismatch' });
  });
});
