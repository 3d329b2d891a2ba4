import {
  TesseraError,
  type ArchitectureInfo,
  type ArchitectureName,
  type Block,
  type Graph,
} from '../../contract/index.ts';
import { graphFromBlocks, type ModelTarget } from './blocks.ts';
import { describeGraph } from './describe.ts';
import { alexNet } from './networks/alexnet.ts';
import { efficientNetLite0 } from './networks/efficientnet-lite.ts';
import { googLeNet } from './networks/googlenet.ts';
import { mobileNetV2 } from './networks/mobilenet-v2.ts';
import { resnet } from './networks/resnet.ts';
import { smallInception } from './networks/small-inception.ts';
import { smallResnet } from './networks/small-resnet.ts';
import { smallVgg, vgg, type VggOptions } from './networks/vgg.ts';

type MakeGraph = (name: string, target: ModelTarget) => Graph;

interface Architecture {
  name: ArchitectureName;
  title: string;
  pictures: ArchitectureInfo['pictures'];
  defaultImageSize: number;
  leastImageSize: number;
  /** The layer form of it, or what the form cannot say. */
  made: { blocks: Block[] } | { graph: MakeGraph };
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

const small = { pictures: 'small', defaultImageSize: 32, leastImageSize: 8 } as const;
const photos = { pictures: 'photos', defaultImageSize: 224, leastImageSize: 32 } as const;
const as = (graph: MakeGraph): Architecture['made'] => ({ graph });

const smallPictures: readonly Architecture[] = [
  {
    ...small,
    name: 'small-cnn',
    title: 'Small CNN',
    defaultImageSize: 28,
    made: { blocks: [convolution(32, 3), convolution(64, 3), dense(128)] },
  },
  {
    // LeNet-5 (LeCun et al., 1998) with today's ReLU and max pooling. Its second convolution is padded too, so that
    // the network fits pictures from 8 × 8 pixels on.
    ...small,
    name: 'lenet',
    title: 'LeNet',
    defaultImageSize: 28,
    made: { blocks: [convolution(6, 5), convolution(16, 5), dense(120), dense(84)] },
  },
  {
    ...small,
    name: 'resnet-20',
    title: 'ResNet-20',
    made: as((name, target) => smallResnet(name, 3, target)),
  },
  {
    ...small,
    name: 'resnet-32',
    title: 'ResNet-32',
    made: as((name, target) => smallResnet(name, 5, target)),
  },
  {
    ...small,
    name: 'vgg-small',
    title: 'VGG-11, small',
    leastImageSize: 32,
    made: as((name, target) => smallVgg(name, { depth: 11, batchNorm: true }, target)),
  },
  { ...small, name: 'inception-small', title: 'Inception, small', made: as(smallInception) },
];

const vggs = ([11, 13, 16, 19] as const).flatMap((depth): Architecture[] => {
  const one = (options: VggOptions): MakeGraph => {
    return (name, target) => vgg(name, options, target);
  };
  return [
    {
      ...photos,
      name: `vgg-${depth}`,
      title: `VGG-${depth}`,
      made: as(one({ depth, batchNorm: false })),
    },
    {
      ...photos,
      name: `vgg-${depth}-bn`,
      title: `VGG-${depth} with batch norm`,
      made: as(one({ depth, batchNorm: true })),
    },
  ];
});

const residuals = ([18, 34, 50] as const).map((depth): Architecture => ({
  ...photos,
  name: `resnet-${depth}`,
  title: `ResNet-${depth}`,
  made: as((name, target) => resnet(name, depth, target)),
}));

const known: readonly Architecture[] = [
  ...smallPictures,
  { ...photos, name: 'efficientnet-lite0', title: 'EfficientNet-Lite0', made: as(efficientNetLite0) },
  { ...photos, name: 'mobilenet-v2', title: 'MobileNetV2', made: as(mobileNetV2) },
  ...residuals,
  { ...photos, name: 'googlenet', title: 'GoogLeNet', made: as(googLeNet) },
  { ...photos, name: 'alexnet', title: 'AlexNet', leastImageSize: 63, made: as(alexNet) },
  ...vggs,
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

/**
 * All of them, small pictures first, the one to begin with before the others. Sizes are those for ten classes, of grey
 * small pictures and of photographs in colour.
 */
export function architectures(): ArchitectureInfo[] {
  return known.map(({ name, title, pictures, defaultImageSize, leastImageSize, made }) => {
    const channels = pictures === 'small' ? 1 : 3;
    const target = { channels, imageSize: defaultImageSize, classes: 10 };
    const { parameters, multiplyAdds, memory } = describeGraph(buildArchitecture(name, target), target);
    const blocks = 'blocks' in made ? structuredClone(made.blocks) : null;
    return {
      name,
      title,
      pictures,
      defaultImageSize,
      leastImageSize,
      parameters,
      multiplyAdds,
      memory,
      blocks,
    };
  });
}
