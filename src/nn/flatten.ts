import { reshape } from '../ops/reshape.js';
import { type Layer, stateless } from './layer.js';

/** [n, ...] → [n, product of the rest] */
export const flatten = (): Layer => stateless('flatten', {}, (x) => reshape(x, [x.shape[0], x.size / x.shape[0]]));
