import { Activation, Piece, Product } from '../../assembly/layout.js';
import { OptionError, ShapeError } from '../errors.js';
import { checkKeys, integer } from '../options.js';
import type { Instruction } from '../graph/instruction.js';
import type { Shape } from '../graph/shape.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { matmul } from './matmul.js';
import { asTensor, IMAGES, type Operand } from './operand.js';
import { reshape } from './reshape.js';
import { copyInstruction } from './strided.js';
import { given, type Padding, type Pair, type Windows, windowsOf } from './window.js';

/** A convolution of x [n, h, w, cin] with w [kh, kw, cin / groups, cout]. */
export interface Convolution extends Windows {
  readonly groups: number;
  /** The shapes of x and of the result. */
  readonly image: Shape;
  readonly result: Shape;
  readonly activation: Activation;
}
/** The floating-point operations that make a part worth its dispatch. */
const GRAIN = 1e6;
export const partsOf = (rows: number, columns: number, inner: number): number =>
  Math.max(1, Math.min(64, Math.ceil(rows / 64), Math.round((2 * rows * columns * inner) / GRAIN)));

/** The block that describes where patches lie in an image; see assembly/kernels/gemm/view.ts. */
function geometry(
  image: Shape,
  depth: number,
  kernel: number,
  places: Pair,
  rows: readonly number[],
  columns: readonly number[],
): number[] {
  return [image[1], image[2], image[3], depth, kernel, ...places, ...rows, ...columns];
}
const forward = ({ image, groups, size, stride, dilation, before, output }: Convolution): number[] => {
  const axis = (i: 0 | 1) => [stride[i], dilation[i], -before[i], 1];
  return geometry(image, image[3] / groups, size[1], output, axis(0), axis(1));
};

/** Whether every channel has one filter of its own. Such convolutions have kernels without matrix products. */
const isDepthwise = ({ groups, image, result }: Convolution): boolean =>
  groups > 1 && image[3] === groups && result[3] === groups;

export const convolveOp: Op<Convolution> = {
  name: 'conv2d',
  shape: (_, { result }) => result,
  lower: (_, [a, b, c], convolution) => {
    const { groups, size, image, result, activation } = convolution;
    const [rows, columns] = [result[0] * result[1] * result[2], result[3]];
    const depth = image[3] / groups;
    const inner = size[0] * size[1] * depth;
    const group = columns / groups;
    if (isDepthwise(convolution))
      return {
        ...{ kernel: 'depthwise', a, b, c, d: Int32Array.from(forward(convolution)), rows, columns, inner },
        ...{ mode: activation << 2, parts: linesOf(result) },
      };
    const d = Int32Array.from([groups, depth, group, group, ...forward(convolution)]);
    return {
      kernel: 'conv',
      a,
      b,
      c,
      d,
      rows,
      columns,
      inner,
      ldb: columns,
      mode: activation << 2,
      parts: partsOf(rows, columns, inner),
    };
  },
  gradient: (dy, _, [x, w], convolution) => [imageGradient(dy, w, convolution), weightGradient(x, dy, convolution)],
};
const convolve = (x: Tensor, w: Tensor, convolution: Convolution): Tensor => node(convolveOp, [x, w], convolution);

/** The number of parts of a depthwise convolution, each some lines of the output. */
const linesOf = ([n, h, w, c]: Shape): number => Math.max(1, Math.min(n * h, 64, Math.ceil((n * h * w * c) / 16384)));

interface Turn {
  /** The weights' shape, [kh, kw, cin / groups, cout]. */
  readonly weights: Shape;
  readonly groups: number;
  readonly back: boolean;
}
const ofChannels = ({ weights: [, , depth, filters], groups }: Turn): boolean => depth === 1 && filters === groups;
/** Rearranges weights for the gradient of the image, and back: [groups, kh, kw, cout / groups, cin / groups] with the
 *  taps reversed. In a depthwise convolution only the taps are reversed. */
