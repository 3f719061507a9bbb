import * as ops from '../ops/conv1d.js';
import { type Layer, stateless } from './layer.js';

/** The largest value of each window: [n, l, c] → [n, l', c]. The stride is the window's size unless said.
 *  @example nn.maxPool1d(2) */
export const maxPool1d = (size: number, options: ops.Pool1dOptions = {}): Layer =>
  stateless('maxPool1d', { size, ...options }, (x) => ops.maxPool1d(x, size, options));

/** The mean of each window; `countPadding` (default true) counts padding as zeros.
 *  @example nn.avgPool1d(2) */
export const avgPool1d = (size: number, options: Parameters<typeof ops.avgPool1d>[2] = {}): Layer =>
  stateless('avgPool1d', { size, ...options }, (x) => ops.avgPool1d(x, size, options));
