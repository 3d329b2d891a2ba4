import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildArchitecture } from '../../../app/core/model/architectures.ts';
import { pretrained, pretrainedNormalisation } from '../../../app/core/model/pretrained.ts';
import { Network } from '../../../app/engine/index.ts';
import { toInput } from '../../../app/formats/images/to-input.ts';
import { readPretrained } from '../../../app/formats/pretrained/efficientnet-lite0.ts';

/** A photograph of which people can say what it shows. */
interface Photograph {
  file: string;
  /** What is to be seen. */
  shows: string;
  /** Places among ImageNet's thousand classes that say so. */
  classes: readonly number[];
}

/**
 * Where such photographs lie once a package of Debian is installed, `opencv-doc` or `python3-skimage`, or where
 * `TESSERA_PHOTOGRAPHS` says: folders with a colon between (on Windows a semicolon). None of them comes with Tessera.
 */
export const photographs: readonly Photograph[] = [
  { file: 'orange.jpg', shows: 'orange', classes: [950] },
  { file: 'fruits.jpg', shows: 'lemon and orange, cut', classes: [951, 950] },
  { file: 'baboon.jpg', shows: 'mandrill, a baboon to ImageNet', classes: [372] },
  { file: 'butterfly.png', shows: 'monarch butterfly', classes: [323] },
  { file: 'messi5.jpg', shows: 'player with a soccer ball', classes: [805] },
  { file: 'space_shuttle.jpg', shows: 'space shuttle', classes: [812] },
  { file: 'squirrel_cls.jpg', shows: 'squirrel; ImageNet’s only one is the fox squirrel', classes: [335] },
  { file: 'plant.jpg', shows: 'plant in a pot', classes: [738] },
  { file: '001.jpg', shows: 'lakeside', classes: [975] },
  { file: 'chelsea.png', shows: 'tabby cat', classes: [281, 282, 285] },
  { file: 'coffee.png', shows: 'espresso in a cup', classes: [967, 968, 504] },
  { file: 'camera.png', shows: 'man with a camera on a tripod', classes: [872] },
  { file: 'motorcycle_left.png', shows: 'motorcycle, a moped or scooter to ImageNet', classes: [665, 670] },
  { file: 'rocket.jpg', shows: 'rocket, a missile or projectile to ImageNet', classes: [657, 744] },
];

const opencv = '/usr/share/doc/opencv-doc';
const folders = [
  ...(process.env.TESSERA_PHOTOGRAPHS?.split(process.platform === 'win32' ? ';' : ':') ?? []),
  join(opencv, 'examples/data'),
  join(opencv, 'examples/dnn_superres'),
  join(opencv, 'examples/alphamat/input_images'),
  join(opencv, 'examples/hfs/data'),
  join(opencv, 'opencv4/html'),
  '/usr/lib/python3/dist-packages/skimage/data',
];

export interface FoundPhotograph extends Photograph {
  path: string;
}

/** Those that lie on this computer. */
export function foundPhotographs(): FoundPhotograph[] {
  return photographs.flatMap((photograph) => {
    const path = folders.map((folder) => join(folder, photograph.file)).find((each) => existsSync(each));
    return path === undefined ? [] : [{ ...photograph, path }];
  });
}

export interface Asked {
  /** uint8 [N, 224, 224, 3] as the network takes them. */
  pictures: Uint8Array;
  /** float32 [N, 1000] */
  logits: Float32Array;
}

/** What the network that comes with the app says of photographs, prepared as every picture is. */
export async function askImageNet(paths: readonly string[]): Promise<Asked> {
  const { architecture, imageSize } = pretrained;
  const graph = buildArchitecture(architecture, { channels: 3, imageSize, classes: 1000 });
  using network = Network.compile(graph, {
    seed: 0,
    threads: 0,
    maxBatch: paths.length,
    normalisation: pretrainedNormalisation(3),
    training: false,
  });
  await network.writeParameters(readPretrained(3));
  const inputs = await Promise.all(paths.map((path) => toInput(readFileSync(path), imageSize, 3, path)));
  const pictures = Buffer.concat(inputs);
  const { data } = await network.forward({ pictures, count: paths.length });
  return { pictures, logits: data };
}

/** The class of the greatest logit, for each picture. */
export function answersOf(logits: Float32Array): number[] {
  return Array.from({ length: logits.length / 1000 }, (_, row) => {
    const own = logits.subarray(1000 * row, 1000 * (row + 1));
    return own.indexOf(Math.max(...own));
  });
}
