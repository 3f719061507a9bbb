import { Activation, Form } from '../../assembly/layout.js';
import { sorted } from '../graph/sort.js';
import { attributesOf, needs, node, Tensor } from '../graph/tensor.js';
import { fullOp } from '../graph/leaves.js';
import { copied } from '../ops/copy.js';
import { productOp } from '../ops/matmul.js';
import { packOp } from '../ops/storage.js';
import { held } from './schedule.js';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  relu: Activation.relu,
  tanh: Activation.tanh,
  sigmoid: Activation.sigmoid,
};

/** Rewrites the graph behind the roots into fewer, larger instructions; returns the new roots.
 *  activation(matmul(x, w) + bias) becomes one product with an epilogue, where nobody else reads the parts. */
export function fuse(roots: readonly Tensor[]): readonly Tensor[] {
  const order = sorted(roots, needs);
  if (!order.some((t) => t.op === (productOp as Tensor['op']) || t.op === (packOp as Tensor['op']))) return roots;
  const users = new Map<Tensor, number>();
  const use = (t: Tensor): void => {
    users.set(t, (users.get(t) ?? 0) + 1);
  };
  for (const t of order) needs(t).forEach(use);
  roots.forEach(use);
  const renamed = new Map<Tensor, Tensor>();
  for (const t of order) {
    const inputs = needs(t).map((x) => renamed.get(x) as Tensor);
    const now = inputs.every((x, i) => x === t.inputs[i]) ? t : new Tensor(t.op, inputs, t.attributes);
    const fused = epilogue(now, (x) => users.get(x) ?? 0) ?? placeable(now, users) ?? now;
    users.set(fused, users.get(t) ?? 0);
    renamed.set(t, fused);
  }
  return roots.map((t) => renamed.get(t) as Tensor);
}

function epilogue(t: Tensor, users: (t: Tensor) => number): Tensor | undefined {
  const [inner, other] = t.inputs;
  const multiply = inner && attributesOf(productOp, inner);
  if (!multiply || users(inner) !== 1 || multiply.activation) return undefined;
  if (t.op.name === 'add' && inner.inputs.length === 2 && inner.shape.length === 2 && other.size === inner.shape[1]) {
    const { mode } = t.attributes as { mode: number };
    const fits = mode === Form.row << 2 || (other.size === 1 && mode === Form.scalar << 2);
    return fits ? node(productOp, [...inner.inputs, other], multiply) : undefined;
  }
  const activation = ACTIVATIONS[t.op.name];
  return activation && t.inputs.length === 1 ? node(productOp, inner.inputs, { ...multiply, activation }) : undefined;
}

/** A vector that is packed from pieces is computed in place, piece by piece: a piece that has a place of its own, or that
 *  somebody else reads too, is copied first. */
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
