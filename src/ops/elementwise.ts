import { Form } from '../../assembly/layout.js';
import { ShapeError } from '../errors.js';
import { type Shape, sameShape, show, sizeOf } from '../graph/shape.js';
import { full } from '../graph/leaves.js';
import { flat, node, type Op, type Tensor } from '../graph/tensor.js';
import type { KernelName } from '../wasm/engine.js';
import { asTensor, constantValue, type Operand, tiles } from './operand.js';
import { expand, sum } from './reduce.js';
import { reshape } from './reshape.js';

/** Defines y = f(x) for each element. `gradient` returns dx; without it, differentiation takes the op as a constant. */
export function unary<A = null>(
  kernel: KernelName,
  gradient?: (dy: Tensor, y: Tensor, x: Tensor, attributes: A) => Tensor,
  fields: (attributes: A) => { s?: number; ldb?: number } = () => ({}),
): (x: Operand, attributes: A) => Tensor {
  const op: Op<A> = {
    name: kernel,
    elementwise: true,
    shape: ([x]) => x.shape,
    lower: (y, [a], attributes) => ({ kernel, a, rows: y.size, parts: tiles(y.size), ...fields(attributes) }),
    gradient: gradient ? (dy, y, [x], attributes) => [gradient(dy, y, x, attributes)] : flat,
  };
  return (x, attributes) => node(op, [asTensor(kernel, x)], attributes);
}

/** The shape to which both are broadcast, by the rule of NumPy: from the right, sizes are equal or one of them is 1. */
export function broadcastShape(name: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (m !== n && m !== 1 && n !== 1)
      throw new ShapeError(
        `${name}: shapes ${show(a)} and ${show(b)} do not broadcast: ${m} ≠ ${n}; sizes must be equal, or one of them 1`,
      );
    return m === 1 ? n : m;
  });
}

/** How an operand covers a result of this shape, and the row length that this needs; undefined where it must be
 *  expanded. */
function formOf(x: Tensor, shape: Shape): { form: Form; columns: number } | undefined {
  const size = sizeOf(shape);
  if (x.size === size) return { form: Form.full, columns: 0 };
  if (x.size === 1) return { form: Form.scalar, columns: 0 };
  const aligned = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  const first = aligned.findIndex((n) => n !== 1);
  const last = aligned.findLastIndex((n) => n !== 1);
  if (sameShape(aligned.slice(first), shape.slice(first))) return { form: Form.row, columns: x.size };
  if (sameShape(aligned.slice(0, last + 1), shape.slice(0, last + 1)))
    return { form: Form.column, columns: size / x.size };
  return undefined;
}

/** Brings operands into forms that one kernel call can take, with the fields that describe them. */
function covering(shape: Shape, operands: readonly Tensor[]): { inputs: Tensor[]; mode: number; columns: number } {
  let columns = 0;
  let mode = 0;
  const inputs = operands.map((x, i) => {
    // A constant of any shape is passed to the kernel as one number, as long as another operand has the shape of the
    // result.
    const value = constantValue(x);
    const others = operands.some(
      (o, j) => j !== i && sizeOf(o.shape) === sizeOf(shape) && constantValue(o) === undefined,
    );
    const slim = value !== undefined && others && x.size > 1 ? full([], value) : x;
    const form = formOf(slim, shape);
    if (!form || (columns && form.columns && form.columns !== columns)) return expand(x, shape);
    columns = form.columns || columns;
    mode |= form.form << (2 * i);
    return slim;
  });
  return { inputs, mode, columns };
}

/** dy in the shape of the operand, summed over the axes that broadcasting has repeated. */
export function unbroadcast(dy: Tensor, shape: Shape): Tensor {
  if (sameShape(dy.shape, shape)) return dy;
  const pad = dy.shape.length - shape.length;
  const axes = dy.shape.map((_, i) => i).filter((i) => i < pad || (shape[i - pad] === 1 && dy.shape[i] !== 1));
  return reshape(sum(dy, axes), shape);
}

interface Broadcast {
  shape: Shape;
  mode: number;
  columns: number;
  s: number;
}
type BinaryGradient = (dy: Tensor, y: Tensor, a: Tensor, b: Tensor, s: number) => readonly [Tensor?, Tensor?];

/** Defines y = f(a, b) for each element, with broadcasting. `gradient` returns da and db in the shape of the result.
 *  `simplify` may return a simpler form (constants, neutral elements). */
export function binary(
  kernel: KernelName,
  gradient?: BinaryGradient,
  simplify?: (a: Tensor, b: Tensor, shape: Shape) => Tensor | undefined,
): (a: Operand, b: Operand, s?: number) => Tensor {
  const op: Op<Broadcast> = {
    name: kernel,
    elementwise: true,
    shape: (_, { shape }) => shape,
    lower: (y, [a, b], { mode, columns, s }) => ({
      kernel,
      a,
      b,
      rows: y.size,
      columns,
      mode,
      s,
      parts: tiles(y.size),
    }),
    gradient: gradient
      ? (dy, y, [a, b], { s }) => {
          const [da, db] = gradient(dy, y, a, b, s);
          return [da && unbroadcast(da, a.shape), db && unbroadcast(db, b.shape)];
        }
      : flat,
  };
  return (left, right, s = 0) => {
    const [a, b] = [asTensor(kernel, left, 'a'), asTensor(kernel, right, 'b')];
    const shape = broadcastShape(kernel, a.shape, b.shape);
    const simple = simplify?.(a, b, shape);
    if (simple) return simple;
    const { inputs, mode, columns } = covering(shape, [a, b]);
    return node(op, inputs, { shape, mode, columns, s });
  };
}

const whereOp: Op<Broadcast> = {
  name: 'where',
  elementwise: true,
  shape: (_, { shape }) => shape,
  lower: (y, [a, b, c], { mode, columns }) => ({
    kernel: 'where',
    a,
    b,
    c,
    rows: y.size,
    columns,
    mode,
    parts: tiles(y.size),
  }),
  gradient: (dy, _, [condition, a, b]) => [
    undefined,
    unbroadcast(where(condition, dy, 0), a.shape),
    unbroadcast(where(condition, 0, dy), b.shape),
  ],
};
/** a where the condition is not 0, else b. */
export function where(condition: Operand, a: Operand, b: Operand): Tensor {
  const operands = [asTensor('where', condition, 'condition'), asTensor('where', a, 'a'), asTensor('where', b, 'b')];
  const shape = operands.reduce<Shape>((s, x) => broadcastShape('where', s, x.shape), []);
  const { inputs, mode, columns } = covering(shape, operands);
  return node(whereOp, inputs, { shape, mode, columns, s: 0 });
}
