import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorOf, png, pngs, TempFolder, understand } from './sources.ts';

const onWindows = process.platform === 'win32';

describe('folders', () => {
  test('classes, splits, and the files that are no pictures', async () => {
    using folder = new TempFolder();
    folder.put(pngs('train/cat/1.PNG', 'train/dog/2.png', 'valid/cat/3.png', 'test/cat/x/4.png'));
    folder.put({ 'train/cat/notes.xml': '<x/>', 'train/cat/movie.mp4': 'x' });
    const { layout, pictures, skipped } = await understand(folder.path);
    expect(layout).toBe('folders');
    expect(pictures).toEqual([
      'test/cat/x/4.png cat test',
      'train/cat/1.PNG cat train',
      'train/dog/2.png dog train',
      'valid/cat/3.png cat val',
    ]);
    expect(skipped.map(({ path }) => path)).toEqual(
      ['movie.mp4', 'notes.xml'].map((name) => folder.at(join('train/cat', name))),
    );
  });

  test('several folders are classes, or splits; loose files lie beside them', async () => {
    using folder = new TempFolder();
    folder.put(
      pngs('a/cat/1.png', 'b/dog/1.png', 'b/cat/2.png', 'x.png', 'train/cat/7.png', 'test/cat/8.png'),
    );
    const given = (...names: string[]) => names.map((name) => folder.at(name));
    expect((await understand(given('a/cat', 'b/dog', 'x.png'))).pictures).toEqual([
      'cat/1.png cat -',
      'dog/1.png dog -',
      'x.png - -',
    ]);
    expect((await understand(given('a/cat', 'b/cat'))).pictures).toEqual([
      'cat/1.png cat -',
      'cat/2.png cat -',
    ]);
    expect((await understand(given('train', 'test'))).pictures).toEqual([
      'test/cat/8.png cat test',
      'train/cat/7.png cat train',
    ]);
    expect((await understand(given('a', 'a/cat', 'x.png'))).pictures).toEqual([
      'a/cat/1.png cat -',
      'cat/1.png cat -',
      'x.png - -',
    ]);
  });

  test('files without an extension are pictures when they begin as such', async () => {
    using folder = new TempFolder();
    folder.put({ 'cat/0a1b': png(), 'cat/0c2d': 'not a picture', 'cat/empty': '' });
    const { pictures, skipped } = await understand(folder.path);
    expect(pictures).toEqual(['cat/0a1b cat -']);
    expect(skipped).toHaveLength(2);
  });

  test('a class whose name is too long is passed over', async () => {
    using folder = new TempFolder();
    folder.put({
      'list.csv': `file,label\na.png,${'x'.repeat(10_000)}\nb.png,ok\n`,
      ...pngs('a.png', 'b.png'),
    });
    const { pictures, skipped } = await understand(folder.at('list.csv'));
    expect(pictures).toEqual(['b.png ok -']);
    expect(skipped).toEqual([{ path: 'a.png', reason: 'its label is longer than 200 characters' }]);
  });
});

describe('lists among pictures', () => {
  test('stand above the folders, in each of them', async () => {
    using folder = new TempFolder();
    folder.put(pngs('train/1.png', 'train/x/2.png', 'test/3.png', 'test/4.png'));
    folder.put({
      'train/metadata.csv': 'file_name,label\n1.png,cat\n./x/2.png,\n',
      'test/metadata.jsonl': '{"file_name":"3.png","label":"dog"}\n',
    });
    expect((await understand(folder.path)).pictures).toEqual([
      'test/3.png dog test',
      'test/4.png - test',
      'train/1.png cat train',
      'train/x/2.png - train',
    ]);
  });

  test('without a column of labels the folders keep the word', async () => {
    using folder = new TempFolder();
    folder.put({
      ...pngs('cat/1.png', 'dog/2.png'),
      'metadata.csv': 'file_name,split,text\ncat/1.png,test,"a cat"\n',
    });
    expect((await understand(folder.path)).pictures).toEqual(['cat/1.png cat test', 'dog/2.png dog -']);
  });

  test('one of another name does not count until it is chosen', async () => {
    using folder = new TempFolder();
    folder.put({ ...pngs('cat/1.png'), 'predictions.csv': 'file,label\ncat/1.png,dog\n' });
    const { pictures, skipped } = await understand(folder.path);
    expect(pictures).toEqual(['cat/1.png cat -']);
    expect(skipped).toEqual([
      { path: folder.at('predictions.csv'), reason: expect.stringMatching(/choose it itself/) },
    ]);
    expect((await understand(folder.at('predictions.csv'))).pictures).toEqual(['cat/1.png dog -']);
  });

  test('one that cannot be read never stops the pictures', async () => {
    using folder = new TempFolder();
    folder.put({ ...pngs('cat/1.png'), 'metadata.csv': 'nonsense' });
    const { pictures, skipped } = await understand(folder.path);
    expect(pictures).toEqual(['cat/1.png cat -']);
    expect(skipped).toEqual([
      { path: folder.at('metadata.csv'), reason: expect.stringMatching(/no column file_name/) },
    ]);
  });
});

