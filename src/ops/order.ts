import { ShapeError } from '../errors.js';
import { checkKeys, flag, shown } from '../options.js';
import { show, sizeOf } from '../graph/shape.js';
import { flat, node, type Op, type Tensor } from '../graph/tensor.js';
import { asTensor, axisOf, type Operand } from './operand.js';
import { reshape } from './reshape.js';
import { windowed } from './strided.js';

/** A tensor seen as [rows, columns, inner], worked on along `columns`. */
interface Lines {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  /** The other direction: from the end, from the largest, or a gradient. */
  readonly mode: 0 | 1;
}
interface Pick extends Lines {
  /** The number of elements that are picked from each line. */
  readonly lda: number;
}
const parts = ({ rows, columns, inner }: Lines): number =>
  Math.min(rows > 1 ? rows : Math.ceil(inner / 16), Math.ceil((rows * columns * inner) / 4096));

const cumsumOp: Op<Lines> = {
  name: 'cumsum',
  shape: ([x]) => x.shape,
  lower: (_, [a], lines) => ({ kernel: 'cumsum', a, ...lines, parts: parts(lines) }),
  gradient: (dy, _, __, lines) => [node(cumsumOp, [dy], turned(lines))],
};
const turned = <L extends Lines>(lines: L): L => ({ ...lines, mode: lines.mode ? 0 : 1 });

const orderOp: Op<Lines> = {
  name: 'order',
  shape: ([x]) => x.shape,
  lower: (_, [a], lines) => ({ kernel: 'order', a, ...lines, parts: parts(lines) }),
  gradient: flat,
};

/** Elements at places of their own in each line, and for mode 1 the gradient: each is added to its place. */
const pickOp: Op<Pick> = {
  name: 'pick',
  shape: (_, { rows, columns, inner, lda, mode }) => [rows, mode ? columns : lda, inner],
  lower: (_, [a, b], pick) => ({ kernel: 'pick', a, b, ...pick, parts: pick.rows > 1 ? parts(pick) : 1 }),
  gradient: (dy, _, [x, places], pick) => [reshape(node(pickOp, [dy, places], turned(pick)), x.shape)],
};

/** The tensor, its axis counted from 0, and how it is seen. */
function seen(name: string, x: Operand, axis: number, mode: boolean): { t: Tensor; at: number; lines: Lines } {
  const t = asTensor(name, x);
  const at = axisOf(name, axis, t.shape.length);
  const [rows, inner] = [sizeOf(t.shape.slice(0, at)), sizeOf(t.shape.slice(at + 1))];
  return { t, at, lines: { rows, columns: t.shape[at], inner, mode: mode ? 1 : 0 } };
}

/** The running sums along an axis, each of the elements up to there, added in float64.
 *  @example cumsum(tensor([1, 2, 3])).toArray() // [1, 3, 6] */
export function cumsum(x: Operand, axis = -1): Tensor {
  const { t, lines } = seen('cumsum', x, axis, false);
  return node(cumsumOp, [t], lines);
}

/** The first `k` of each line in order, and their places. */
function first(name: string, x: Operand, axis: number, descending: boolean, k: (length: number) => number) {
  const { t, at, lines } = seen(name, x, axis, descending);
  const { rows, columns, inner } = lines;
  const lda = k(columns);
  if (!Number.isInteger(lda) || lda < 1 || lda > columns)
    throw new ShapeError(
      `${name}: k is ${shown(lda)}; it must be a whole number from 1 to ${columns}, the length of axis ${at} of ${show(t.shape)}`,
    );
  const pick: Pick = { rows, columns, inner, lda, mode: 0 };
  const places = windowed(reshape(node(orderOp, [t], lines), [rows, columns, inner]), {
    begin: [0, 0, 0],
    step: [1, 1, 1],
    shape: [rows, lda, inner],
  });
  const shape = t.shape.map((n, i) => (i === at ? lda : n));
  return { values: reshape(node(pickOp, [t, places], pick), shape), indices: reshape(places, shape) };
}

/** The elements along an axis in ascending order, or in descending order. NaN counts as the largest number. The gradient
 *  goes to the elements where they were; equal ones keep their order.
 *  @example sort(tensor([3, 1, 2]), -1, { descending: true }).toArray() // [3, 2, 1] */
export function sort(x: Operand, axis = -1, options: { descending?: boolean } = {}): Tensor {
  checkKeys('sort', options, ['descending']);
  return first('sort', x, axis, flag('sort', 'descending', options.descending ?? false), (n) => n).values;
}

/** The k largest elements along an axis, the largest first, and their indices. Of equal elements the first comes first;
 *  NaN counts as the largest number. The indices have no gradient.
 *  @example topK(tensor([3, 1, 2]), 2).indices.toArray() // [0, 2] */
export const topK = (x: Operand, k: number, axis = -1): { values: Tensor; indices: Tensor } =>
  first('topK', x, axis, true, () => k);
