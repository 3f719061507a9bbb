import { describe, expect, test } from 'vitest';
import { TextCells, writtenNumber } from '../../src/data/cells.js';
import { dataset } from '../../src/index.js';

/** Numbers in every way of writing, and what only looks like some. */
const SPELLINGS = [
  ...[
    '0',
    '-0',
    '+1',
    '1.',
    '.5',
    '-.5',
    '-',
    '+',
    '.',
    '007',
    '-00.5',
    '1e5',
    '1E-3',
    '1e',
    'e5',
    '0x10',
    '1,5',
    '-0,25',
  ],
  ...['1.50', '0.1', '-12.125', '123456789012345', '1234567890123456', '12345678901234567890', '0.1234567890123456'],
  ...[
    '0.30000000000000004',
    '1e400',
    '1.7976931348623157e308',
    '1,5,5',
    '1.5.5',
    ' 5 ',
    '5 ',
    '',
    'NaN',
    'x',
    '０',
    '1_000',
  ],
  ...['99999999999999.9', '0.000001', '0.0000001', '0.00000000000001', '9007199254740993', '4.35', '2.675', '1.005'],
];
const expected = (text: string, comma: boolean): number | undefined =>
  /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? Number(text)
    : comma && /^[+-]?(\d+(,\d*)?|,\d+)(e[+-]?\d+)?$/i.test(text)
      ? Number(text.replace(',', '.'))
      : undefined;
let state = 7;
const draw = (n: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const random = (): string => {
  const digits = (n: number): string => Array.from({ length: n }, () => draw(10)).join('');
  return `${['', '-', '+'][draw(3)]}${digits(draw(9))}${draw(3) ? '.' : ''}${digits(draw(9))}${draw(9) ? '' : 'e-3'}`;
};
const texts = [...SPELLINGS, ...Array.from({ length: 5000 }, random)];

describe.each([false, true])('with a decimal comma: %s', (comma) => {
  test('a text is the number that JavaScript reads, to the bit', () => {
    for (const text of texts) expect(writtenNumber(text, comma), JSON.stringify(text)).toBe(expected(text, comma));
  });
  test.each([
    ['numbers', texts.filter((text) => expected(text, comma) !== undefined)],
    ['numbers and a few words', texts.map((text, i) => (i % 9 ? `${i}.25` : text))],
    ['words', texts.flatMap((text) => [text, `${text}x`])],
  ])('%s are given back as they were', (_, list) => {
    const cells = new TextCells();
    for (const text of list) cells.push(text, comma);
    expect(Array.from({ length: cells.length }, (__, row) => cells.at(row))).toEqual(list);
    const { cells: distinct, codes } = cells.distinct();
    expect(distinct).toEqual([...new Set(list)]);
    expect(Array.from(codes, (code) => distinct[code])).toEqual(list);
  });
});

test('missing cells that are written as numbers, and empty ones that are not missing', () => {
  expect([...dataset.fromCsv('a,b\n-9,1\n3,2\n', { missing: ['-9'] }).x]).toEqual([Number.NaN, 1, 3, 2]);
  expect(dataset.fromCsv('a,b\n,1\n3,2\n', { missing: ['-9'] }).columns[0].categories).toEqual(['', '3']);
});
