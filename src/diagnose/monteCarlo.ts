import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import { open } from '../data/leakage.js';
import { checkKeys, integer } from '../options.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { built, checkModel, type Model } from '../nn/model.js';
import { type Examples, examplesOf } from '../nn/examples.js';
import { callPart } from '../nn/walk.js';
import { seedKey } from '../random/keys.js';

/** Predicts many times with dropout active (Gal & Ghahramani 2016), and returns the mean and standard deviation of the
 *  predictions, [n, …] like the outputs. Batch normalization uses its running statistics.
 *  @example monteCarlo(model, x, { samples: 20 }).std */
export function monteCarlo(
  model: Model,
  x: Examples,
  options: { samples?: number; seed?: number } = {},
): { mean: Tensor; std: Tensor } {
  checkKeys('monteCarlo', options, ['samples', 'seed']);
  const samples = integer('monteCarlo', 'samples', options.samples ?? 100, 1);
  const key = seedKey(options.seed ?? 0, 'monteCarlo');
  checkModel('monteCarlo', model);
  const rows = examplesOf('monteCarlo', x);
  const { x: numbers, shape, size, scale } = rows;
  const { part, parameters } = built(model, shape);
  open(rows);
  const input = constant(
    Float32Array.from(numbers, (v) => v * Math.fround(scale ?? 1)),
    [size, ...shape],
  );
  const predict = compile((at: Tensor, counter: Tensor) =>
    callPart(part, at, parameters.tensors(), {
      training: false,
      noisy: true,
      key,
      counter: () => counter,
      updates: new Map(),
      penalties: [],
    }),
  );
  try {
    let sum = new Float64Array();
    let squares = new Float64Array();
    let outputShape: readonly number[] = [];
    for (let k = 0; k < samples; k++) {
      const y = predict(input, constant(Float32Array.of(k), [1]));
      const values = realize(y);
      if (k === 0) [sum, squares, outputShape] = [new Float64Array(y.size), new Float64Array(y.size), y.shape];
      values.forEach((v, i) => {
        sum[i] += v;
        squares[i] += v * v;
      });
    }
    const mean = sum.map((s) => s / samples);
    const std = squares.map((s, i) => Math.sqrt(Math.max(0, s / samples - mean[i] * mean[i])));
    return { mean: constant(Float32Array.from(mean), outputShape), std: constant(Float32Array.from(std), outputShape) };
  } finally {
    predict.dispose();
  }
}
