/** A hundred thousand files in one folder: found, named and put in order in bounded time and memory. */
import { linkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findPictures } from '../../../app/formats/layouts/find-pictures.ts';
import { png, TempFolder } from './sources.ts';

const count = 100_000;
/** A file system gives one file so many names at most (ext4: 65,000; NTFS: 1,024). */
const namesEach = process.platform === 'win32' ? 1000 : 50_000;

test('a folder of 100,000 pictures is understood', { timeout: 120_000 }, async () => {
  using folder = new TempFolder();
  for (let number = 0; number < count; number++) {
    const first = number - (number % namesEach);
    if (number === first) folder.put({ [`cat/${number}.png`]: png(number) });
    else linkSync(folder.at(`cat/${first}.png`), folder.at(`cat/${number}.png`));
  }
  const before = process.memoryUsage().rss;
  await using found = await findPictures([folder.path], 'auto');
  expect(found).toMatchObject({ layout: 'folders', total: count, skipped: [] });
  let at = 0;
  for await (const { name, className } of found.pictures()) {
    // In the order of the numbers, not of the letters.
    if (name !== `cat/${at}.png` || className !== 'cat') throw new Error(`${name} instead of ${at}`);
    at++;
  }
  expect(at).toBe(count);
  // Some hundreds of bytes for each, and nothing of what is in them.
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
});
