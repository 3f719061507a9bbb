import { describe, expect, test } from 'vitest';
import { descend, gradientCheck, sparsity } from '../../src/diagnose/index.js';
import { customGradient } from '../../src/differentiate/customGradient.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as nn from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { adam, sgd } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

test('a gradient check tells a right gradient from a wrong one', () => {
  const xs = [tensor([0.5, -1.2]), tensor([[1, 2]])];
  expect(gradientCheck((a, b) => a.tanh().mul(b).sum().exp(), xs).ok).toBe(true);
  const wrong = (x: Tensor): Tensor => customGradient(x.square(), [x], (dy) => [dy.mul(x)]).sum();
  const found = gradientCheck(wrong, tensor([2, 3]));
  expect(found.ok).toBe(false);
  expect(found.maxError).toBeCloseTo(3 / 7, 2);
});

test('sparsity counts the zeros of what is trained', () => {
  const model = nn.sequential([nn.dense(2), nn.batchNorm()]).build([2]);
  model.parameters()[0].set([1, 0, 0, 2]);
  expect(sparsity(model)).toEqual({
    zeros: 6,
    total: 10,
    share: 0.6,
    byParameter: { '0.weight': 0.5, '0.bias': 1, '1.weight': 0, '1.bias': 1 },
  });
});

describe('a descent', () => {
  /** ½(x² + 100y²): a ravine. */
  const ravine = (x: Tensor): Tensor =>
    x
      .square()
      .mul(tensor([0.5, 50]))
      .sum();
  test('of gradient descent on a quadratic is its closed form', () => {
    const { points, values } = descend(ravine, sgd({ learningRate: 0.01 }), { start: [1, 1], steps: 50 });
    expect(points.length).toBe(51);
    expect(values[0]).toBe(50.5);
    points.forEach(([x, y], k) => {
      expect(x).toBeCloseTo(0.99 ** k, 5);
      if (k) expect(y).toBeCloseTo(0, 6);
    });
  });
  test('is clipped by one rule, or by several in their order', () => {
    const first = (clipping: Parameters<typeof descend>[2]['clip']): number[] =>
      descend(ravine, sgd({ learningRate: 1 }), { start: [3, 1], steps: 1, clip: clipping }).points[1];
    expect(first(clip.value(2))).toEqual([1, -1]);
    const [x, y] = first([clip.value(2), clip.globalNorm(1)]);
    expect(x).toBeCloseTo(3 - Math.SQRT1_2, 6);
    expect(y).toBeCloseTo(1 - Math.SQRT1_2, 6);
  });
  test('ends where numbers end', () => {
    const { values } = descend((x) => x.log().sum(), adam({ learningRate: 1 }), { start: [0.5], steps: 10 });
    expect(values.length).toBe(2);
    expect(Number.isFinite(values[1])).toBe(false);
  });
});
