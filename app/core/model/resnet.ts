import type { Graph, Layer } from '../../contract/index.ts';
import type { ModelTarget } from './blocks.ts';

/** Filters of the three stages; each but the first halves the picture. */
const stages = [16, 32, 64] as const;

/**
 * The residual network for small pictures (He et al., 2015, section 4.2) of 6n + 2 layers: a convolution, three stages of
 * n blocks of two convolutions with batch norm, the global average and a dense layer. Where a block changes the shape, its
 * shortcut is a 1 × 1 convolution with batch norm (option B there). Layers are called `stage2.block1.conv1`, ….
 */
export function smallResnet(name: string, blocksPerStage: number, target: ModelTarget): Graph {
  const builder = new Builder();
  let output = builder.add('relu', 'relu', builder.normalised('conv', 'norm', 'input', stages[0], 3, 1));
  let filters: number = stages[0];
  stages.forEach((wanted, stage) => {
    for (let block = 1; block <= blocksPerStage; block += 1) {
      const stride = wanted === filters ? 1 : 2;
      output = builder.block(`stage${stage + 1}.block${block}`, output, filters, wanted, stride);
      filters = wanted;
    }
  });
  const flat = builder.add('flatten', 'flatten', builder.add('pool', 'globalAvgPool', output));
  builder.layers.push({ id: 'fc', input: flat, op: 'dense', units: target.classes, bias: true });
  const { channels, imageSize } = target;
  return { name, input: { channels, height: imageSize, width: imageSize }, layers: builder.layers };
}

/** Every method gives the name of the layer that it put last. */
class Builder {
  readonly layers: Layer[] = [];

  block(name: string, input: string, from: number, filters: number, stride: number): string {
    const first = this.normalised(`${name}.conv1`, `${name}.norm1`, input, filters, 3, stride);
    const relu = this.add(`${name}.relu1`, 'relu', first);
    const second = this.normalised(`${name}.conv2`, `${name}.norm2`, relu, filters, 3, 1);
    const shortcut =
      stride === 1 && from === filters
        ? input
        : this.normalised(`${name}.shortcut`, `${name}.shortcut.norm`, input, filters, 1, stride);
    this.layers.push({ id: `${name}.add`, inputs: [second, shortcut], op: 'add' });
    return this.add(`${name}.relu2`, 'relu', `${name}.add`);
  }

  /** A convolution that keeps the size at stride 1, and its batch norm, which brings the bias. */
  normalised(
    conv: string,
    norm: string,
    input: string,
    filters: number,
    kernel: number,
    stride: number,
  ): string {
    const border = Math.floor(kernel / 2);
    this.layers.push({
      id: conv,
      input,
      op: 'conv2d',
      filters,
      kernel: [kernel, kernel],
      stride: [stride, stride],
      padding: [border, border, border, border],
      dilation: [1, 1],
      groups: 1,
      bias: false,
    });
    this.layers.push({ id: norm, input: conv, op: 'batchNorm2d', epsilon: 1e-5, momentum: 0.1 });
    return norm;
  }

  add(id: string, op: 'relu' | 'globalAvgPool' | 'flatten', input: string): string {
    this.layers.push({ id, input, op });
    return id;
  }
}
