import { upsample2d as upsample, type UpsampleOptions } from '../ops/upsample2d.js';
import type { Pair } from '../ops/window.js';
import { type CallableLayer, type Named, ofOp } from './callable.js';

/** Enlarges images by a whole factor: [n, h, w, c] → [n, h·factor, w·factor, c]; `mode` is 'nearest' (default) or
 *  'bilinear'.
 *  @example nn.upsample2d(2, { mode: 'bilinear' }) */
export const upsample2d = (factor: number | Pair, options: UpsampleOptions & Named = {}): CallableLayer =>
  ofOp('upsample2d', { factor }, options, [1, 1, 1, 1], (x, own) => upsample(x, factor, own));
