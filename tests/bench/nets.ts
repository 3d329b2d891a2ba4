import type { Graph } from '../../app/contract/index.ts';
import { buildArchitecture } from '../../app/core/model/architectures.ts';

/** A network with the batch that it is measured on. */
export interface BenchNet {
  name: string;
  graph: Graph;
  batch: number;
}

const classes = 10;

export const nets: BenchNet[] = [
  {
    name: 'small-cnn 28×28, 64',
    graph: buildArchitecture('small-cnn', { channels: 1, imageSize: 28, classes }),
    batch: 64,
  },
  {
    name: 'lenet 28×28, 64',
    graph: buildArchitecture('lenet', { channels: 1, imageSize: 28, classes }),
    batch: 64,
  },
  {
    name: 'small-cnn 32×32 colour, 64',
    graph: buildArchitecture('small-cnn', { channels: 3, imageSize: 32, classes }),
    batch: 64,
  },
];