const turnOp: Op<Turn> = {
  name: 'turnFilters',
  shape: (_, turn) => {
    const { weights, groups, back } = turn;
    const [kh, kw, depth, filters] = weights;
    return back || ofChannels(turn) ? weights : [groups, kh, kw, filters / groups, depth];
  },
  lower: (_, [a], turn) => {
    const { weights, groups, back } = turn;
    const [kh, kw, depth, filters] = weights;
    const [taps, group] = [kh * kw, filters / groups];
    if (ofChannels(turn)) {
      const lines = [
        { size: taps, from: -filters, to: filters },
        { size: filters, from: 1, to: 1 },
      ];
      return copyInstruction(a, lines, (taps - 1) * filters);
    }
    const axes = [
      { size: groups, from: group, to: taps * group * depth },
      { size: taps, from: -depth * filters, to: group * depth },
      { size: group, from: 1, to: depth },
      { size: depth, from: filters, to: 1 },
    ];
    const last = (taps - 1) * depth * filters;
    return back
      ? copyInstruction(
          a,
          axes.map(({ size, from, to }) => ({ size, from: to, to: from })),
          0,
          last,
        )
      : copyInstruction(a, axes, last);
  },
  gradient: (d, _, __, turn) => [node(turnOp, [d], { ...turn, back: !turn.back })],
};
const turned = (w: Tensor, { groups }: Convolution): Tensor =>
  node(turnOp, [w], { weights: w.shape, groups, back: false });
const turnedBack = (t: Tensor, { groups, size, image, result }: Convolution): Tensor =>
  node(turnOp, [t], { weights: [...size, image[3] / groups, result[3]], groups, back: true });

/** dx: a convolution of dy with the rearranged weights, in which the stride becomes a division. */
export const imageOp: Op<Convolution> = {
  name: 'conv2dImage',
  shape: (_, { image }) => image,
  lower: (_, [a, b], convolution) => {
    const { groups, size, stride, dilation, before, image, result } = convolution;
    const [rows, columns] = [image[0] * image[1] * image[2], image[3]];
    const [depth, group] = [result[3] / groups, columns / groups];
    const inner = size[0] * size[1] * depth;
    const axis = (i: 0 | 1) => [1, dilation[i], before[i] - (size[i] - 1) * dilation[i], stride[i]];
    const places = geometry(result, depth, size[1], [image[1], image[2]], axis(0), axis(1));
    if (isDepthwise(convolution))
      return { kernel: 'depthwise', a, b, d: Int32Array.from(places), rows, columns, inner, parts: linesOf(image) };
    const d = Int32Array.from([groups, depth, inner * group, group, ...places]);
    return { kernel: 'conv', a, b, d, rows, columns, inner, ldb: group, parts: partsOf(rows, columns, inner) };
  },
  gradient: (d, _, [dy, t], convolution) => [
    convolve(d, turnedBack(t, convolution), convolution),
    turned(weightGradient(d, dy, convolution), convolution),
  ],
};
export const imageGradient = (dy: Tensor, w: Tensor, convolution: Convolution): Tensor =>
  node(imageOp, [dy, turned(w, convolution)], convolution);

/** dw: the patches of x, transposed, times dy. With a third input, the matrices of all pieces, it is their sum. */
export const weightsOp: Op<Convolution> = {
  name: 'conv2dWeights',
  shape: (_, { size, groups, image, result }) => [...size, image[3] / groups, result[3]],
  lower: (y, [a, b, pieces], convolution) => {
    if (pieces) return summed(y, pieces);
    const { rows, columns, inner } = weightSizes(convolution);
    if (isDepthwise(convolution))
      return {
        ...{ kernel: 'depthwiseWeights', a, b, d: Int32Array.from(forward(convolution)), rows, columns, inner },
        parts: Math.ceil(columns / 16),
      };
    const parts = Math.max(1, Math.min(Math.ceil(rows / 64), partsOf(inner, columns, rows)));
    return { ...weightsInstruction(a, b, convolution), parts };
  },
  gradient: (d, _, [x, dy], convolution) => [imageGradient(dy, d, convolution), convolve(x, d, convolution)],
};
/** dw for each piece of the inner size, which runs over the places of all images: [pieces, rows, columns]. */
const piecesOp: Op<Convolution> = {
  name: 'conv2dWeightPieces',
  shape: (_, convolution) => {
    const { rows, columns, pieces } = weightSizes(convolution);
    return [pieces, rows, columns];
  },
  lower: ({ shape: [lda] }, [a, b], convolution) => ({
    ...weightsInstruction(a, b, convolution),
    lda,
    parts: Math.min(16, lda),
  }),
};
function weightSizes({ size, groups, image, result }: Convolution) {
  const inner = result[0] * result[1] * result[2];
  const pieces = Math.ceil(inner / Piece.size);
  return { rows: size[0] * size[1] * (image[3] / groups), columns: result[3], inner, pieces };
}
function weightsInstruction(a: Tensor, b: Tensor, convolution: Convolution) {
  const { groups, image } = convolution;
  const { rows, columns, inner } = weightSizes(convolution);
  const d = Int32Array.from([groups, image[3] / groups, 0, columns / groups, ...forward(convolution)]);
  return { kernel: 'convWeights', a, b, d, rows, columns, inner, ldb: columns, mode: Product.transposeA } as const;
}
/** The sum of matrices in their order, the same as adding up the pieces one after another. */
const summed = (y: Tensor, a: Tensor): Instruction => {
  const [pieces] = a.shape;
  return {
    kernel: 'sum',
    a,
    rows: 1,
    columns: pieces,
    inner: y.size,
    lda: pieces,
    s: 1,
    parts: Math.ceil(a.size / 16384),
  };
};

