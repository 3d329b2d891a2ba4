import { describe, expect, test } from 'vitest';
import { architectureName } from '../../app/contract/index.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';
import { Network, type LabeledBatch } from '../../app/engine/index.ts';
import { withoutDropout } from '../repeatable.ts';
import { expectNear, given, Golden } from './golden.ts';
import { firstValue, hashedPixels, signature } from './hashed.ts';
import { sgd } from './nets.ts';

const golden = new Golden('architectures');
const about = golden.described('architectures') as Record<
  string,
  { size: number; batch: number; pictures: string; parameters: string[]; float32Error: number }
>;
const { mean, std } = golden.described('normalisation') as { mean: number; std: number };
const classes = 5;
/**
 * ‖actual − golden‖ / ‖golden‖ of a gradient. Where PyTorch's own float32 is farther from its float64, we may be too: some
 * numbers then lie so near a ReLU's bend that rounding decides whether their gradient passes.
 */
const tolerance = (name: string): number => Math.max(1e-3, given(about[name]).float32Error);

/** The architecture with the first weights and the batch that PyTorch had. */
async function begin(name: string): Promise<{ network: Network; batch: LabeledBatch }> {
  const { size, batch: count, pictures: seed } = given(about[name]);
  const graph = withoutDropout(buildArchitecture(name, { channels: 3, imageSize: size, classes }));
  const normalisation = { mean: [mean, mean, mean], std: [std, std, std] };
  const network = Network.compile(graph, { seed: 0, threads: 2, maxBatch: count, normalisation });
  const names = new Set(network.parameters.map(({ name }) => name));
  const isShift = (name: string): boolean =>
    name.endsWith('.bias') && names.has(name.replace(/bias$/, 'running_mean'));
  await network.writeParameters(
    Object.fromEntries(
      network.parameters.map(({ name, shape }) => [name, firstValue(name, shape, isShift(name))]),
    ),
  );
  const pictures = hashedPixels(seed, count * size * size * 3);
  return {
    network,
    batch: { pictures, labels: Int32Array.from({ length: count }, (_, at) => at % classes), count },
  };
}

/** ‖actual − golden‖, told from the norms and from products with random vectors whose numbers have a variance of 1/3. */
function distance(actual: readonly number[], expected: Float32Array): number {
  const [norm = 0, ...products] = actual.map((value, at) => value - given(expected[at]));
  const squares = products.reduce((sum, product) => sum + product ** 2, 0) / products.length;
  return Math.max(Math.abs(norm), Math.sqrt(3 * squares));
}

test('every architecture has golden values', () => {
  expect(Object.keys(about).sort()).toEqual([...architectureName.options].sort());
});

describe.each(Object.keys(about))('%s against PyTorch', (name) => {
  test('logits, loss and the gradient of every parameter', { timeout: 120_000 }, async () => {
    const { network, batch } = await begin(name);
    try {
      expectNear(await network.forward(batch), golden.tensor(`${name}/logits`), 'logits', 1e-3);

      const { loss } = await network.trainStep(batch, { ...sgd, learningRate: 0 });
      expect(loss / golden.scalar(`${name}/loss`)).toBeCloseTo(1, 4);

      const gradients = await network.readGradients();
      const names = given(about[name]).parameters;
      expect(Object.keys(gradients).sort()).toEqual([...names].sort());
      const signatures = golden.tensor(`${name}/gradients`).data;
      // The bias in front of a batch norm has no gradient at all; what is left of it is rounding.
      const least = 1e-4 * Math.max(...names.map((_, row) => given(signatures[5 * row])));
      const wrong = names.flatMap((parameter, row) => {
        const expected = signatures.subarray(5 * row, 5 * row + 5);
        const actual = signature(parameter, given(gradients[parameter]).data);
        const error = distance(actual, expected) / Math.max(given(expected[0]), least);
        return error <= tolerance(name)
          ? []
          : [`${parameter}: ${error}, norm ${actual[0]} for ${expected[0]}`];
      });
      expect(wrong).toEqual([]);
    } finally {
      network.dispose();
    }
  });
});
