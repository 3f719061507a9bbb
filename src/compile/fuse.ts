import { Activation, Form } from '../../assembly/layout.js';
import { sorted } from '../graph/sort.js';
import { attributesOf, held, needs, node, type Op, rebuilt, type Tensor } from '../graph/tensor.js';
import { fullOp } from '../graph/leaves.js';
import { copied } from '../ops/copy.js';
import { convolveOp } from '../ops/conv2d.js';
import { productOp } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { packOp } from '../ops/storage.js';
import { fewerProducts } from '../ops/winograd.js';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  relu: Activation.relu,
  tanh: Activation.tanh,
  sigmoid: Activation.sigmoid,
};

/** Rewrites the graph that computes the roots into fewer, larger instructions, and convolutions into fewer products; returns
 *  the new roots. */
export function fuse(roots: readonly Tensor[]): readonly Tensor[] {
  const joined = epilogues(roots);
  const renamed = new Map<Tensor, Tensor>();
  for (const t of sorted(joined, needs)) {
    const now = rebuilt(t, renamed);
    renamed.set(t, (now.value ? undefined : fewerProducts(now)) ?? now);
  }
  return joined.map((t) => renamed.get(t) as Tensor);
}

/** activation(matmul(x, w) + bias) becomes one product with an epilogue, if nothing else reads the intermediate results. */
function epilogues(roots: readonly Tensor[]): readonly Tensor[] {
  const order = sorted(roots, needs);
  if (!order.some((t) => finisher(t) || t.op === (packOp as Tensor['op']))) return roots;
  const users = new Map<Tensor, number>();
  const use = (t: Tensor): void => {
    users.set(t, (users.get(t) ?? 0) + 1);
  };
  for (const t of order) needs(t).forEach(use);
  roots.forEach(use);
  const renamed = new Map<Tensor, Tensor>();
  for (const t of order) {
    const now = rebuilt(t, renamed);
    const fused = epilogue(now, (x) => users.get(x) ?? 0) ?? placeable(now, users) ?? now;
    // A new instruction is read by its result only; all other tensors keep their readers.
    const readers = users.get(t) ?? 0;
    if (fused !== now) users.set(held(fused), 1);
    users.set(fused, readers);
    renamed.set(t, fused);
  }
  return roots.map((t) => renamed.get(t) as Tensor);
}

/** The op of t, if its kernel can apply a bias and an activation to its result. */
function finisher(t: Tensor | undefined): Op<{ activation: Activation }> | undefined {
  const op = t?.op as Op<{ activation: Activation }> | undefined;
  return op && (op === (productOp as unknown) || op === (convolveOp as unknown)) ? op : undefined;
}
function epilogue(t: Tensor, users: (t: Tensor) => number): Tensor | undefined {
  const [inner, other] = t.inputs;
  if (t.value || !inner || users(inner) !== 1) return undefined;
  // Looks through the reshape with which `matmul` ends a product of [..., k] inputs.
  const core = inner.op.name === 'reshape' && !inner.value && sameRows(inner) ? inner.inputs[0] : inner;
  const op = finisher(core);
  if (!op || core.value || (core !== inner && users(core) !== 1)) return undefined;
  const attributes = core.attributes as { activation: Activation };
  if (attributes.activation) return undefined;
  if (t.op.name === 'add') {
    const columns = core.shape[core.shape.length - 1];
    const { mode } = t.attributes as { mode: number };
    const fits = mode === Form.row << 2 || (columns === 1 && mode === Form.scalar << 2);
    // The instruction of a batched product has no field for a bias.
    const batched = op === (productOp as unknown) && core.shape.length !== 2;
    return fits && other.size === columns && core.inputs.length === 2 && !batched
      ? reshape(node(op, [...core.inputs, other], attributes), t.shape)
      : undefined;
  }
  const activation = ACTIVATIONS[t.op.name];
  return activation && t.inputs.length === 1
    ? reshape(node(op, core.inputs, { ...attributes, activation }), t.shape)
    : undefined;
}
const sameRows = ({ shape, inputs: [x] }: Tensor): boolean => shape.at(-1) === x.shape.at(-1);

/** Prepares a packed vector so that each piece can be computed in place: a piece that has a place of its own, or that
 *  another instruction reads too, is copied first. Undefined where nothing has to change. */
function placeable(t: Tensor, users: Map<Tensor, number>): Tensor | undefined {
  const pack = attributesOf(packOp, t);
  if (!pack) return undefined;
  const pieces = t.inputs.slice(1).map((piece) => {
    const holder = held(piece);
    const free =
      users.get(piece) === 1 &&
      users.get(holder) === 1 &&
      holder.op.lower &&
      holder.op.overwrites === undefined &&
      holder.size === piece.size &&
      !(holder.op === (fullOp as Tensor['op']) && holder.size === 1);
    if (free) return piece;
    const copy = copied(piece);
    users.set(copy, 1);
    return copy;
  });
  return pieces.every((piece, i) => piece === t.inputs[i + 1])
    ? undefined
    : node(packOp, [t.inputs[0], ...pieces], pack);
}
