import type { SampleName } from '../../contract/index.ts';
import type { FoundPicture } from '../found-picture.ts';
import { fashionCount, fashionPictures } from './fashion.ts';
import { xoCount, xoPictures } from './xo.ts';

/** A sample's pictures, all of them labeled, and how many there are. */
export function samplePictures(sample: SampleName): {
  total: number;
  pictures: Iterable<FoundPicture> | AsyncIterable<FoundPicture>;
} {
  switch (sample) {
    case 'xo':
      return { total: xoCount, pictures: xoPictures() };
    case 'fashion':
      return { total: fashionCount, pictures: fashionPictures() };
  }
}
