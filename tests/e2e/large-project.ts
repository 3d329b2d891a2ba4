import { hash } from 'node:crypto';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Split } from '../../app/contract/index.ts';
import { Random } from '../../app/core/dataset/random.ts';
import type { NewImage } from '../../app/core/tasks.ts';
import { imageFile, thumbnailFile } from '../../app/storage/files.ts';
import { projectStores } from '../../app/storage/projects.ts';

const classNames = ['anvil', 'birch', 'copper', 'dune', 'ember', 'fjord', 'grove', 'harbour'];
/** Pictures that are drawn; the others have their files under another hash. */
const drawn = 64;
const side = 96;
const chunk = 1000;

/**
 * Makes a project of many pictures within a minute: rows as an import writes them, and for each picture a thumbnail of its
 * name, all of which are links to some dozens of files. One in twelve pictures has no label; there are near duplicates, dark,
 * blurred and odd ones, notes, tags, and what a model takes each picture for.
 */
export async function makeLargeProject(path: string, name: string, size: number): Promise<void> {
  using project = projectStores.create(path, name);
  const thumbnails = await drawThumbnails(path);
  for (let first = 0; first < 256; first++) {
    const id = first.toString(16).padStart(2, '0');
    for (const file of [thumbnailFile(path, id), imageFile(path, id)]) {
      mkdirSync(dirname(file), { recursive: true });
    }
  }
  const importId = project.beginImport();
  const random = new Random(9);
  for (let from = 0; from < size; from += chunk) {
    const images = Array.from({ length: Math.min(chunk, size - from) }, (_, at) => row(from + at, random));
    for (const { hash: id } of images) {
      const thumbnail = thumbnails[parseInt(id.slice(0, 6), 16) % drawn] as string;
      for (const file of [thumbnailFile(path, id), imageFile(path, id)]) linkSync(thumbnail, file);
    }
    project.addImages(importId, images, []);
  }
  project.finishImport(importId);
  const ids = project.imageIds({});
  project.tag(
    ids.filter((id) => id % 50 === 0),
    'look again',
    true,
  );
  for (const id of ids.slice(0, 5)) project.setNote(id, `note ${id}`);
  const classes = project.classes().map((one) => one.name);
  project.savePredictions(
    'none',
    classes,
    ids.map((imageId) => ({
      imageId,
      predicted: random.below(10) === 0 ? random.below(classes.length) : (imageId - 1) % classes.length,
      confidence: 0.3 + 0.7 * random.float(),
      loss: 3 * random.float(),
    })),
  );
}

function row(number: number, random: Random): NewImage {
  const isTwin = number % 40 === 1;
  const kind = random.below(200);
  const splits: (Split | null)[] = ['train', 'train', 'train', 'train', 'val', 'test'];
  return {
    hash: hash('sha256', `picture ${number}`),
    name: `shelf ${number % 7}/picture-${String(number).padStart(6, '0')}.jpg`,
    className: number % 12 === 11 ? null : (classNames[number % classNames.length] as string),
    split: splits[random.below(splits.length)] ?? null,
    width: kind === 0 ? 1200 : 400,
    height: 300,
    channels: 3,
    bytes: 20_000 + random.below(80_000),
    measures: {
      brightness: kind === 1 ? 0.03 : 0.2 + 0.6 * random.float(),
      sharpness: kind === 2 ? 5 : 100 + 900 * random.float(),
      fingerprint: fingerprint(isTwin ? number - 1 : number),
      takenAt: Date.UTC(2026, 0, 1) + number * 60_000,
    },
  };
}

/** Far from that of any other number. */
function fingerprint(number: number): string {
  const random = new Random(number + 1);
  return Array.from({ length: 13 }, () => random.next().toString(16).padStart(8, '0')).join('');
}

/** Gives the paths of files; each holds fewer links than a file system allows. */
async function drawThumbnails(path: string): Promise<string[]> {
  const random = new Random(3);
  const folder = join(path, 'drawn');
  mkdirSync(folder);
  const files: string[] = [];
  for (let number = 0; number < drawn; number++) {
    const [red, green, blue] = [random.below(256), random.below(256), random.below(256)];
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
      <rect width="100%" height="100%" fill="rgb(${red},${green},${blue})"/>
      <rect x="24" y="30" width="50" height="22" fill="rgb(${255 - red},${255 - green},${255 - blue})"
        transform="rotate(${random.below(180)} 48 48)"/></svg>`;
    const file = join(folder, `${number}.webp`);
    writeFileSync(file, await sharp(Buffer.from(drawing)).webp().toBuffer());
    files.push(file);
  }
  return files;
}
