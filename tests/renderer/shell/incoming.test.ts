import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leavePictures, takePictures } from '../../../renderer/shell/incoming/hand-over.ts';
import { isClutter, nameOf, topOf } from '../../../renderer/shell/incoming/names.ts';

test('what is given is named by its only folder or file', () => {
  expect(nameOf(['/home/me/zoo/'])).toBe('zoo');
  expect(nameOf(['C:\\Pictures\\zoo.v2'])).toBe('zoo.v2');
  expect(nameOf(['flowers.zip'])).toBe('flowers');
  expect(nameOf(['train-images-idx3-ubyte.gz'])).toBe('train-images-idx3-ubyte');
  expect(nameOf(['archive.tar.gz'])).toBe('archive');
  expect(nameOf(['a.png', 'b.png'])).toBe('');
  expect(nameOf([])).toBe('');
});

test('what systems leave beside the pictures is known, wherever it lies', () => {
  for (const name of ['zoo/.DS_Store', '__MACOSX/zoo/._1.jpg', '.git/x/1.jpg'])
    expect(isClutter(name)).toBe(true);
  for (const name of ['zoo/1.jpg', 'a.b/c.d.jpg', 'zoo/MACOSX.jpg']) expect(isClutter(name)).toBe(false);
});

test('the top of a relative path is its first part', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[^/]+$/), fc.string(), (top, rest) => {
      expect(topOf(`${top}/${rest}`)).toBe(top);
      expect(topOf(top)).toBe(top);
    }),
  );
});

test('pictures are left for one project and taken once', () => {
  const zoo = { name: 'zoo', source: { paths: ['/zoo'] } };
  expect(takePictures('p')).toBeNull();
  leavePictures('p', zoo);
  expect(takePictures('another')).toBeNull();
  expect(takePictures('p')).toBe(zoo);
  expect(takePictures('p')).toBeNull();
});
