import { constant, constantOp, fullOp } from '../graph/leaves.js';
import { sorted } from '../graph/sort.js';
import { needs, rebuilt, type Tensor } from '../graph/tensor.js';

/** Larger results are computed in the program, because a constant takes memory for as long as the program lives. */
const LARGEST = 4096;

/** Replaces results that depend on constants only by their values, which `evaluate` computes with the same kernels, so
 *  that no bit changes. Roots are not replaced. Returns the new roots. */
export function fold(
  roots: readonly Tensor[],
  evaluate: (wanted: readonly Tensor[]) => readonly Float32Array[],
): readonly Tensor[] {
  const order = sorted(roots, needs);
  const constants = new Set<Tensor>();
  for (const t of order) if (isGiven(t) || (isComputed(t) && t.inputs.every((x) => constants.has(x)))) constants.add(t);
  const folded = new Set<Tensor>();
  for (const t of order)
    if (!constants.has(t))
      for (const x of needs(t)) if (constants.has(x) && !isGiven(x) && x.size <= LARGEST) folded.add(x);
  if (!folded.size) return roots;
  const list = [...folded];
  const renamed = new Map(evaluate(list).map((values, i) => [list[i], constant(values, list[i].shape)]));
  for (const t of order) if (!renamed.has(t)) renamed.set(t, rebuilt(t, renamed));
  return roots.map((t) => renamed.get(t) as Tensor);
}

const isGiven = (t: Tensor): boolean =>
  t.value !== undefined || t.op === (constantOp as Tensor['op']) || t.op === (fullOp as Tensor['op']);
/** Whether a tensor has inputs, computes something and changes no storage. */
const isComputed = ({ op, inputs }: Tensor): boolean =>
  inputs.length > 0 && op.overwrites === undefined && op.mutates === undefined;
