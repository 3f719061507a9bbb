import { expect, test } from 'vitest';
import * as R from '../../src/index.js';
import { type Picture, pictures } from '../../src/pictures/index.js';
import { BATCH_NORM, batchNormalized, branched } from './cases.js';
import { type Element, elementsOf } from './xml.js';

const { nn } = R;
const linesOf = (picture: Picture): string[] => picture.text().split('\n').slice(1);

/** Functions of inputs of these shapes, and the lines of their graphs. */
const FUNCTIONS: readonly [string, (...inputs: R.Tensor[]) => unknown, Record<string, number[]>, string[]][] = [
  [
    'batch normalization',
    batchNormalized,
    BATCH_NORM,
    [
      'x  [32, 4]',
      'gamma  [4]',
      'beta  [4]',
      't1 = mean(x)  [4]',
      't2 = x − t1  [32, 4]',
      't3 = square(t2)  [32, 4]',
      't4 = mean(t3)  [4]',
      't5 = t4 + 10⁻⁵  [4]',
      't6 = sqrt(t5)  [4]',
      't7 = t2 ÷ t6  [32, 4]',
      't8 = t7 × gamma  [32, 4]',
      't9 = t8 + beta  [32, 4]  (result)',
    ],
  ],
  [
    'a mean of so many numbers that it is made in parts, over axes that are no neighbours',
    (x) => x.mean([0, 2]),
    { x: [300, 5, 70] },
    ['x  [300, 5, 70]', 't1 = mean(x)  [5]  (result)'],
  ],
  ['a sum of two sums', (x) => x.sum(0).sum(), { x: [3, 2] }, ['x  [3, 2]', 't1 = sum(x)  []  (result)']],
  [
    'a sum that is a result, and read again',
    (x) => {
      const rows = x.sum(0);
      return { rows, all: rows.sum() };
    },
    { x: [3, 2] },
    ['x  [3, 2]', 't1 = sum(x)  [2]  (result)', 't2 = sum(t1)  []  (result)'],
  ],
  [
    'numbers on both sides',
    (x) => [R.sub(1, x), R.div(2, x), x.mul(3), x.sub(0.5)],
    { x: [2] },
    [
      'x  [2]',
      't1 = 1 − x  [2]  (result)',
      't2 = 2 ÷ x  [2]  (result)',
      't3 = x × 3  [2]  (result)',
      't4 = x − 0.5  [2]  (result)',
    ],
  ],
  [
    'constants that are no single number',
    (x) => x.add(R.tensor([1, 2])),
    { x: [2] },
    ['x  [2]', 'constant  [2]', 't1 = x + constant  [2]  (result)'],
  ],
  [
    'a matrix product and its gradient',
    R.grad((x: R.Tensor, w: R.Tensor) => x.matmul(w).sum(), { wrt: [1] }) as never,
    { x: [4, 3], w: [3, 2] },
    ['x  [4, 3]', 'w  [3, 2]', '1  [4, 2]', 't1 = xᵀ · 1  [3, 2]  (result)'],
  ],
  ['an input that is the result', (x) => x, { x: [2] }, ['x  [2]  (result)']],
  [
    'random numbers, which no operand stands for',
    (x) => nn.sequential([nn.dropout({ keep: 0.5 })]).build([3])(x, { training: true }),
    { x: [2, 3] },
    ['x  [2, 3]', 't1 = dropout(x)  [2, 3]  (result)'],
  ],
];
test.each(FUNCTIONS)('the graph of %s', (_, f, inputs, lines) => {
  expect(linesOf(pictures.graph(f, { inputs }))).toEqual(lines);
});

