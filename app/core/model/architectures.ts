import { TesseraError, type ArchitectureInfo, type Block, type Graph } from '../../contract/index.ts';
import { graphFromBlocks, type ModelTarget } from './blocks.ts';
import { describeGraph } from './describe.ts';
import { smallResnet } from './resnet.ts';

interface Architecture {
  name: string;
  title: string;
  defaultImageSize: number;
  /** The layer form of it, or what the form cannot say. */
  made: { blocks: Block[] } | { graph: (name: string, target: ModelTarget) => Graph };
}

const convolution = (filters: number, kernel: number): Block => ({
  kind: 'conv',
  filters,
  kernel,
  stride: 1,
  activation: 'relu',
  pool: { kind: 'max', window: 2, stride: 2 },
});

const dense = (units: number): Block => ({ kind: 'dense', units, activation: 'relu' });

const known: readonly Architecture[] = [
  {
    name: 'small-cnn',
    title: 'Small CNN',
    defaultImageSize: 28,
    made: { blocks: [convolution(32, 3), convolution(64, 3), dense(128)] },
  },
  {
    // LeNet-5 (LeCun et al., 1998) with today's ReLU and max pooling. Its second convolution is padded too, so that
    // the network fits pictures from 8 × 8 pixels on.
    name: 'lenet',
    title: 'LeNet',
    defaultImageSize: 28,
    made: { blocks: [convolution(6, 5), convolution(16, 5), dense(120), dense(84)] },
  },
  {
    name: 'resnet-20',
    title: 'ResNet-20',
    defaultImageSize: 32,
    made: { graph: (name, target) => smallResnet(name, 3, target) },
  },
];

/** An architecture's network. Throws `modelUnknown` with the names that there are. */
export function buildArchitecture(name: string, target: ModelTarget): Graph {
  const architecture = known.find((each) => each.name === name);
  if (architecture === undefined) {
    throw new TesseraError('modelUnknown', { name, known: known.map((each) => each.name).join(', ') });
  }
  const { made } = architecture;
  return 'blocks' in made ? graphFromBlocks(name, made.blocks, target) : made.graph(name, target);
}

/** All of them, the one to begin with first; sizes are those for ten classes of grey pictures. */
export function architectures(): ArchitectureInfo[] {
  return known.map(({ name, title, defaultImageSize, made }) => {
    const target = { channels: 1, imageSize: defaultImageSize, classes: 10 };
    const { parameters, multiplyAdds } = describeGraph(buildArchitecture(name, target), target);
    const blocks = 'blocks' in made ? structuredClone(made.blocks) : null;
    return { name, title, defaultImageSize, parameters, multiplyAdds, blocks };
  });
}
