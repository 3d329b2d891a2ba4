import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folderPictures } from '../../../app/jobs/tasks/folder-pictures.ts';
import { errorOf, pngs, TempFolder } from '../../formats/layouts/sources.ts';

test('pictures below folders by their names, and named files whatever they are called', async () => {
  using folder = new TempFolder();
  folder.put(
    pngs('a/10.png', 'a/9.PNG', 'a/x/1.jpeg', 'a/.hidden.png', 'a/__MACOSX/1.png', 'b/1.png', 'loose'),
  );
  folder.put({ 'a/notes.txt': 'x' });
  const names = async (...paths: string[]) =>
    (await folderPictures(paths.map((path) => folder.at(path)))).map(({ name }) => name);
  expect(await names('a')).toEqual(['9.PNG', '10.png', 'x/1.jpeg']);
  expect(await names('a', 'b', 'loose')).toEqual(['a/9.PNG', 'a/10.png', 'a/x/1.jpeg', 'b/1.png', 'loose']);
  expect((await errorOf(folderPictures([folder.at('gone')]))).code).toBe('fileNotFound');
});

test.skipIf(process.platform === 'win32')('links in a folder are passed over', async () => {
  using folder = new TempFolder();
  folder.put(pngs('a/1.png', 'b/2.png'));
  symlinkSync(folder.at('b/2.png'), folder.at('a/2.png'));
  symlinkSync(folder.at('b'), folder.at('a/b'));
  expect(await folderPictures([folder.at('a')])).toEqual([{ name: '1.png', path: folder.at('a/1.png') }]);
});
