/** The native engine: networks, single operators, and what it runs on. */
import { native } from './binding.ts';

export * from './ops.ts';
export { augment, type PictureSize } from './augment.ts';
export { DataSet, type DataSetOptions } from './data-set.ts';
export { Network } from './network.ts';
export type * from './types.ts';

/** Which kernels this process runs (`avx2`, `ref`, …), and how many threads by default. */
export function engineInfo(): { isa: string; threads: number } {
  return native().engineInfo();
}
