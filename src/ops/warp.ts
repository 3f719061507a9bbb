import { ShapeError } from '../errors.js';
import { type Shape, show } from '../graph/shape.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { asTensor, IMAGES } from './operand.js';
import type { Pair } from './window.js';

interface Warp {
  readonly image: Shape;
  readonly result: Shape;
}
/** The fields that both kernels read. */
const fields = ({ image, result }: Warp) => ({
  rows: image[0],
  columns: image[3],
  d: Int32Array.from([image[1], image[2], result[1], result[2]]),
});
const warpOp: Op<Warp> = {
  name: 'warp',
  shape: (_, { result }) => result,
  lower: (y, [a, b], warp) => ({
    kernel: 'warp',
    a,
    b,
    ...fields(warp),
    parts: Math.min(y.shape[0] * y.shape[1], Math.ceil(y.size / 16384)),
  }),
  gradient: (dy, _, [, maps], warp) => [node(warpGradientOp, [dy, maps], warp)],
};
const warpGradientOp: Op<Warp> = {
  name: 'warpGradient',
  shape: (_, { image }) => image,
  lower: (_, [a, b], warp) => ({ kernel: 'warpGradient', a, b, ...fields(warp), parts: warp.image[0] }),
  gradient: (d, _, [, maps], warp) => [node(warpOp, [d, maps], warp)],
};

/** Maps images affinely, with bilinear interpolation and 0 outside: x [n, h, w, c], maps [n, 6] → [n, ...size, c]. The
 *  pixel at (u, v) from the centre of the result, right and down, is read at (m₀u + m₁v + m₂, m₃u + m₄v + m₅) from the
 *  centre of the image. Places at whole pixels are exact. [0, −1, 0, 1, 0, 0] is a quarter of a turn, counterclockwise.
 *  The gradient goes to x only. */
export function warp(x: Tensor, maps: Tensor, size?: Pair): Tensor {
  const [n, h, w, c] = asTensor('warp', x, 'x', IMAGES).shape;
  if (maps.shape.length !== 2 || maps.shape[0] !== n || maps.shape[1] !== 6)
    throw new ShapeError(`warp: maps are ${show(maps.shape)} for x ${show(x.shape)}; they must be [${n}, 6]`);
  return node(warpOp, [x, maps], { image: x.shape, result: [n, ...(size ?? [h, w]), c] });
}
