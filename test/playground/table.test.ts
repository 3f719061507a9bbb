import { expect, test } from 'vitest';
import { EDGE } from '../../playground/tabs/plane/points.js';
import { tableOf } from '../../playground/tabs/plane/table.js';

const ends = 0.9 * EDGE;
const square = [
  { x: -ends, y: -ends, label: 0 },
  { x: ends, y: ends, label: 1 },
];
test.each([
  ['commas', '0,10,a\n4,20,b'],
  ['a line of names', 'width,height,kind\n0,10,a\n4,20,b\n'],
  ['semicolons and spaces', ' 0 ; 10 ; a \r\n\r\n4;20;b'],
  ['tabs, and a class with a comma', '0\t10\ta\n4\t20\tb'],
  ['spaces', '0 10 a\n4   2e1 b'],
  ['quotes', '"0","10","a"\n"4","20","b"'],
])('a table with %s', (_, text) => {
  expect(tableOf(text)).toEqual({ points: square, classes: ['a', 'b'], all: 2 });
});

test('a column that is constant stays in the middle, and classes may be numbers', () => {
  const table = tableOf('1,5,0\n2,5,1\n3,5,1');
  expect(table).toMatchObject({ classes: ['0', '1'] });
  expect('points' in table && table.points.map(({ x, y, label }) => [x, Math.abs(y) < 3, label])).toEqual([
    [-ends, true, 0],
    [0, true, 1],
    [ends, true, 1],
  ]);
});
test('of too many rows some are chosen evenly', () => {
  const table = tableOf(Array.from({ length: 1000 }, (_, i) => `${i},${i % 7},${i < 500 ? 'no' : 'yes'}`).join('\n'));
  expect(table).toMatchObject({ all: 1000, classes: ['no', 'yes'] });
  expect('points' in table && table.points.length).toBe(200);
  expect('points' in table && table.points.filter(({ label }) => label).length).toBe(100);
});
test.each([
  ['', { wrong: 'tableWrong', row: 1, text: '' }],
  ['1,2,a\n3,x,b', { wrong: 'tableWrong', row: 2, text: '3,x,b' }],
  ['1,2,a\n3,,b', { wrong: 'tableWrong', row: 2 }],
  ['1,2\n3,4', { wrong: 'tableWrong', row: 1 }],
  ['1,2,a\n3,4,b,c', { wrong: 'tableWrong', row: 2 }],
  ['1,Infinity,a\n3,4,b', { wrong: 'tableWrong', row: 1 }],
  ['1,2,a\n3,4,a', { wrong: 'tableClasses', count: 1, names: 'a' }],
  ['1,2,a\n3,4,b\n3,4,c', { wrong: 'tableClasses', count: 3, names: 'a, b, c' }],
  ['<script>', { wrong: 'tableWrong', row: 1, text: '<script>' }],
])('%j is refused', (text, said) => expect(tableOf(text)).toMatchObject(said));
