import { type Shape, sizeOf } from '../graph/shape.js';
import { attributesOf, node, type Op, type Tensor } from '../graph/tensor.js';
import { add } from '../ops/arithmetic.js';

/** What a loop does in a step, described once: results in terms of parameters. */
export interface Body {
  /** The parameters that stand for the state before a step, and for the slices of this step. */
  readonly carries: readonly Tensor[];
  readonly slices: readonly Tensor[];
  /** What the step reads that is the same at every step. */
  readonly captured: readonly Tensor[];
  /** The state after the step, and the outputs of the step. */
  readonly next: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}
export interface Loop {
  readonly body: Body;
  readonly steps: number;
  readonly reverse: boolean;
  /** Set where the states before all steps are the last outputs, for the gradient: the body without them. */
  readonly base?: Body;
}

/** The shape of an output of all steps. */
export const overSteps = ([n, ...rest]: Shape, steps: number): Shape =>
  n === undefined ? [steps] : [n, steps, ...rest];
export const region = (floats: number): number => Math.ceil(floats / 16) * 16;

/** Where the results lie: the last state, then the outputs. */
export function layout({ body, steps }: Loop): { parts: { shape: Shape; offset: number }[]; size: number } {
  const shapes = [...body.next.map(({ shape }) => shape), ...body.outputs.map(({ shape }) => overSteps(shape, steps))];
  let size = 0;
  const parts = shapes.map((shape) => {
    const offset = size;
    size += region(sizeOf(shape));
    return { shape, offset };
  });
  return { parts, size };
}

/** One result of a loop. */
export const partOp: Op<{ index: number; offset: number; shape: Shape }> = {
  name: 'part',
  shape: (_, { shape }) => shape,
  offset: ({ offset }) => offset,
  gradient: (dy, _, [whole], { index }) => [node(spreadOp, [dy], { index, size: whole.size })],
};
export const part = (whole: Tensor, index: number): Tensor =>
  node(partOp, [whole], { index, ...layout(whole.attributes as Loop).parts[index] });

/** The gradient of one result, in place of that of all. It is never computed: `collect` finds it in the description. */
const spreadOp: Op<{ index: number; size: number }> = { name: 'spread', shape: (_, { size }) => [size] };
/** The gradients of the results by their index, from a sum of `spreadOp`s. */
export function collect(dy: Tensor, into: Map<number, Tensor>): void {
  const index = attributesOf(spreadOp, dy)?.index;
  if (index === undefined) for (const term of dy.inputs) collect(term, into);
  else {
    const before = into.get(index);
    into.set(index, before ? add(before, dy.inputs[0]) : dy.inputs[0]);
  }
}
