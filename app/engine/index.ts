/** The native engine: networks, single operators, and what it runs on. */
import { addonBuild, native } from './binding.ts';

export * from './ops.ts';
export { augment, type PictureSize } from './augment.ts';
export { DataSet, type DataSetOptions } from './data-set.ts';
export { Network } from './network.ts';
export type * from './types.ts';

/** Which kernels this process runs (`avx2`, `ref`, …), how many threads by default, and which build of the addon it is. */
export function engineInfo(): { isa: string; threads: number; build: string } {
  return { ...native().engineInfo(), build: addonBuild() };
}
