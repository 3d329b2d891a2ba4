import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPictureList } from '../../../app/formats/layouts/picture-list.ts';
import { resultOrRefusal } from './sources.ts';

const read = (text: string | Uint8Array, path = 'list.csv'): string[] =>
  readPictureList(Buffer.from(text), path).rows.map(
    ({ fileName, className, split }) => `${fileName}|${className}|${split}`,
  );

const plain = 'file_name,label,split\na.png,cat,train\nb.png,,test\n';
const plainRows = ['a.png|cat|train', 'b.png|null|test'];

describe('lists of pictures', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['our own manifest', plain, plainRows],
    ['a mark in front', `\ufeff${plain}`, plainRows],
    ['UTF-16, little end first', Buffer.from(`\ufeff${plain}`, 'utf16le'), plainRows],
    ['UTF-16, big end first', Buffer.from(`\ufeff${plain}`, 'utf16le').swap16(), plainRows],
    ['lines as on Windows', plain.replaceAll('\n', '\r\n'), plainRows],
    ['lines as on old Macs', plain.replaceAll('\n', '\r'), plainRows],
    [
      'lines of every kind',
      'file_name,label\r\na.png,cat\nb.png,\rc.png,dog',
      ['a.png|cat|undefined', 'b.png|null|undefined', 'c.png|dog|undefined'],
    ],
    ['semicolons', plain.replaceAll(',', ';'), plainRows],
    ['tabs', plain.replaceAll(',', '\t'), plainRows],
    ['blank lines', plain.replaceAll('\n', '\n\n'), plainRows],
    ['other names of columns', 'Class,Path\ncat,a.png', ['a.png|cat|undefined']],
    ['quoted names of columns', '"image","label"\n"a.png","cat"', ['a.png|cat|undefined']],
    ['columns that nobody knows', 'id,image,mood\n7,a.png,good', ['a.png|undefined|undefined']],
    [
      'short and long rows',
      'file,label\na.png\nb.png,cat,,,,',
      ['a.png|null|undefined', 'b.png|cat|undefined'],
    ],
    ['quotes and commas in cells', 'file,label\n"a, ""b"".png","x,y"', ['a, "b".png|x,y|undefined']],
    ['a line break in a label', 'file,label\na.png,"two\nlines"', ['a.png|two lines|undefined']],
    [
      'formulas stay text',
      'file,label\na.png,"=cmd()|\'/c calc\'!A1"',
      ["a.png|=cmd()|'/c calc'!A1|undefined"],
    ],
    ['right-to-left override', 'file,label\na.png,\u202egpj', ['a.png|\u202egpj|undefined']],
    ['names of the language', 'file,label\n__proto__,__proto__', ['__proto__|__proto__|undefined']],
    ['a split that is none', 'file,split\na.png,holdout', ['a.png|undefined|null']],
    [
      'the code page of Western Windows',
      Buffer.from('file,label\na.png,M\xe4use', 'latin1'),
      ['a.png|Mäuse|undefined'],
    ],
    ['a header alone', 'file_name,label', []],
  ])('%s', (_, text, rows) => {
    expect(read(text)).toEqual(rows);
  });

  test('JSON Lines', () => {
    const lines = [
      '{"file_name":"a.png","label":3}',
      '',
      '{"file_name":"b.png","label":null,"split":"test"}',
      '{"__proto__":{"file_name":"c"}}',
    ];
    expect(read(lines.join('\r\n'), 'metadata.jsonl')).toEqual([
      'a.png|3|undefined',
      'b.png|null|test',
      '|undefined|undefined',
    ]);
  });

  test.each<[string, string, string, RegExp]>([
    ['nothing', '', 'x.csv', /^x.csv is not a well-formed CSV file: its first row has no column file_name/],
    ['no column of files', 'id,label\n1,cat', 'x.csv', /no column file_name/],
    ['a quote that never ends', 'file,label\n"a.png,cat\nb.png,dog', 'x.csv', /its quotes do not pair up/],
    [
      'JSON that is none',
      '{"file_name":"a"}\n{oops}',
      'x.jsonl',
      /JSON Lines file: line 2 is not a JSON object/,
    ],
    ['JSON that is a list', '[1]', 'x.jsonl', /line 1/],
  ])('refuses %s', (_, text, path, reason) => {
    expect(() => read(text, path)).toThrow(reason);
  });

  test('any cells come back as they were', () => {
    // Without blanks around them, which are not part of a name, and without what is no character at all.
    const cell = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => `_${text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')}_`.normalize());
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), fc.constantFrom(',', ';', '\t'), (rows, delimiter) => {
        const lines = rows.map((row) => row.map(quoted).join(delimiter));
        const text = [['file_name', 'label'].join(delimiter), ...lines].join('\n');
        expect(read(text)).toEqual(rows.map(([name, label]) => `${name}|${label}|undefined`));
      }),
    );
  });

  test('any bytes are a list or are refused', async () => {
    const header = fc.constantFrom('', 'file_name,label\n', '{"file_name":"a"}\n', '\ufeff"image";split\r\n');
    const name = fc.constantFrom('x.csv', 'x.jsonl', 'x.tsv');
    const body = fc.oneof(
      fc.uint8Array(),
      fc.string().map((text) => new Uint8Array(Buffer.from(text))),
    );
    await fc.assert(
      fc.asyncProperty(header, body, name, (head, bytes, path) =>
        resultOrRefusal(async () => readPictureList(Buffer.concat([Buffer.from(head), bytes]), path)),
      ),
      { numRuns: 1000 },
    );
  });
});

