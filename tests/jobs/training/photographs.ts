import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp from 'sharp';
import type { TrainSettings } from '../../../app/contract/index.ts';
import { chooseGraph } from '../../../app/core/model/choose.ts';
import { centredNormalisation } from '../../../app/core/training/normalisation.ts';
import type { TrainPlan } from '../../../app/core/training/plan.ts';
import { imageFile } from '../../../app/storage/files.ts';

/** Encoded photographs with something in them, so that decoding has to work; all different. */
export async function jpegs(count: number, width: number, height: number): Promise<Uint8Array[]> {
  return Promise.all(
    Array.from({ length: count }, (_, at) => {
      const pixels = Uint8Array.from(
        { length: width * height * 3 },
        (__, place) => ((place * (at + 7)) >> 6) & 255,
      );
      return sharp(pixels, { raw: { width, height, channels: 3 } })
        .jpeg()
        .toBuffer();
    }),
  );
}

/** Puts originals into a project's folder: a plan that learns from the first `learned` of them. */
export function planOf(
  projectPath: string,
  originals: readonly Uint8Array[],
  learned: number,
  settings: TrainSettings,
): TrainPlan {
  const manifest = originals.map((bytes, at) => {
    const id = hash('sha256', bytes);
    mkdirSync(dirname(imageFile(projectPath, id)), { recursive: true });
    writeFileSync(imageFile(projectPath, id), bytes);
    const split = at < learned ? ('train' as const) : ('val' as const);
    return { imageId: at + 1, hash: id, classIndex: at % 2, split };
  });
  const { imageSize } = settings;
  return {
    version: 1,
    runId: 'photographs',
    dataHash: 'a',
    classes: ['one', 'two'],
    settings,
    graph: chooseGraph(settings.model, { channels: 3, imageSize, classes: 2 }),
    normalisation: centredNormalisation(3),
    manifest,
  };
}
