import * as ops from '../ops/conv1d.js';
import { LARGE } from './weighted.js';
import { type CallableLayer, type Named, ofOp } from './callable.js';

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
