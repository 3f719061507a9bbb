import * as ops from '../ops/pool2d.js';
import { globalAvgPool2d as globalAverage } from '../ops/globalAvgPool2d.js';
import { asTensor, IMAGES } from '../ops/operand.js';
import { max } from '../ops/reduce.js';
import type { Pair } from '../ops/window.js';
import { type Layer, ofOp, stateless } from './layer.js';
import { LARGE } from './weighted.js';

/** The op checks its options; any window fits this shape. */
const SHAPE = [1, LARGE, LARGE, 1];

/** The largest value of each window: [n, h, w, c] → [n, h', w', c]. The default stride is the size of the window.
 *  @example nn.maxPool2d(2) */
export const maxPool2d = (size: number | Pair, options: ops.PoolOptions = {}): Layer =>
  ofOp('maxPool2d', { size, ...options }, SHAPE, (x) => ops.maxPool2d(x, size, options));

/** The mean of each window; `countPadding` (default true) counts padding as zeros. */
export const avgPool2d = (size: number | Pair, options: Parameters<typeof ops.avgPool2d>[2] = {}): Layer =>
  ofOp('avgPool2d', { size, ...options }, SHAPE, (x) => ops.avgPool2d(x, size, options));

/** The mean over all places: [n, h, w, c] → [n, c]. */
export const globalAvgPool2d = (): Layer => stateless('globalAvgPool2d', {}, globalAverage);

/** The largest value over all places: [n, h, w, c] → [n, c]. */
export const globalMaxPool2d = (): Layer =>
  stateless('globalMaxPool2d', {}, (x) => max(asTensor('globalMaxPool2d', x, 'x', IMAGES), [1, 2]));
