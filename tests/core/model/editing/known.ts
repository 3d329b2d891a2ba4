import type { Graph } from '../../../../app/contract/index.ts';
import { architectures, buildArchitecture } from '../../../../app/core/model/architectures.ts';

export const target = { channels: 3, imageSize: 32, classes: 4 };

/** Every architecture of the app at the size that it is made for. */
export const everyArchitecture = architectures().map(({ name, defaultImageSize }) => ({
  name,
  target: { channels: 3, imageSize: defaultImageSize, classes: 4 },
}));

export const graphNamed = (name: string): Graph => buildArchitecture(name, target);
