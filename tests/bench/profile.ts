import { inferShapes } from '../../app/core/model/shapes.ts';
import type { LayerShapes } from '../../app/core/model/shapes.ts';
import { machineText, measureMachine, timeConvolutions, type ConvolutionTimes } from './native.ts';
import type { BenchNet } from './nets.ts';
import { throughput } from './throughput.ts';

/** A layer with weights as a convolution: its numbers in the order of `Conv2dShape`, and its cost in each pass. */
interface Weighted {
  id: string;
  shape: number[];
  flops: number;
  readsPicture: boolean;
}

function weighted({ layer, input, output }: LayerShapes, batch: number): Weighted[] {
  const elements = output.reduce((product, size) => product * size, 1);
  if (layer.op === 'dense') {
    const inputs = input[0] ?? 0;
    const shape = [batch, 1, 1, inputs, layer.units, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1];
    return [{ id: layer.id, shape, flops: 2 * batch * inputs * elements, readsPicture: false }];
  }
  if (layer.op !== 'conv2d') return [];
  const [c = 0, h = 0, w = 0] = input;
  const { filters, kernel, stride, padding, dilation, groups } = layer;
  const shape = [batch, h, w, c, filters, ...kernel, ...stride, ...padding, ...dilation, groups];
  const flops = (2 * batch * elements * c * kernel[0] * kernel[1]) / groups;
  return [{ id: layer.id, shape, flops, readsPicture: layer.input === 'input' }];
}

/**
 * Where a training step's time goes: every convolution and dense layer by itself, in each pass, as milliseconds and share
 * of peak, against the whole step. Dense layers are timed as 1 × 1 convolutions. What is left of the step is everything else:
 * norms, pools, activations, joins, the loss, the optimiser, and what memory costs when the layers follow each other.
 */
export async function profile(net: BenchNet, threads: number): Promise<void> {
  const machine = measureMachine(threads);
  const layers = inferShapes(net.graph).flatMap((shapes) => weighted(shapes, net.batch));
  const unique = [...new Map(layers.map(({ shape }) => [shape.join(' '), shape])).values()];
  const measured = timeConvolutions(unique, threads);
  const times = new Map(unique.map((shape, at) => [shape.join(' '), measured[at] as ConvolutionTimes]));
  console.log(`${net.name}, ${threads} threads, ${machineText(machine)}\n`);
  console.log('| layer | GFLOP | forward | data gradient | weight gradient |\n|---|--:|--:|--:|--:|');
  let sum = 0;
  for (const { id, shape, flops, readsPicture } of layers) {
    const { seconds, algorithms } = times.get(shape.join(' ')) as ConvolutionTimes;
    const cells = seconds.map((time, pass) => {
      // No gradient is taken back into the picture.
      if (readsPicture && pass === 1) return '–';
      sum += time;
      const share = ((100 * flops) / time / machine.peak).toFixed(0);
      return `${(1000 * time).toFixed(2)} ms, ${share} % ${algorithms[pass]}`;
    });
    console.log(`| ${id} | ${(flops / 1e9).toFixed(2)} | ${cells.join(' | ')} |`);
  }
  const { imagesPerSecond, flops } = await throughput(net, threads, 3);
  const step = net.batch / imagesPerSecond;
  const share = (value: number): string => `${((100 * value) / step).toFixed(0)} %`;
  console.log(
    `\nwhole step ${(1000 * step).toFixed(1)} ms (${((100 * flops) / machine.peak).toFixed(0)} % of peak); ` +
      `these layers ${(1000 * sum).toFixed(1)} ms (${share(sum)}), everything else ` +
      `${(1000 * (step - sum)).toFixed(1)} ms (${share(step - sum)})`,
  );
}
