import type { Split } from '../../contract/index.ts';

/** A picture as it is taken out of a project: all that another project needs to have the same one. */
export interface PortablePicture {
  hash: string;
  /** The name that the person knows. */
  name: string;
  className: string | null;
  split: Split | null;
}

/** What a project holds, for people and programs outside of it. */
export interface PortableData {
  /** Every class in order, also those without pictures. */
  classes: string[];
  /** Every picture in the project's order, which decides the batches of a training run. */
  pictures: PortablePicture[];
}