describe('columns', () => {
  const text = 'id,photo,species,text,part\n1,a.png,cat,a cat,val\n2,b.png,dog,a dog,test\n';

  test('one that names pictures is found by its cells', () => {
    const { columns, rows } = readPictureList(Buffer.from(text), 'list.csv');
    expect(columns).toEqual({
      names: ['id', 'photo', 'species', 'text', 'part'],
      chosen: { file: 'photo', label: null, split: null },
    });
    expect(rows[0]).toEqual({ fileName: 'a.png', className: undefined, split: undefined });
  });

  test('are what the person says', () => {
    const choice = { file: 'photo', label: 'species', split: 'part' };
    expect(readPictureList(Buffer.from(text), 'list.csv', choice)).toMatchObject({
      columns: { chosen: choice },
      rows: [
        { fileName: 'a.png', className: 'cat', split: 'val' },
        { fileName: 'b.png', className: 'dog', split: 'test' },
      ],
    });
  });

  test('are understood where the person names only some', () => {
    const renamed = text.replace('species', 'label').replace('part', 'split');
    const { columns } = readPictureList(Buffer.from(renamed), 'list.csv', { label: 'photo' });
    expect(columns.chosen).toEqual({ file: 'photo', label: 'photo', split: 'split' });
    expect(() => readPictureList(Buffer.from(text), 'list.csv', { label: 'kind' })).toThrow(
      'list.csv is not a well-formed CSV file: its first row has no column kind',
    );
  });

  test('JSON Lines: every key that any row has', () => {
    const lines = '{"file_name": "a.png", "text": "x"}\n{"file_name": "b.png", "label": 3}\n';
    const { columns, rows } = readPictureList(Buffer.from(lines), 'metadata.jsonl');
    expect(columns.names).toEqual(['file_name', 'text', 'label']);
    expect(rows.map(({ className }) => className)).toEqual([undefined, '3']);
    const choice = { file: 'file_name', label: 'text', split: null };
    const chosen = readPictureList(Buffer.from(lines), 'metadata.jsonl', choice);
    expect(chosen.rows.map(({ className }) => className)).toEqual(['x', undefined]);
  });

  test('that are not there are said so', () => {
    const choice = { file: 'picture', label: null, split: null };
    expect(() => readPictureList(Buffer.from(text), 'list.csv', choice)).toThrow(
      'list.csv is not a well-formed CSV file: its first row has no column picture',
    );
  });

  test('whatever they are called, what is chosen is read', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .map((each) => each.replace(/[\s"']/g, 'x'));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 5 }), fc.nat(), fc.nat(), (names, a, b) => {
        const rows = [names, names.map((_, place) => `${place}.png`)];
        const csv = rows.map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n');
        const [file = '', label = ''] = [names[a % names.length], names[b % names.length]];
        const [row] = readPictureList(Buffer.from(csv), 'l.csv', { file, label, split: null }).rows;
        expect(row).toMatchObject({
          fileName: `${a % names.length}.png`,
          className: `${b % names.length}.png`,
        });
      }),
    );
  });
});
