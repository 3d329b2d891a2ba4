import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { drawMark } from '../../app/core/dataset/marks.ts';
import { Random } from '../../app/core/dataset/random.ts';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import type { ProjectStore } from '../../app/services/ports.ts';
import { imageFile } from '../../app/storage/files.ts';
import { projectStores } from '../../app/storage/projects.ts';

const count = 60;

/** A project with 60 drawings of X and O, open in this process; the classes may be called otherwise. */
export function newProject(
  path: string,
  name: string,
  [cross, ring]: readonly [string, string] = ['X', 'O'],
): ProjectStore {
  const store = projectStores.create(path, name);
  const random = new Random(7);
  const images = Array.from({ length: count }, (_, index) => {
    const mark = index % 2 === 0 ? 'X' : 'O';
    const bytes = encodePng(drawMark(mark, 28, random), { width: 28, height: 28, channels: 1 });
    const hash = createHash('sha256').update(bytes).digest('hex');
    mkdirSync(dirname(imageFile(path, hash)), { recursive: true });
    writeFileSync(imageFile(path, hash), bytes);
    const size = { width: 28, height: 28, channels: 1, bytes: bytes.length } as const;
    return { hash, name: `${index}.png`, className: mark === 'X' ? cross : ring, split: null, ...size };
  });
  const importId = store.beginImport();
  store.addImages(importId, images, []);
  store.finishImport(importId);
  return store;
}
