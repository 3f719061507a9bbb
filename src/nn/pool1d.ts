import type { Tensor } from '../graph/tensor.js';
import { div, maximum } from '../ops/arithmetic.js';
import * as ops from '../ops/conv1d.js';
import { where } from '../ops/elementwise.js';
import { asTensor } from '../ops/operand.js';
import { max, mean, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { within } from '../ops/steps.js';
import { LARGE } from './weighted.js';
import { type CallableLayer, checkOptions, layer, type Named, ofOp } from './callable.js';

/** The op checks its options; any window fits this shape. */
const SHAPE = [1, LARGE, 1];

/** The largest value of each window: [n, l, c] → [n, l', c]. The default stride is the size of the window.
 *  @example nn.maxPool1d(2) */
export const maxPool1d = (size: number, options: ops.Pool1dOptions & Named = {}): CallableLayer =>
  ofOp('maxPool1d', { size }, options, SHAPE, (x, own) => ops.maxPool1d(x, size, own));

/** The mean of each window; `countPadding` (default true) counts padding as zeros.
 *  @example nn.avgPool1d(2) */
export const avgPool1d = (size: number, options: Parameters<typeof ops.avgPool1d>[2] & Named = {}): CallableLayer =>
  ofOp('avgPool1d', { size }, options, SHAPE, (x, own) => ops.avgPool1d(x, size, own));

/** A pool over all steps, [n, t, c] → [n, c], that leaves padding out. */
function overSteps(
  name: string,
  options: Named,
  all: (x: Tensor) => Tensor,
  some: (x: Tensor, lengths: Tensor, isStep: Tensor) => Tensor,
): CallableLayer {
  checkOptions(name, options, []);
  return layer({
    config: { name, options: { ...options } },
    call(given, _, { lengths }) {
      const x = asTensor(name, given, 'x', '[n, t, features]');
      const [n, steps] = x.shape;
      return lengths ? some(x, reshape(lengths, [n, 1]), reshape(within(lengths, steps), [n, steps, 1])) : all(x);
    },
  });
}

/** The mean over the steps of a sequence: [n, t, c] → [n, c]. Padding is left out where a row has a length. */
export const globalAvgPool1d = (options: Named = {}): CallableLayer =>
  overSteps(
    'globalAvgPool1d',
    options,
    (x) => mean(x, 1),
    (x, lengths, isStep) => div(sum(where(isStep, x, 0), 1), maximum(lengths, 1)),
  );

/** The largest value over the steps of a sequence: [n, t, c] → [n, c]. Padding is left out where a row has a length. */
export const globalMaxPool1d = (options: Named = {}): CallableLayer =>
  overSteps(
    'globalMaxPool1d',
    options,
    (x) => max(x, 1),
    (x, _, isStep) => max(where(isStep, x, LEAST), 1),
  );
const LEAST = -3.4e38;
