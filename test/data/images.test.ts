import { describe, expect, test } from 'vitest';
import { dataset, DataError, OptionError, UnsupportedError } from '../../src/index.js';

/** An image of grey pixels, row after row. */
const grey = (rows: readonly (readonly number[])[]) => ({
  width: rows[0].length,
  height: rows.length,
  data: Uint8ClampedArray.from(rows.flat().flatMap((v) => [v, v, v, 255])),
});
const resized = (rows: readonly (readonly number[])[], size: number | readonly [number, number]): number[] => [
  ...dataset.fromImageData([grey(rows)], { size, channels: 1 }).x,
];

test('pixels are bytes, alpha is left out, grey is what BT.601 says', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 9, 10, 20, 30, 255) };
  const data = dataset.fromImageData([image, image], { labels: ['b', 'a'] });
  expect([data.shape, data.scale, data.classNames]).toEqual([[1, 2, 3], 1 / 255, ['a', 'b']]);
  expect(data.x).toEqual(Uint8Array.of(255, 0, 0, 10, 20, 30, 255, 0, 0, 10, 20, 30));
  expect([...dataset.fromImageData([image], { channels: 1 }).x]).toEqual([76, 18]);
});

// By hand: weights of a triangle that is as wide as a pixel of the larger image, cut at the edge and made to add up to 1.
test.each<[string, number[][], number | [number, number], number[]]>([
  [
    'as large',
    [
      [1, 2],
      [3, 4],
    ],
    2,
    [1, 2, 3, 4],
  ],
  [
    'of one colour',
    [
      [7, 7, 7],
      [7, 7, 7],
    ],
    [5, 2],
    new Array(10).fill(7),
  ],
  ['twice as wide', [[0, 100]], [1, 4], [0, 25, 75, 100]],
  ['half as wide', [[0, 10, 20, 30, 40, 50, 60, 70]], [1, 4], [7, 25, 45, 63]],
  [
    'one pixel',
    [
      [0, 100],
      [200, 100],
    ],
    1,
    [100],
  ],
  ['higher', [[0], [90]], [3, 1], [0, 45, 90]],
])('an image becomes %s', (_, rows, size, expected) => expect(resized(rows, size)).toEqual(expected));

describe.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
  ['no list', () => dataset.fromImageData(3 as never), DataError, 'fromImageData: images is 3'],
  ['a hole', () => dataset.fromImageData(new Array(2)), DataError, 'images[0] is undefined; give an ImageData'],
  [
    'RGB',
    () => dataset.fromImageData([grey([[1]]), { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }]),
    DataError,
    'images[1] has 3 bytes, and 1 × 1 pixels need 4: red, green, blue and alpha for each',
  ],
  [
    'other sizes',
    () => dataset.fromImageData([grey([[1]]), grey([[1, 2]])]),
    DataError,
    'images[1] is 1 × 2 pixels, and images[0] is 1 × 1; give size',
  ],
  ['a size of 0', () => dataset.fromImageData([grey([[1]])], { size: 0 }), OptionError, 'size is 0'],
  ['two channels', () => dataset.fromImageData([grey([[1]])], { channels: 2 as never }), OptionError, 'channels is 2'],
  [
    'few labels',
    () => dataset.fromImageData([grey([[1]])], { labels: [0, 1] }),
    DataError,
    'x has 1 rows and labels has 2',
  ],
])('%s', (_, call, kind, message) =>
  test('is refused', () => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  }),
);

test('a bitmap is drawn, where there is a canvas', async () => {
  const draws = typeof OffscreenCanvas === 'function' && new OffscreenCanvas(1, 1).getContext('2d') !== null;
  if (draws && typeof createImageBitmap === 'function') {
    const bitmap = await createImageBitmap(new ImageData(grey([[0, 255]]).data, 2, 1));
    expect([...dataset.fromImageData([bitmap]).x]).toEqual([0, 0, 0, 255, 255, 255]);
  } else
    expect(() => dataset.fromImageData([{ width: 1, height: 1, close: () => undefined }])).toThrow(UnsupportedError);
});
