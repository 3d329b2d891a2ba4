import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvPath, csvRow } from '../../app/jobs/tasks/csv.ts';

test('cells are quoted where they must be', () => {
  expect(csvRow(['a', 'b c', 'd,e', 'f"g', 'h\ni', ''])).toBe('a,b c,"d,e","f""g","h\ni",\r\n');
});

test('what a spreadsheet would run becomes text', () => {
  expect(csvRow(['=cmd()', '+1+1', '-2', '@SUM(A1)', '0.5', '+', '='])).toBe(
    "'=cmd(),'+1+1,'-2,'@SUM(A1),0.5,+,=\r\n",
  );
  expect(csvPath('-rf.png')).toBe('./-rf.png');
  expect(csvPath('cats/-rf.png')).toBe('cats/-rf.png');
});

test('a reader gets back every cell', () => {
  const cell = fc.string({ unit: 'binary' }).filter((text) => !/^[=+\-@\t\r]./s.test(text));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
      const options = { record_delimiter: '\r\n', relax_quotes: false } as const;
      expect(parse(rows.map(csvRow).join(''), options)).toEqual(rows);
    }),
  );
});
