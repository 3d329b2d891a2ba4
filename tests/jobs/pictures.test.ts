import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readPicture } from '../../app/jobs/pictures.ts';
import { temporaryFolder } from './temporary-folder.ts';

const input = { channels: 3, height: 8, width: 8 } as const;

it('a picture file becomes the network’s input, whatever its extension says', async () => {
  const path = join(temporaryFolder(), 'photo.png');
  await sharp({ create: { width: 20, height: 10, channels: 3, background: '#ff0000' } })
    .jpeg()
    .toFile(path);
  const pixels = await readPicture(path, input);
  expect(pixels.length).toBe(8 * 8 * 3);
  expect(pixels[0]).toBeGreaterThan(250);
  expect((await readPicture(path, { ...input, channels: 1 })).length).toBe(8 * 8);
});

it('errors call it by the name that the person knows', async () => {
  const path = join(temporaryFolder(), 'x.jpg');
  await expect(readPicture(path, input, 'mine.jpg')).rejects.toMatchObject({
    ...{ code: 'fileNotFound', details: { path: 'mine.jpg' } },
  });
  await writeFile(path, '');
  await expect(readPicture(path, input, 'mine.jpg')).rejects.toMatchObject({
    ...{ code: 'pictureUnreadable', details: { path: 'mine.jpg', reason: 'the file is empty' } },
  });
});

it('what is not a regular file is refused before it is opened', async () => {
  const folder = temporaryFolder();
  const refused = { code: 'pictureUnreadable', details: { reason: 'it is not a regular file' } };
  await mkdir(join(folder, 'folder.jpg'));
  await expect(readPicture(join(folder, 'folder.jpg'), input)).rejects.toMatchObject(refused);
  if (process.platform === 'win32') return;
  await symlink('/dev/zero', join(folder, 'link.jpg'));
  await expect(readPicture(join(folder, 'link.jpg'), input)).rejects.toMatchObject(refused);
  // Nobody ever writes into it: reading it would never end.
  expect(spawnSync('mkfifo', [join(folder, 'pipe.jpg')]).status).toBe(0);
  await expect(readPicture(join(folder, 'pipe.jpg'), input)).rejects.toMatchObject(refused);
});