describe('CSV', () => {
  test('rows in their order, with what is missing passed over', async () => {
    using folder = new TempFolder();
    folder.put(pngs('set/images/b.png', 'set/images/a.png', 'set/loose.jpeg', 'outside.png'));
    const rows = [
      'path,class,split',
      'images/b.png,cat,train',
      './images/../images/a.png,dog,test',
      'images\\a.png,dog,test',
      'loose.jpeg,,',
      'gone.png,cat,train',
      '../outside.png,cat,train',
      `${folder.at('outside.png')},cat,train`,
      'C:/x.png,cat,',
      'images,cat,',
      ',cat,train',
    ];
    folder.put({ 'set/list.csv': rows.join('\n') });
    const { layout, pictures, skipped } = await understand(folder.at('set/list.csv'));
    expect(layout).toBe('csv');
    expect(pictures).toEqual(['images/b.png cat train', 'images/a.png dog test', 'loose.jpeg - -']);
    const outside = "it does not lie in the list's own folder";
    expect(skipped.map(({ reason }) => reason)).toEqual([
      'it is listed twice',
      'there is no such file',
      outside,
      outside,
      outside,
      'there is no such file',
      'a row names no file',
    ]);
  });

  test.skipIf(onWindows)('links do not lead out of its folder', async () => {
    using folder = new TempFolder();
    using elsewhere = new TempFolder();
    folder.put(pngs('a.png'));
    elsewhere.put(pngs('b.png'));
    symlinkSync(elsewhere.path, folder.at('out'));
    symlinkSync(elsewhere.at('b.png'), folder.at('b.png'));
    folder.put({ 'x.csv': 'file\na.png\nb.png\nout/b.png\n' });
    const { pictures, skipped } = await understand(folder.at('x.csv'));
    expect(pictures).toEqual(['a.png - -']);
    const reason = 'it is a link; links are not followed';
    expect(skipped).toEqual([expect.objectContaining({ reason }), expect.objectContaining({ reason })]);
  });

  test('names in the other Unicode form are found', async () => {
    using folder = new TempFolder();
    folder.put({ 'cafe\u0301/e\u0301.png': png(), 'x.csv': 'file,label\ncaf\u00e9/\u00e9.png,a\n' });
    expect((await understand(folder.at('x.csv'))).pictures).toEqual(['caf\u00e9/\u00e9.png a -']);
  });

  test('in a folder that was said to hold one', async () => {
    using folder = new TempFolder();
    folder.put({ ...pngs('img/1.png', 'img/2.png'), 'my list.csv': 'image,label\nimg/2.png,cat\n' });
    expect((await understand(folder.path, 'csv')).pictures).toEqual(['img/2.png cat -']);
    folder.put({ 'second.csv': 'x' });
    expect((await errorOf(understand(folder.path, 'csv'))).message).toMatch(/holds several CSV files/);
    folder.put({ 'manifest.csv': 'file_name,label\nimg/1.png,dog\n' });
    expect((await understand(folder.path, 'csv')).pictures).toEqual(['img/1.png dog -']);
    expect((await errorOf(understand(folder.at('img'), 'csv'))).message).toMatch(/holds no CSV file/);
  });

  test('with other things beside it, nothing twice', async () => {
    using folder = new TempFolder();
    folder.put({ ...pngs('img/1.png', 'img/2.png'), 'list.csv': 'file,label\nimg/1.png,cat\n' });
    const { layout, pictures } = await understand([folder.at('list.csv'), folder.at('img')]);
    expect(layout).toBe('csv');
    expect(pictures).toEqual(['img/1.png cat -', 'img/2.png img -']);
  });

  test('when no row names a picture it says why', async () => {
    using folder = new TempFolder();
    folder.put({ 'list.csv': 'file\ngone.png\n' });
    const error = await errorOf(understand(folder.at('list.csv')));
    expect(error.message).toMatch(
      /none of its rows names a picture that is there \(gone.png: there is no such file\)/,
    );
  });
});

describe('nothing to import', () => {
  test('a path that is not there, an empty folder, a file of another kind', async () => {
    using folder = new TempFolder();
    mkdirSync(folder.at('empty'));
    folder.put({ 'x.tar': 'not known', 'text/x.txt': 'x' });
    expect((await errorOf(understand(folder.at('gone')))).code).toBe('fileNotFound');
    expect((await errorOf(understand(folder.at('empty')))).code).toBe('importEmpty');
    expect((await errorOf(understand(folder.at('text')))).code).toBe('importEmpty');
    expect((await errorOf(understand(folder.at('empty'), 'folders'))).code).toBe('importEmpty');
    expect((await errorOf(understand(folder.at('x.tar')))).code).toBe('layoutUnknown');
    expect((await errorOf(understand(folder.at('x.tar'), 'cifar'))).code).toBe('fileMalformed');
  });
});

const fashion = '/usr/share/datasets/fashion-mnist';
test.skipIf(!existsSync(fashion))(
  'Fashion-MNIST, where it is installed, has the names of its classes',
  async () => {
    const files = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((name) =>
      join(fashion, name),
    );
    const { pictures } = await understand(files);
    expect(pictures).toHaveLength(10_000);
    expect(pictures[0]).toBe('t10k/0019.png T-shirt/top test');
  },
);
