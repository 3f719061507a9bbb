/** The effects of regularizers on linear models in closed form: early stopping, noise, dropout, label smoothing. */
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/columns.js';
import { dataset } from '../../src/data/index.js';
import { descend, gradientCheck, monteCarlo } from '../../src/diagnose/index.js';
import { grad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import { ridge } from '../../src/models/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { difference, mirrored, rowsOf, truth } from './truth.js';

describe('early stopping of descent on a quadratic', () => {
  const { H, w_star, lam, eps, cases, exact } = truth.early_stopping_vs_l2;
  const [h, star] = [tensor(rowsOf(H)), tensor(w_star.data)];
  /** ½(w − w*)ᵀH(w − w*) + (α/2)‖w‖² */
  const bowl =
    (alpha = 0) =>
    (w: Tensor): Tensor => {
      const by = w.sub(star);
      return by.matmul(h).mul(by).sum().add(w.square().sum().mul(alpha)).mul(0.5);
    };
  const start = [0, 0, 0, 0];
  const last = (f: (w: Tensor) => Tensor, learningRate: number, steps: number): number[] =>
    descend(f, sgd({ learningRate }), { start, steps }).points.at(-1) as number[];
  test.each(cases)(
    'after $tau steps is near the 2-norm with α = 1/(ετ)',
    ({ tau, alpha, w_gd, w_ridge, rel_distance }) => {
      const stopped = last(bowl(), eps, tau);
      // Descent with the penalty until it converges.
      const fast = 1 / (4 + alpha);
      const penalized = last(bowl(alpha), fast, Math.ceil(20 / (fast * (0.01 + alpha))));
      expect(difference(stopped, w_gd)).toBeLessThan(1e-5);
      expect(difference(penalized, w_ridge)).toBeLessThan(1e-5);
      const apart = Math.hypot(...stopped.map((w, i) => w - penalized[i])) / Math.hypot(...w_star.data);
      expect(apart).toBeCloseTo(rel_distance, 5);
    },
  );
  test.each(exact)(
    'after $tau steps is a 2-norm with an α of each direction',
    ({ tau, per_direction_alpha: alphas }) => {
      // In the directions of the eigenvectors H is diagonal, and w* may be anything.
      const target = tensor([1, -2, 3, 0.5]);
      const [l, a] = [tensor(lam.data), tensor([...alphas])];
      const stopped = last((w) => w.sub(target).square().mul(l).sum().mul(0.5), eps, tau);
      const least = target.mul(l).div(l.add(a)).data();
      expect(difference(stopped, [...least])).toBeLessThan(1e-5);
    },
  );
});

describe('a linear model whose inputs are disturbed, on average', () => {
  const { X, y, noise, input_dropout } = truth.noise_and_dropout_linear_regression;
  const rows = rowsOf(X);
  const COPIES = 2000;
  /** Least squares on many random outputs of a layer in training mode. */
  const averaged = (layer: Parameters<typeof nn.sequential>[0][number]): number[] => {
    const { x, y: targets, size } = mirrored(rows, y.data);
    const many = Float32Array.from({ length: COPIES * x.length }, (_, i) => x[i % x.length]);
    const disturbed = nn
      .sequential([layer])(tensor(many, [COPIES * size, 4]))
      .data();
    const data = dataset({
      x: disturbed,
      shape: [4],
      y: Float32Array.from({ length: COPIES * size }, (_, i) => targets[i % size]),
      classes: false,
    });
    return [...ridge({ lambda: 0 }).fit(data).weights.data()];
  };
  test('by noise is ridge with λ = 2σ²', () => {
    const exact = ridge({ lambda: 2 * noise.sigma2 }).fit(mirrored(rows, y.data));
    expect(difference(exact.weights.data(), noise.w)).toBeLessThan(1e-5);
    const drawn = averaged(nn.gaussianNoise({ std: Math.sqrt(noise.sigma2) }));
    expect(difference(drawn, noise.w)).toBeLessThan(0.02);
  });
  test('by dropout is ridge in units of the inputs', () => {
    const { keep, w, w_scaled_inference: scaled } = input_dropout;
    // p(1 − p) diag(XᵀX) is added to p²XᵀX: λ = 2(1 − p)/p where the inputs have the mean square 1.
    const data = mirrored(rows, y.data);
    const units = [0, 1, 2, 3].map((j) => Math.sqrt(rows.reduce((sum, row) => sum + row[j] ** 2, 0) / rows.length));
    const inUnits: Dataset = data.with({ x: data.x.map((v, i) => v / units[i % 4]) as Float32Array });
    const exact = ridge({ lambda: (2 * (1 - keep)) / keep })
      .fit(inUnits)
      .weights.data();
    expect(
      difference(
        exact.map((v, j) => v / units[j]),
        scaled,
      ),
    ).toBeLessThan(1e-5);
    expect(difference(averaged(nn.dropout({ keep, scaling: 'train' })), scaled)).toBeLessThan(0.02);
    expect(difference(averaged(nn.dropout({ keep, scaling: 'test' })), w)).toBeLessThan(0.02);
  });
});

describe("weights times p at test time: half of a softmax model's inputs", () => {
  const { x, W, b, geometric_ensemble, scaled_weights, arithmetic_ensemble } = truth.dropout_weight_scaling_softmax;
  const thinned = (scaling: 'train' | 'test', last: 'softmax' | undefined) => {
    const model = nn.sequential([nn.dropout({ keep: 0.5, scaling }), nn.dense(3, { activation: last })]).build([6]);
    return model.load({ '1.weight': Float32Array.from(W.data), '1.bias': Float32Array.from(b.data) });
  };
  test('is the geometric mean of all 64 models', () => {
    const masks = Array.from({ length: 64 }, (_, bits) => x.data.map((v, i) => ((bits >> i) & 1 ? v : 0)));
    const whole = nn.sequential([nn.dense(3)]).build([6]);
    whole.load({ '0.weight': Float32Array.from(W.data), '0.bias': Float32Array.from(b.data) });
    const logs = whole.predict(masks).logSoftmax();
    expect(difference(logs.mean(0).softmax().data(), geometric_ensemble)).toBeLessThan(1e-6);
    expect(difference(logs.exp().mean(0).data(), arithmetic_ensemble)).toBeLessThan(1e-6);
    expect(difference(thinned('test', 'softmax').predict([x.data]).data(), scaled_weights)).toBeLessThan(1e-6);
  });
  test('is the expectation of the logits, in both scalings; the mean of probabilities is near', () => {
    for (const scaling of ['train', 'test'] as const) {
      const logits = thinned(scaling, undefined);
      const { mean } = monteCarlo(logits, [x.data], { samples: 20_000 });
      expect(difference(mean.data(), [...logits.predict([x.data]).data()])).toBeLessThan(0.03);
    }
    const { mean } = monteCarlo(thinned('test', 'softmax'), [x.data], { samples: 20_000 });
    expect(difference(mean.data(), arithmetic_ensemble)).toBeLessThan(0.005);
  });
});

describe('label smoothing', () => {
  const { K, eps, torch_convention, goodfellow_convention } = truth.label_smoothing_optimum;
  test.each([
    ['uniform', torch_convention],
    ['others', goodfellow_convention],
  ] as const)(
    '%s: the loss is least at a finite gap of the logits',
    (smoothing, { p_correct, min_loss, logit_gap }) => {
      const loss = crossEntropy({ labelSmoothing: eps, smoothing });
      const at = (logits: Tensor): Tensor => loss(logits.reshape([1, K]), tensor([0]));
      const best = tensor([logit_gap, ...new Array(K - 1).fill(0)]);
      expect(at(best).item()).toBeCloseTo(min_loss, 6);
      expect(Math.max(...grad(at)(best).data().map(Math.abs))).toBeLessThan(1e-6);
      const { points } = descend(at, adam({ learningRate: 0.05 }), { start: new Array(K).fill(0), steps: 600 });
      const found = tensor(points.at(-1) as number[]);
      expect(found.softmax().data()[0]).toBeCloseTo(p_correct, 3);
    },
  );
});

test.each(truth.finite_difference.points)('slopes of sin(xy) + x²exp(−y) at $x, $y', ({ x, y, f, df }) => {
  const curve = (a: Tensor, b: Tensor): Tensor => a.mul(b).sin().add(a.square().mul(b.neg().exp()));
  expect(curve(tensor(x), tensor(y)).item()).toBeCloseTo(f, 5);
  const slopes = grad(curve, { wrt: [0, 1] })(tensor(x), tensor(y)).map((t) => t.item());
  expect(difference(slopes, df)).toBeLessThan(1e-5);
  expect(gradientCheck((a, b) => curve(a, b).sum(), [tensor([x]), tensor([y])]).ok).toBe(true);
});
