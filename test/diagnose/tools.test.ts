import { describe, expect, test } from 'vitest';
import { descend, gradientCheck, sparsity } from '../../src/diagnose/index.js';
import { customGradient } from '../../src/differentiate/customGradient.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as nn from '../../src/nn/index.js';
import * as clip from '../../src/optim/clip.js';
import { adagrad, adam, type Optimizer, rmsprop, sgd } from '../../src/optim/index.js';
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
  const far = ({ points }: { points: number[][] }): number => Math.hypot(...(points.at(-1) as number[]));
  test('of gradient descent on a quadratic is its closed form', () => {
    const { points, values } = descend(ravine, sgd({ learningRate: 0.01 }), { start: [1, 1], steps: 50 });
    expect(points.length).toBe(51);
    expect(values[0]).toBe(50.5);
    points.forEach(([x, y], k) => {
      expect(x).toBeCloseTo(0.99 ** k, 5);
      if (k) expect(y).toBeCloseTo(0, 6);
    });
  });
  test('momentum crosses a ravine in fewer steps', () => {
    const along = (optimizer: Optimizer) => far(descend(ravine, optimizer, { start: [10, 1], steps: 100 }));
    expect(along(sgd({ learningRate: 0.01, momentum: 0.9 }))).toBeLessThan(0.1 * along(sgd({ learningRate: 0.01 })));
  });
  test("AdaGrad's rate dies where RMSProp's lives", () => {
    const bowl = (x: Tensor): Tensor => x.abs().sum();
    const left = (optimizer: Optimizer) => far(descend(bowl, optimizer, { start: [10], steps: 400 }));
    expect(left(rmsprop({ learningRate: 0.05 }))).toBeLessThan(0.2);
    expect(left(adagrad({ learningRate: 0.05 }))).toBeGreaterThan(5);
  });
  test('noise leaves a saddle at which the gradient is nothing', () => {
    const saddle = (x: Tensor): Tensor =>
      x
        .square()
        .mul(tensor([1, -1]))
        .sum();
    const on = (noise: number) =>
      descend(saddle, sgd({ learningRate: 0.1 }), { start: [1, 0], steps: 60, noise, seed: 3 });
    expect((on(0).points.at(-1) as number[])[1]).toBe(0);
    expect(Math.abs((on(1e-3).points.at(-1) as number[])[1])).toBeGreaterThan(1);
    expect(on(1e-3)).toEqual(on(1e-3));
  });
  test('clipping survives a cliff that throws the walk far without', () => {
    // Flat but for a wall at x > 1 that is as steep as a cube is.
    const cliff = (x: Tensor): Tensor => x.sub(1).relu().mul(10).pow(4).add(x.mul(-0.1)).sum();
    const walk = (rule?: Parameters<typeof descend>[2]['clip']) =>
      descend(cliff, sgd({ learningRate: 0.05 }), { start: [1.4], steps: 30, clip: rule });
    expect(Math.max(...walk().points.map(([x]) => Math.abs(x)))).toBeGreaterThan(10);
    expect(Math.max(...walk(clip.globalNorm(1)).points.map(([x]) => Math.abs(x)))).toBeLessThan(1.5);
  });
  test('ends where numbers end', () => {
    const { values } = descend((x) => x.log().sum(), adam({ learningRate: 1 }), { start: [0.5], steps: 10 });
    expect(values.length).toBe(2);
    expect(Number.isFinite(values[1])).toBe(false);
  });
});
