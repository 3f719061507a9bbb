import { reshape } from '../ops/reshape.js';
import { type CallableLayer, type Named, plain } from './callable.js';

/** [n, ...] → [n, product of the rest] */
export const flatten = (options: Named = {}): CallableLayer =>
  plain('flatten', options, (x) => reshape(x, [x.shape[0], x.size / x.shape[0]]));
