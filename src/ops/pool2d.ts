import { OptionError } from '../errors.js';
import { checkKeys, flag } from '../options.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { asTensor, IMAGES, type Operand } from './operand.js';
import { given, type Padding, type Pair, pair, type Windows, windowsOf } from './window.js';

interface Pooling extends Windows {
  readonly image: Tensor['shape'];
  readonly result: Tensor['shape'];
  readonly counted: boolean;
  /** Where padding ends that counts in averages. */
  readonly end: Pair;
}
/** The fields that all four kernels read. */
const fields = ({ image, output, size, stride, before, counted, end }: Pooling) => ({
  rows: image[0],
  columns: image[3],
  d: Int32Array.from([image[1], image[2], ...output, ...size, ...stride, ...before, Number(counted), ...end]),
  parts: image[0],
});

const maxOp: Op<Pooling> = {
  name: 'maxPool2d',
  shape: (_, { result }) => result,
  lower: (_, [a], pooling) => ({ kernel: 'maxPool', a, ...fields(pooling) }),
  gradient: (dy, y, [x], pooling) => [node(maxGradientOp, [dy, x, y], pooling)],
};
const maxGradientOp: Op<Pooling> = {
  name: 'maxPool2dGradient',
  shape: (_, { image }) => image,
  lower: (_, [a, b, c], pooling) => ({ kernel: 'maxPoolGradient', a, b, c, ...fields(pooling) }),
  gradient: (d, _, [, x, y], pooling) => [node(firstOp, [d, x, y], pooling)],
};
/** d at the first place where x has the maximum y of its window. */
const firstOp: Op<Pooling> = {
  name: 'maxPool2dFirst',
  shape: (_, { result }) => result,
  lower: (_, [a, b, c], pooling) => ({ kernel: 'firstPool', a, b, c, ...fields(pooling) }),
  gradient: (dy, _, [, x, y], pooling) => [node(maxGradientOp, [dy, x, y], pooling)],
};
const averageOp: Op<Pooling> = {
  name: 'avgPool2d',
  shape: (_, { result }) => result,
  lower: (_, [a], pooling) => ({ kernel: 'averagePool', a, ...fields(pooling) }),
  gradient: (dy, _, __, pooling) => [node(averageGradientOp, [dy], pooling)],
};
const averageGradientOp: Op<Pooling> = {
  name: 'avgPool2dGradient',
  shape: (_, { image }) => image,
  lower: (_, [a], pooling) => ({ kernel: 'averagePoolGradient', a, ...fields(pooling) }),
  gradient: (d, _, __, pooling) => [node(averageOp, [d], pooling)],
};

export interface PoolOptions {
  /** The distance between windows. Default: the size of the window, so that windows do not overlap. */
  stride?: number | Pair;
  /** At most half of the window. Default 0. */
  padding?: Padding;
  /** Whether the last windows may reach beyond the padding, so that no pixel is left out, as PyTorch's `ceil_mode`.
   *  Default false. */
  ceil?: boolean;
}
/** Further than any image reaches. */
const FAR = 1 << 30;

function poolingOf(
  where: string,
  x: Tensor,
  size: number | Pair,
  { stride, padding = 0, ceil = false }: PoolOptions,
  counted: boolean,
): Pooling {
  const window = pair(where, 'size', size);
  flag(where, 'ceil', ceil);
  const windows = windowsOf(where, x, window, { stride: stride ?? window, padding, ceil });
  const most = windows.before.map((p, i) => Math.max(p, windows.after[i]));
  if (most.some((p, i) => 2 * p > window[i]))
    throw new OptionError(
      `${where}: padding ${given(where, most, 0)} is more than half of the window ${given(where, window, 0)}`,
    );
  const end = (axis: 0 | 1): number => (ceil ? x.shape[1 + axis] + windows.after[axis] : FAR);
  const result = [x.shape[0], ...windows.output, x.shape[3]];
  return { ...windows, image: x.shape, result, counted, end: [end(0), end(1)] };
}

/** The largest value of each window and channel; padding never counts as the largest. x [n, h, w, c] → [n, h', w', c].
 *  The gradient goes to the first of equal values.
 *  @example maxPool2d(ones([1, 4, 4, 2]), 2).shape // [1, 2, 2, 2] */
export function maxPool2d(images: Operand, size: number | Pair, options: PoolOptions = {}): Tensor {
  return largest('maxPool2d', images, size, options);
}
/** Max pooling as called from `where`. */
export function largest(where: string, images: Operand, size: number | Pair, options: PoolOptions): Tensor {
  checkKeys(where, options, ['stride', 'padding', 'ceil']);
  const x = asTensor(where, images, 'x', IMAGES);
  return node(maxOp, [x], poolingOf(where, x, size, options, false));
}

/** The mean of each window and channel. With `countPadding` (default true), padding counts as zeros; else the mean is
 *  over the pixels inside the image. */
export function avgPool2d(
  images: Operand,
  size: number | Pair,
  options: PoolOptions & { countPadding?: boolean } = {},
): Tensor {
  return average('avgPool2d', images, size, options);
}
/** Average pooling as called from `where`. */
export function average(
  where: string,
  images: Operand,
  size: number | Pair,
  options: PoolOptions & { countPadding?: boolean },
): Tensor {
  checkKeys(where, options, ['stride', 'padding', 'ceil', 'countPadding']);
  const x = asTensor(where, images, 'x', IMAGES);
  const counted = flag(where, 'countPadding', options.countPadding ?? true);
  return node(averageOp, [x], poolingOf(where, x, size, options, counted));
}
