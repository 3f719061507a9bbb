import { ShapeError } from '../errors.js';
import type { Instruction } from './instruction.js';
import { MOST_AXES, type Shape, show, sizeOf } from './shape.js';

/** Everything about an op, in one place: the shape of its result, the kernel that runs it, and its gradient. */
export interface Op<A = unknown> {
  readonly name: string;
  /** The result's shape; throws a ShapeError where the inputs do not fit. */
  shape(inputs: readonly Tensor[], attributes: A): Shape;
  /** The instructions that compute y: one or a few. Leaves and aliases have none. */
  lower?(y: Tensor, inputs: readonly Tensor[], attributes: A): Instruction | readonly Instruction[];
  /** The gradients of the inputs, written with ops; undefined for an input without one. An op without this function has
   *  no gradient. */
  gradient?(dy: Tensor, y: Tensor, inputs: readonly Tensor[], attributes: A): readonly (Tensor | undefined)[];
  /** y[i] depends on the i-th elements of the inputs of y's size only: y may be computed in place and tile by tile. */
  readonly elementwise?: boolean;
  /** The index of an input whose storage y overwrites: y is its next version. */
  readonly overwrites?: number;
  /** The indexes of other inputs whose storages the op changes: their next versions are read through `version`. */
  readonly mutates?: readonly number[];
  /** Rewrites a graph in which the op occurs before it is scheduled, as loops do, whose steps become parts of it. `pass` is
   *  what the compiler does to a graph before. */
  open?(roots: readonly Tensor[], pass: (roots: readonly Tensor[]) => readonly Tensor[]): readonly Tensor[];
  /** Set where y is computed by a loop. */
  loop?(attributes: A): Repeated;
  /** y is the storage of input 0, seen with another shape and `offset` floats further on; nothing runs. */
  offset?(attributes: A): number;
}

/** A loop of the program. */
export interface Repeated {
  readonly steps: number;
  readonly reverse: boolean;
  /** The tensors that are computed at each step. */
  readonly inside: ReadonlySet<Tensor>;
  /** The instructions that end each step, and those that follow the last one. */
  readonly after: readonly Instruction[];
  readonly last: readonly Instruction[];
}

/** A description of numbers: an op, its inputs and a shape. Nothing is computed until the numbers are read. */
export class Tensor {
  readonly shape: Shape;
  /** The number of elements. */
  readonly size: number;
  /** The values, once they have been read. @internal */
  value?: Float32Array;
  /** The other results of an op that changes several storages: they are computed together. @internal */
  beside?: Tensor[];

  /** @internal */
  constructor(
    /** @internal */ readonly op: Op,
    /** @internal */ public inputs: readonly Tensor[],
    /** @internal */ readonly attributes: unknown,
  ) {
    this.shape = op.shape(inputs, attributes);
    this.size = sizeOf(this.shape);
    // Beyond this size whole numbers are inexact, and loops that divide sizes would not end.
    if (this.size <= Number.MAX_SAFE_INTEGER && this.shape.length <= MOST_AXES) return;
    const axes = this.shape.length;
    throw new ShapeError(
      axes > MOST_AXES
        ? `${op.name}: ${axes} axes; a tensor has at most ${MOST_AXES}`
        : `${op.name}: ${show(this.shape)} has more elements than can be counted; make it smaller`,
    );
  }
}

/** The gradient rule of an op without gradient: small changes of its inputs do not change its result, or are meant to
 *  be ignored. */
export const flat = (): readonly Tensor[] => [];

/** Whether t is another view of the memory of its first input. A tensor that has been read has memory of its own. */
export const isAlias = (t: Tensor): boolean => t.op.offset !== undefined && !t.value;

/** The tensor whose memory t lies in: the one behind its views and reshapes. */
export function held(t: Tensor): Tensor {
  let at = t;
  while (isAlias(at)) at = at.inputs[0];
  return at;
}

const NONE: readonly Tensor[] = [];
/** The tensors that must be computed before t. */
export const needs = (t: Tensor): readonly Tensor[] => (t.value ? NONE : t.inputs);

/** A new tensor: `op` of `inputs`. */
export const node = <A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor =>
  new Tensor(op as Op, inputs, attributes);

/** t with its inputs replaced; t itself where they stay the same. */
export function rebuilt(t: Tensor, renamed: ReadonlyMap<Tensor, Tensor>): Tensor {
  const inputs = needs(t).map((x) => renamed.get(x) as Tensor);
  return inputs.every((x, i) => x === t.inputs[i]) ? t : new Tensor(t.op, inputs, t.attributes);
}

/** The attributes of t where its op is `op`. */
export const attributesOf = <A>(op: Op<A>, t: Tensor): A | undefined =>
  t.op === (op as Op) ? (t.attributes as A) : undefined;

/** Recognizes a tensor. */
export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;
