import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { grad, valueAndGrad } from '../../src/differentiate/grad.js';
import { ShapeError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as ops from '../../src/ops/index.js';
import { full, tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
/** Numbers that are not places among three, counted from either side. */
const NONE = [3, 99, -4, nan, 0.5, -0.5, -1e-30, 2.9999998, 1e9, -1e9, 3e9, inf, -inf];
const x = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const logits = tensor([
  [1, 2, 3],
  [4, 6, 5],
]);

interface Row {
  of: (places: Tensor) => Tensor;
  /** The name of the op, and its words in messages for a number and its place. */
  words: [op: string, number: string, place: string];
  least: number;
  /** More numbers that are not places. */
  more?: readonly number[];
}
const ROWS: Record<string, Row> = {
  gather: { of: (p) => ops.gather(x, p), words: ['gather', 'index', 'at position'], least: -3 },
  'gather along another axis': {
    of: (p) => ops.transpose(ops.gather(ops.transpose(x), p, 1)),
    words: ['gather', 'index', 'at position'],
    least: -3,
  },
  embedding: { of: (p) => ops.embedding(p, x), words: ['embedding', 'index', 'at position'], least: 0, more: [-1, -3] },
  oneHot: { of: (p) => ops.oneHot(p, 3), words: ['oneHot', 'index', 'at position'], least: 0, more: [-1, -3] },
  ...Object.fromEntries(
    Object.entries({
      crossEntropy: {},
      'crossEntropy with smooth labels': { labelSmoothing: 0.1 },
      'crossEntropy of probabilities': { from: 'probabilities' as const },
      'crossEntropy with weights of classes': { classWeights: [1, 2, 3] },
    }).map(([name, options]): [string, Row] => [
      name,
      {
        of: (p) =>
          ops.stack([0, 1].map((i) => crossEntropy(options)(logits.slice([i], [i + 1]), p.slice([i], [i + 1])))),
        words: ['crossEntropy', 'label', 'in row'],
        least: 0,
        more: [-1, -3],
      },
    ]),
  ),
};

describe.each(Object.entries(ROWS))('%s, of a number that is no place', (name, { of, words, least, more = [] }) => {
  const [op, what, where] = words;
  test.each([...NONE, ...more])('%f, where it is known, is refused', (bad) => {
    const whole = name.startsWith('crossEntropy')
      ? () => crossEntropy()(logits, tensor([1, bad]))
      : () => of(tensor([1, bad]));
    const text = `${op}: ${what} ${Math.fround(bad)} ${where} 1 is not a whole number from ${least} to 2`;
    expect(whole).toThrow(ShapeError);
    expect(whole).toThrow(text);
  });
  test.each([...NONE, ...more])('%f, where it is computed, gives NaN and leaves the others alone', (bad) => {
    const places = () =>
      tensor([1, bad])
        .mul(1)
        .add(full([2], 0))
        .neg()
        .neg();
    const right = of(tensor([1, 1])).data();
    const half = right.length / 2;
    const expected = [...right.subarray(0, half), ...new Array<number>(half).fill(nan)];
    expect([...of(places()).data()]).toEqual(expected);
    const compiled = compile(of);
    expect([...compiled(tensor([1, bad])).data()]).toEqual(expected);
    compiled.dispose();
    // Reading it before makes no difference.
    const seen = places();
    seen.data();
    expect([...of(seen).data()]).toEqual(expected);
  });
});

test('what all elements of a tensor are is known', () => {
  expect(() => ops.oneHot(full([2], 5), 3)).toThrow('oneHot: index 5 at position 0 is not a whole number from 0 to 2');
});

test('a number that is no place has no gradient in a table', () => {
  const dx = grad((t: Tensor) => ops.gather(t, tensor([0, 7, -1, 0.5]).neg().neg()).sum());
  expect(dx(x).toArray()).toEqual([
    [1, 1],
    [0, 0],
    [1, 1],
  ]);
});

test.each([3, 99, -1, nan, 0.5, 1e9])('the gradient of crossEntropy is NaN in the row of a label %f', (bad) => {
  const loss = (t: Tensor, labels: Tensor) => crossEntropy()(t, labels.add(0).mul(2).mul(0.5));
  const { value, grads } = valueAndGrad(loss)(logits, tensor([bad, 1]));
  const { grads: right } = valueAndGrad(loss)(logits, tensor([0, 1]));
  expect(value.item()).toBeNaN();
  expect([...grads.data()]).toEqual([nan, nan, nan, ...right.data().subarray(3)]);
});
