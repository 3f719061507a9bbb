import type { Activation } from '../../assembly/layout.js';
import type { Shape } from '../graph/shape.js';
import { attributesOf, node, type Op, type Tensor } from '../graph/tensor.js';
import { type Convolution, convolveOp, imageOp, partsOf, weightsOp } from './conv2d.js';

/** A convolution of 3×3 taps, one pixel apart, as the kernel computes it. */
interface Squares {
  /** The shapes of the image that is read and of the one that is computed. */
  readonly from: Shape;
  readonly to: Shape;
  /** The row and column of `from` at which the taps of the first place begin. */
  readonly shift: readonly [number, number];
  readonly activation?: Activation;
}
const squaresOf = ([n, h, w]: Shape): number => n * Math.ceil(h / 2) * Math.ceil(w / 2);
const block = ({ from, to, shift }: Squares): Int32Array =>
  Int32Array.from([from[1], from[2], to[1], to[2], ...shift, squaresOf(to)]);

/** The floats of one of the 16 matrices, with the line that lies between them. */
const matrix = (channels: number, filters: number): number => channels * filters + 16;

/** The filters [3, 3, cin, cout], transformed: 16 matrices. */
const filtersOp: Op<null> = {
  name: 'winogradFilters',
  shape: ([{ shape }]) => [16, matrix(shape[shape.length - 2], shape[shape.length - 1])],
  lower: (_, [a]) => {
    const [rows, columns] = a.shape.slice(-2);
    return {
      kernel: 'winogradFilters',
      a,
      rows,
      columns,
      parts: Math.min(columns / 8, Math.ceil((rows * columns) / 4096)),
    };
  },
};
const squaresOp: Op<Squares> = {
  name: 'winograd',
  shape: (_, { to }) => to,
  lower: ({ shape }, [a, b, c], squares) => {
    const [n, h, w, columns] = shape;
    const inner = squares.from[3];
    const parts = Math.min(partsOf(n * h * w, columns, inner * 9), Math.ceil(squaresOf(shape) / 4));
    const mode = (squares.activation ?? 0) << 2;
    return { kernel: 'winograd', a, b, c, d: block(squares), rows: n * h * w, columns, inner, mode, parts };
  },
};
/** The gradient of the transformed filters, in pieces that are added up later. */
const slopesOp: Op<Squares> = {
  name: 'winogradWeights',
  shape: (_, { from, to }) => [piecesOf(from[3], to), 16, matrix(from[3], to[3])],
  lower: ({ shape: [parts] }, [a, b], squares) => {
    const [rows, columns] = [squares.from[3], squares.to[3]];
    return { kernel: 'winogradWeights', a, b, d: block(squares), rows, columns, inner: squaresOf(squares.to), parts };
  },
};
const filtersGradientOp: Op<Shape> = {
  name: 'winogradFiltersGradient',
  shape: (_, shape) => shape,
  lower: ({ shape: [, , rows, columns] }, [a]) => ({
    ...{ kernel: 'winogradFiltersGradient', a, rows, columns, lda: a.shape[0] },
    parts: Math.min(rows, Math.ceil(a.size / 65536)),
  }),
};

/** The most floats in the gradients of transformed filters. */
const MOST = 1 << 20;
const piecesOf = (channels: number, to: Shape): number =>
  Math.max(1, Math.min(16, Math.floor(MOST / (16 * channels * to[3])), Math.floor(squaresOf(to) / 64)));

/** Fewer channels make the transforms too dear, and more do not fit into the workspace. */
const CHANNELS = { least: 16, most: 4096 };
const enough = ([, h, w, channels]: Shape): boolean => {
  // Squares stand out of images of odd sizes. The number of images does not count, so that an image gives the same bits
  // alone and among others.
  const squares = squaresOf([1, h, w, channels]);
  const fit = channels >= CHANNELS.least && channels <= CHANNELS.most && channels % 8 === 0;
  return fit && squares >= 4 && 20 * squares <= 9 * h * w;
};
const fits = ({ size, stride, dilation, groups, image, result }: Convolution): boolean =>
  size.every((k) => k === 3) &&
  [...stride, ...dilation, groups].every((one) => one === 1) &&
  enough(image) &&
  enough(result);

/** The tensor as it is computed with 16 products for the 36 of every four outputs of 3×3 taps, or undefined where that is
 *  not possible or does not pay. */
export function fewerProducts(t: Tensor): Tensor | undefined {
  const convolved = attributesOf(convolveOp, t);
  if (convolved) {
    if (!fits(convolved)) return undefined;
    const { image: from, result: to, before, activation } = convolved;
    const [x, w, ...bias] = t.inputs;
    const shift = [-before[0], -before[1]] as const;
    return node(squaresOp, [x, node(filtersOp, [w], null), ...bias], { from, to, shift, activation });
  }
  const turned = attributesOf(imageOp, t);
  if (turned) {
    if (!fits(turned)) return undefined;
    const { image: to, result: from, before } = turned;
    const [dy, w] = t.inputs;
    return node(squaresOp, [dy, node(filtersOp, [w], null)], { from, to, shift: [before[0] - 2, before[1] - 2] });
  }
  const summed = attributesOf(weightsOp, t);
  if (!summed || !fits(summed) || 16 * summed.image[3] * summed.result[3] > MOST) return undefined;
  const { image: from, result: to, before } = summed;
  const pieces = node(slopesOp, [t.inputs[0], t.inputs[1]], { from, to, shift: [-before[0], -before[1]] });
  return node(filtersGradientOp, [pieces], t.shape);
}
