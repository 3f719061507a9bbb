import { Activation } from '../../assembly/layout.js';
import { OptionError, ShapeError } from '../errors.js';
import { checkKeys, integer, shown } from '../options.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { imageGradient } from './conv2d.js';
import { asTensor, IMAGES, type Operand } from './operand.js';
import { checkPadding, type Padding, type Pair, pair, windowsOf } from './window.js';

export interface ConvTranspose2dOptions {
  /** The distance between the places of x in the result. Default 1. */
  stride?: number | Pair;
  /** The margin that is cut from the result: `'valid'` (default) none, `'same'` enough to make its size that of x times
   *  the stride, or a number, [height, width] or [[above, below], [left, right]]. */
  padding?: Padding;
  /** Rows and columns that are added after the result, below the stride. Default 0. */
  outputPadding?: number | Pair;
  /** Default 1. */
  dilation?: number | Pair;
  /** Default 1. */
  groups?: number;
}

/** The transposed convolution: the gradient of conv2d for its image, as an op (PyTorch's ConvTranspose2d with channels last).
 *  x [n, h, w, cin], weights [kh, kw, cout / groups, cin] → [n, h', w', cout], where without 'same'
 *  h' = (h − 1)·stride − 2·padding + dilation·(kh − 1) + outputPadding + 1.
 *  @example convTranspose2d(ones([1, 4, 4, 3]), ones([2, 2, 8, 3]), { stride: 2 }).shape // [1, 8, 8, 8] */
export function convTranspose2d(image: Operand, weights: Operand, options: ConvTranspose2dOptions = {}): Tensor {
  const where = 'convTranspose2d';
  const [x, w] = [asTensor(where, image, 'x', IMAGES), asTensor(where, weights, 'w', '[kh, kw, cout / groups, cin]')];
  checkKeys(where, options, ['stride', 'padding', 'outputPadding', 'dilation', 'groups']);
  const padding = checkPadding(where, options.padding ?? 'valid');
  const groups = integer(where, 'groups', options.groups ?? 1, 1);
  const stride = pair(where, 'stride', options.stride ?? 1);
  const dilation = pair(where, 'dilation', options.dilation ?? 1);
  const more = pair(where, 'outputPadding', options.outputPadding ?? 0, 0);
  const [kh, kw, depth, cin] = w.shape;
  if (cin !== x.shape[3])
    throw new ShapeError(`${where}: x ${show(x.shape)} has ${x.shape[3]} channels, w ${show(w.shape)} takes ${cin}`);
  if (cin % groups) throw new OptionError(`${where}: ${cin} channels do not fall into ${groups} groups`);
  for (const i of [0, 1] as const)
    if (more[i] >= stride[i])
      throw new OptionError(`${where}: outputPadding ${show(more)} must be below the stride ${show(stride)}`);
  const cut = typeof padding === 'string' ? [0, 0] : padding.map(([before, after]) => before + after);
  const size = (i: 0 | 1): number =>
    padding === 'same'
      ? x.shape[1 + i] * stride[i]
      : (x.shape[1 + i] - 1) * stride[i] - cut[i] + ([kh, kw][i] - 1) * dilation[i] + more[i] + 1;
  const result = [x.shape[0], size(0), size(1), depth * groups];
  if (result.some((n) => n < 1))
    throw new ShapeError(`${where}: padding ${shown(options.padding)} leaves nothing of ${show(result)}`);
  const windows = windowsOf(where, { shape: result }, [kh, kw], { stride, padding, dilation });
  return imageGradient(x, w, { ...windows, groups, image: result, result: x.shape, activation: Activation.none });
}