const MODELS: readonly [string, () => R.AnyModel, string[]][] = [
  [
    'layers in turn',
    () =>
      nn.sequential([nn.flatten(), nn.dense(4), nn.batchNorm(), nn.dropout({ keep: 0.5 }), nn.dense(2)]).build([2, 3]),
    [
      'x  [n, 2, 3]',
      '0 = flatten(x)  [n, 6]',
      '1 = dense(0)  [n, 4]',
      '2 = batchNorm(1)  [n, 4]',
      '3 = dropout(2)  [n, 4]',
      '4 = dense(3)  [n, 2]  (result)',
    ],
  ],
  [
    'several inputs and outputs, and a way around a layer',
    branched,
    [
      'item  [n, 3]',
      'user  [n, 4]',
      'dense = dense(user)  [n, 8]',
      'dense2 = dense(item)  [n, 8]',
      'concat = concat(dense, dense2)  [n, 16]',
      'dense3 = dense(concat)  [n, 16]',
      'relu = relu(dense3)  [n, 16]',
      'add = add(relu, concat)  [n, 16]',
      'score = dense(add)  [n, 1]  (result)',
      'dense4 = dense(relu)  [n, 3]  (result)',
    ],
  ],
  [
    'a trunk with heads',
    () => nn.multiTask({ trunk: nn.dense(4), heads: { a: nn.dense(2), b: nn.dense(1) } }).build([3]) as never,
    [
      'x  [n, 3]',
      'trunk = dense(x)  [n, 4]',
      'heads.a = dense(trunk)  [n, 2]  (result)',
      'heads.b = dense(trunk)  [n, 1]  (result)',
    ],
  ],
  [
    'a layer that is called twice',
    () =>
      nn.graph([3], (x) => {
        const shared = nn.dense(3, { name: 'shared' });
        return shared(shared(x));
      }),
    ['x  [n, 3]', 'shared = dense(x)  [n, 3]', 'shared again = dense(shared)  [n, 3]  (result)'],
  ],
  [
    'a sequence',
    () => nn.sequential([nn.embedding(20, 8), nn.attention({ heads: 2 }), nn.dense(20)]).build([6]),
    ['x  [n, 6]', '0 = embedding(x)  [n, 6, 8]', '1 = attention(0)  [n, 6, 8]', '2 = dense(1)  [n, 6, 20]  (result)'],
  ],
];
test.each(MODELS)('the graph of a model: %s', (_, make, lines) => {
  const model = make();
  expect(linesOf(pictures.graph(model))).toEqual(lines);
  model.dispose();
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const boxOf = ({ attributes }: Element): Box => ({
  x: Number(attributes.x),
  y: Number(attributes.y),
  width: Number(attributes.width),
  height: Number(attributes.height),
});
/** Many nodes, of which later ones read a few of those before. */
const tangled = (nodes: number, seed: number) => {
  const { data } = {
    data: R.randomGenerator(seed)
      .uniform([3 * nodes])
      .data(),
  };
  return (x: R.Tensor): R.Tensor => {
    const made = [x];
    for (let i = 0; i < nodes; i++) {
      const [a, b] = [0, 1].map((k) => made[Math.floor(data[3 * i + k] * made.length)]);
      made.push(data[3 * i + 2] < 0.3 ? a.tanh() : a.sub(b));
    }
    return made.slice(1).reduce((sum, t) => sum.add(t));
  };
};
const DRAWN: Record<string, () => Picture> = {
  'batch normalization': () => pictures.graph(batchNormalized, { inputs: BATCH_NORM }),
  'its gradient': () =>
    pictures.graph(
      R.grad((x: R.Tensor, gamma: R.Tensor, beta: R.Tensor) => batchNormalized(x, gamma, beta).square().sum()),
      { inputs: BATCH_NORM },
    ),
  'a branched model': () => pictures.graph(branched()),
  ...Object.fromEntries(
    [1, 2, 3, 4].map((seed) => [
      `a tangle, ${seed}`,
      () => pictures.graph(tangled(10 * seed, seed), { inputs: { x: [2] }, width: 300 + 100 * seed }),
    ]),
  ),
};
test.each(Object.entries(DRAWN))('%s: nodes lie apart and within the picture, and lines lead down', (_, make) => {
  const picture = make();
  const elements = elementsOf(picture.svg());
  const inside = elements.filter(({ parents }) => parents.includes('g'));
  const boxes = inside.filter(({ name }) => name === 'rect').map(boxOf);
  expect(boxes).toHaveLength(linesOf(picture).length);
  const [, left, top, scale] = /^translate\((\S+) (\S+)\)(?: scale\((\S+)\))?$/.exec(
    elements.find(({ name }) => name === 'g')?.attributes.transform ?? '',
  ) as RegExpExecArray;
  const shrunk = Number(scale ?? 1);
  const [width, height] = [Number(elements[0].attributes.width), Number(elements[0].attributes.height)];
  boxes.forEach((a, i) => {
    expect(Number(left) + a.x * shrunk).toBeGreaterThan(0);
    expect(Number(left) + (a.x + a.width) * shrunk).toBeLessThan(width);
    expect(Number(top) + (a.y + a.height) * shrunk).toBeLessThan(height);
    for (const b of boxes.slice(i + 1))
      expect(a.y !== b.y || a.x + a.width + 10 < b.x || b.x + b.width + 10 < a.x).toBe(true);
  });
  // Each line begins at the lower side of a node, ends a little above the upper side of another, and runs down all the way.
  const lines = inside.filter(({ name, attributes }) => name === 'path' && attributes.d.includes('C'));
  const operands = linesOf(picture).length;
  expect(lines.length).toBeGreaterThanOrEqual(operands - 1 - boxes.filter(({ y }) => y === 0).length);
  for (const { attributes } of lines) {
    const numbers = [...attributes.d.matchAll(/-?[\d.]+/g)].map(([n]) => Number(n));
    const [x, y] = numbers;
    const [endX, endY] = numbers.slice(-2);
    expect(boxes.some((b) => Math.abs(b.y + b.height - y) < 0.2 && b.x < x && x < b.x + b.width)).toBe(true);
    expect(boxes.some((b) => Math.abs(b.y - 5 - endY) < 0.2 && b.x < endX && endX < b.x + b.width)).toBe(true);
    const heights = [...attributes.d.matchAll(/V(-?[\d.]+)|[ML C](?:-?[\d.]+ )(-?[\d.]+)(?=[CV]|$)/g)].map(([, a, b]) =>
      Number(a ?? b),
    );
    heights.slice(1).forEach((value, k) => {
      expect(value).toBeGreaterThan(heights[k]);
    });
  }
});
test('operands whose order counts end at their node from left to right', () => {
  const elements = elementsOf(
    pictures.graph((a: R.Tensor, b: R.Tensor) => b.sub(a), { inputs: { a: [2], b: [3, 2] } }).svg(),
  );
  const ends = elements
    .filter(({ name, attributes }) => name === 'path' && attributes.d.includes('C'))
    .map(({ attributes }) => [...attributes.d.matchAll(/-?[\d.]+/g)].map(([n]) => Number(n)))
    .map((numbers) => ({ from: numbers[0], to: numbers[numbers.length - 2] }));
  const [first, second] = ends;
  expect(first.to).toBeLessThan(second.to);
  // And what they come from stands in that order, too.
  expect(first.from).toBeLessThan(second.from);
});

test('what cannot be drawn is refused by its name', () => {
  const model = nn.sequential([nn.dense(1)]);
  expect(() => pictures.graph(model)).toThrow(R.ShapeError);
  expect(() => pictures.graph(model.build([2]), { inputs: { x: [2] } })).toThrow(/inputs .*left out for a model/);
  expect(() => pictures.graph((x: R.Tensor) => x)).toThrow(/^pictures.graph: inputs is undefined/);
  expect(() => pictures.graph((x: R.Tensor) => x, { inputs: { x: [0] } })).toThrow(
    /^pictures.graph: inputs.x is \[0\]/,
  );
  expect(() => pictures.graph(nn.relu() as never, { inputs: { x: [2] } })).toThrow(/^pictures.graph: of is a layer/);
  expect(() => pictures.graph(() => 3, { inputs: { x: [2] } })).toThrow(/^pictures.graph: of returned 3/);
  const long = (x: R.Tensor): R.Tensor => Array.from({ length: 130 }).reduce<R.Tensor>((t) => t.tanh(), x);
  expect(() => pictures.graph(long, { inputs: { x: [2] } })).toThrow(/131 nodes; up to 120/);
  expect(() => pictures.graph((x: R.Tensor) => R.tensor(x.toArray() as never), { inputs: { x: [2] } })).toThrow(
    R.RegulusError,
  );
  model.dispose();
});
test('a function is described only: no numbers are computed, whatever its inputs would hold', () => {
  const large = { x: [100_000, 10_000], w: [10_000, 100_000] };
  expect(linesOf(pictures.graph((x: R.Tensor, w: R.Tensor) => x.matmul(w).mean(), { inputs: large }))).toHaveLength(4);
});
