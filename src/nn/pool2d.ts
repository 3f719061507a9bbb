import * as ops from '../ops/pool2d.js';
import { globalAvgPool2d as globalAverage } from '../ops/globalAvgPool2d.js';
import { asTensor, IMAGES } from '../ops/operand.js';
import { max } from '../ops/reduce.js';
import type { Pair } from '../ops/window.js';
import { type CallableLayer, type Named, ofOp, plain } from './callable.js';
import { LARGE } from './weighted.js';

/** The op checks its options; any window fits this shape. */
const SHAPE = [1, LARGE, LARGE, 1];

/** The largest value of each window: [n, h, w, c] → [n, h', w', c]. The default stride is the size of the window.
 *  @example nn.maxPool2d(2) */
export const maxPool2d = (size: number | Pair, options: ops.PoolOptions & Named = {}): CallableLayer =>
  ofOp('maxPool2d', { size }, options, SHAPE, (x, own) => ops.maxPool2d(x, size, own));

/** The mean of each window; `countPadding` (default true) counts padding as zeros. */
export const avgPool2d = (
  size: number | Pair,
  options: Parameters<typeof ops.avgPool2d>[2] & Named = {},
): CallableLayer => ofOp('avgPool2d', { size }, options, SHAPE, (x, own) => ops.avgPool2d(x, size, own));

/** The mean over all places: [n, h, w, c] → [n, c]. */
export const globalAvgPool2d = (options: Named = {}): CallableLayer => plain('globalAvgPool2d', options, globalAverage);

/** The largest value over all places: [n, h, w, c] → [n, c]. */
export const globalMaxPool2d = (options: Named = {}): CallableLayer =>
  plain('globalMaxPool2d', options, (x) => max(asTensor('globalMaxPool2d', x, 'x', IMAGES), [1, 2]));
