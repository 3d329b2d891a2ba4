import type { Split } from '../../contract/index.ts';

/** A picture as it is taken out of a project: all that another project needs to have the same one. */
export interface PortablePicture {
  hash: string;
  /** The name that the person knows. */
  name: string;
  className: string | null;
  split: Split | null;
  /** Absent where a person has noted nothing. */
  marks?: PictureMarks;
}

/** What is known of a picture besides its name, label and split. */
export interface PictureMarks {
  note: string;
  tags: string[];
  excluded: boolean;
  /** The names under which the same bytes arrived again, each with the label that it came with. */
  otherNames: { name: string; className: string | null }[];
}

/** A class; what is absent is given to it as to any new one. */
export interface PortableClass {
  name: string;
  /** Index into the palette of twelve. */
  color?: number;
  /** The key that a person chose for it. */
  key?: string;
  description?: string;
  isNone?: boolean;
}

/** What a project holds, for people and programs outside of it. */
export interface PortableData {
  /** Every class in order, also those without pictures. */
  classes: PortableClass[];
  /** Every picture in the project's order, which decides the batches of a training run. */
  pictures: PortablePicture[];
}

export const hasMarks = ({ note, tags, excluded, otherNames }: PictureMarks): boolean =>
  note !== '' || tags.length > 0 || excluded || otherNames.length > 0;