/** The number of rows that is enough for all threads, and the most floats that pieces may take. */
const ROWS = 512;
const MOST = 1 << 20;
/** The gradient of the weights. Where it has too few rows for threads to share, they share the many places that are
 *  summed over. */
function weightGradient(x: Tensor, dy: Tensor, convolution: Convolution): Tensor {
  const { rows, columns, pieces } = weightSizes(convolution);
  const apart = !isDepthwise(convolution) && rows < ROWS && pieces > 1 && pieces * rows * columns <= MOST;
  return node(weightsOp, apart ? [x, dy, node(piecesOp, [x, dy], convolution)] : [x, dy], convolution);
}

export interface Conv2dOptions {
  /** Default 1. */
  stride?: number | Pair;
  /** Default 'valid'. */
  padding?: Padding;
  /** The distance between the taps of a kernel. Default 1. */
  dilation?: number | Pair;
  /** Channels are convolved in groups that do not see one another. Default 1. */
  groups?: number;
}

/** The two-dimensional convolution (a correlation, as usual in deep learning).
 *  x [n, h, w, cin], w [kh, kw, cin / groups, cout] → [n, h', w', cout]. Kernels of 3×3 with 16 channels and more on both
 *  sides, in multiples of eight, take 16 products for every 36 (Winograd; Lavin & Gray 2016): rounding errors are about the
 *  same, and what is not finite may spread to the other places of a square of 2×2.
 *  @example conv2d(ones([1, 5, 5, 3]), ones([3, 3, 3, 8]), { padding: 'same' }).shape // [1, 5, 5, 8] */
export function conv2d(image: Operand, weights: Operand, options: Conv2dOptions = {}): Tensor {
  return convolution('conv2d', image, weights, options);
}

/** The convolution as called from `where`: the sequences of conv1d are images of one line. */
export function convolution(where: string, image: Operand, weights: Operand, options: Conv2dOptions): Tensor {
  const [x, w] = [asTensor(where, image, 'x', IMAGES), asTensor(where, weights, 'w', '[kh, kw, cin / groups, cout]')];
  checkKeys(where, options, ['stride', 'padding', 'dilation', 'groups']);
  const { stride = 1, padding = 'valid', dilation = 1 } = options;
  const groups = integer(where, 'groups', options.groups ?? 1, 1);
  const [kh, kw, depth, filters] = w.shape;
  const windows = windowsOf(where, x, [kh, kw], { stride, padding, dilation });
  if (depth * groups !== x.shape[3])
    throw new ShapeError(
      `${where}: x ${given(where, x.shape, 1)} has ${x.shape[3]} channels, w ${given(where, w.shape, 0)} takes ${depth * groups} (${depth} in each of ${groups} groups)`,
    );
  if (filters % groups) throw new OptionError(`${where}: ${filters} filters do not fall into ${groups} groups`);
  const result = [x.shape[0], ...windows.output, filters];
  // A convolution with a 1×1 kernel is a matrix product of the pixels.
  const plain =
    kh === 1 &&
    kw === 1 &&
    groups === 1 &&
    windows.stride.every((s) => s === 1) &&
    windows.before.every((p) => p === 0);
  if (plain && x.shape[1] === result[1] && x.shape[2] === result[2])
    return reshape(matmul(reshape(x, [x.size / depth, depth]), reshape(w, [depth, filters])), result);
  return convolve(x, w, { ...windows, groups, image: x.shape, result, activation: Activation.none });
}
