import { describe, expect, test } from 'vitest';
import { CsvReader, separatorOf } from '../../src/data/records.js';

/** The fields of a text that comes in pieces. */
function fieldsOf(pieces: readonly string[], separator?: string): string[][] {
  const all: string[][] = [];
  const reader = new CsvReader('test', separator, ({ fields }) => all.push(fields));
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return all;
}

test('a doubled quote may be cut in two by the end of a piece', () => {
  expect(fieldsOf(['a,b\n"x"', '"y",1\n'], ',')).toEqual([
    ['a', 'b'],
    ['x"y', '1'],
  ]);
});
test('however a text is cut, its records are the same', () => {
  const text = 'a,"b ""c"""\n"1\n2",",;|"\n\n3,4';
  for (let at = 1; at < text.length; at++)
    expect(fieldsOf([text.slice(0, at), text.slice(at)], ',')).toEqual([
      ['a', 'b "c"'],
      ['1\n2', ',;|'],
      ['3', '4'],
    ]);
});
describe('the separator', () => {
  test.each([
    ['in quotes does not count', '"a;b;c",d\n"e;f;g",h\n', ','],
    ['occurs equally often in every line', 'a,b;;;\n1,2\n3,4\n', ','],
    ['is the more frequent one of two that do', 'a;b;c,d\n1;2;3,4\n', ';'],
    ['is the most frequent one of the header where none does', 'a;b;c\n1;2\n3\n', ';'],
  ])('%s', (_, text, separator) => expect(separatorOf(text)).toBe(separator));
});
