import { ShapeError } from '../errors.js';
import type { Instruction } from './instruction.js';
import { MOST_AXES, type Shape, show, sizeOf } from './shape.js';

/** Everything about an op, in one place: what it makes of shapes, which kernel runs it, what its gradient is. */
export interface Op<A = unknown> {
  readonly name: string;
  /** The result's shape; throws a ShapeError where the inputs do not fit. */
  shape(inputs: readonly Tensor[], attributes: A): Shape;
  /** What computes y: one instruction or a few. Leaves and aliases have none. */
  lower?(y: Tensor, inputs: readonly Tensor[], attributes: A): Instruction | readonly Instruction[];
  /** Gradients for the inputs, written with ops; undefined where there is none. An op without it has none at all. */
  gradient?(dy: Tensor, y: Tensor, inputs: readonly Tensor[], attributes: A): readonly (Tensor | undefined)[];
  /** y[i] depends on the i-th elements of the inputs of y's size only: may run in place and tile by tile. */
  readonly elementwise?: boolean;
  /** y is the storage of this input and overwrites it: it is the storage's next version. */
  readonly overwrites?: number;
  /** Storages that the op changes beside: their next versions are read through `version`. */
  readonly mutates?: readonly number[];
  /** y is the storage of input 0, seen with another shape and `offset` floats further on; nothing runs. */
  offset?(attributes: A): number;
}

/** A description of numbers: an op, its inputs, a shape. Nothing is computed until someone reads. */
export class Tensor {
  readonly shape: Shape;
  /** The number of elements. */
  readonly size: number;
  /** The numbers, once somebody has read them. @internal */
  value?: Float32Array;
  /** What an op that changes several storages leaves in the others: computed together, or not at all. @internal */
  beside?: Tensor[];

  /** @internal */
  constructor(
    /** @internal */ readonly op: Op,
    /** @internal */ public inputs: readonly Tensor[],
    /** @internal */ readonly attributes: unknown,
  ) {
    this.shape = op.shape(inputs, attributes);
    this.size = sizeOf(this.shape);
    // Sizes that are no whole numbers any more would not end the loops that divide them.
    if (this.size <= Number.MAX_SAFE_INTEGER && this.shape.length <= MOST_AXES) return;
    const axes = this.shape.length;
    throw new ShapeError(
      axes > MOST_AXES
        ? `${op.name}: ${axes} axes; a tensor has at most ${MOST_AXES}`
        : `${op.name}: ${show(this.shape)} has more elements than can be counted; make it smaller`,
    );
  }
}

/** The gradient of an op through which none flows: small changes of its inputs do not change its result, or are not meant to count. */
export const flat = (): readonly Tensor[] => [];

/** Whether t is its first input's memory, seen another way. What has been read has memory of its own. */
export const isAlias = (t: Tensor): boolean => t.op.offset !== undefined && !t.value;

const NONE: readonly Tensor[] = [];
/** What must be computed before t. */
export const needs = (t: Tensor): readonly Tensor[] => (t.value ? NONE : t.inputs);

/** A new tensor: `op` of `inputs`. */
export const node = <A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor =>
  new Tensor(op as Op, inputs, attributes);

/** The attributes of t where its op is `op`. */
export const attributesOf = <A>(op: Op<A>, t: Tensor): A | undefined =>
  t.op === (op as Op) ? (t.attributes as A) : undefined;
