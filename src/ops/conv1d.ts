import { checkKeys, flag, integer, refuse } from '../options.js';
import type { Tensor } from '../graph/tensor.js';
import { convolution } from './conv2d.js';
import { asTensor, type Operand } from './operand.js';
import { average, largest } from './pool2d.js';
import { reshape } from './reshape.js';
import { isSides, type Padding, type Pair } from './window.js';

/** Options of a convolution in one direction, each a single number. */
export interface Conv1dOptions {
  /** Default 1. */
  stride?: number;
  /** `'valid'` (default): none; `'same'`: the output has ceil(length / stride) places; `'causal'`: all of it before, so
   *  that no output sees a later place; a number: this many places on both sides, or [before, after]. */
  padding?: 'valid' | 'same' | 'causal' | number | Pair;
  /** The distance between the taps of a kernel. Default 1. */
  dilation?: number;
  /** The number of groups of channels that are convolved independently. Default 1. */
  groups?: number;
}
export interface Pool1dOptions {
  /** The distance between windows. Default: the size of the window. */
  stride?: number;
  /** At most half of the window. Default 0. */
  padding?: 'valid' | 'same' | number | Pair;
  /** Whether the last window may reach beyond the padding. Default false. */
  ceil?: boolean;
}

/** A sequence [n, l, c] as images of one line. */
function lines(where: string, x: Operand): Tensor {
  const t = asTensor(where, x, 'x', '[n, length, channels]');
  const [n, l, c] = t.shape;
  return reshape(t, [n, 1, l, c]);
}
const sequence = (y: Tensor): Tensor => reshape(y, [y.shape[0], y.shape[2], y.shape[3]]);
const along = (where: string, name: string, n: number): readonly [number, number] => [1, integer(where, name, n, 1)];
/** The padding of a line; `reach` is that of a causal kernel, which pools do not have. */
function beside(where: string, padding: Conv1dOptions['padding'], reach?: number): Padding {
  if (padding === 'valid' || padding === 'same') return padding;
  const causal = padding === 'causal' && reach !== undefined;
  const sides = typeof padding === 'number' ? [padding, padding] : causal ? [reach, 0] : padding;
  if (isSides(sides)) return [[0, 0], sides];
  const words = reach === undefined ? "'valid', 'same'" : "'valid', 'same', 'causal'";
  return refuse(where, 'padding', padding, `${words}, a whole number from 0 or [before, after]`);
}

/** The one-dimensional convolution (a correlation). x [n, l, cin], w [k, cin / groups, cout] → [n, l', cout].
 *  @example conv1d(ones([2, 10, 3]), ones([4, 3, 8])).shape // [2, 7, 8] */
export function conv1d(x: Operand, w: Operand, options: Conv1dOptions = {}): Tensor {
  checkKeys('conv1d', options, ['stride', 'padding', 'dilation', 'groups']);
  const kernel = asTensor('conv1d', w, 'w', '[k, cin / groups, cout]');
  const { stride = 1, padding = 'valid', dilation = 1, groups = 1 } = options;
  const image = lines('conv1d', x);
  const apart = along('conv1d', 'dilation', dilation);
  return sequence(
    convolution('conv1d', image, reshape(kernel, [1, ...kernel.shape]), {
      stride: along('conv1d', 'stride', stride),
      padding: beside('conv1d', padding, (kernel.shape[0] - 1) * apart[1]),
      dilation: apart,
      groups: integer('conv1d', 'groups', groups, 1),
    }),
  );
}

/** The options of windows in one direction. */
const windows = (where: string, size: number, { stride = size, padding = 0, ceil }: Pool1dOptions) => ({
  size: along(where, 'size', size),
  ceil,
  stride: along(where, 'stride', stride),
  padding: beside(where, padding),
});

/** The largest value of each window and channel: [n, l, c] → [n, l', c]. The default stride is the size of the window.
 *  @example maxPool1d(ones([1, 6, 2]), 3).shape // [1, 2, 2] */
export function maxPool1d(x: Operand, size: number, options: Pool1dOptions = {}): Tensor {
  checkKeys('maxPool1d', options, ['stride', 'padding', 'ceil']);
  const { size: window, ...rest } = windows('maxPool1d', size, options);
  return sequence(largest('maxPool1d', lines('maxPool1d', x), window, rest));
}

/** The mean of each window and channel; with `countPadding` (default true), padding counts as zeros.
 *  @example avgPool1d(ones([1, 6, 2]), 3).shape // [1, 2, 2] */
export function avgPool1d(x: Operand, size: number, options: Pool1dOptions & { countPadding?: boolean } = {}): Tensor {
  checkKeys('avgPool1d', options, ['stride', 'padding', 'ceil', 'countPadding']);
  const countPadding = flag('avgPool1d', 'countPadding', options.countPadding ?? true);
  const { size: window, ...rest } = windows('avgPool1d', size, options);
  return sequence(average('avgPool1d', lines('avgPool1d', x), window, { ...rest, countPadding }));
}
