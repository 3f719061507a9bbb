import { planned } from '../compile/program.js';
import { gradient } from '../differentiate/gradient.js';
import { constant, input, type Storage, stored } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, square } from '../ops/arithmetic.js';
import { mean } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { pack } from '../ops/storage.js';
import type { Inside } from './model.js';
import { callPart } from './walk.js';

/** Bytes that a training step needs. */
export interface Footprint {
  readonly parameters: number;
  readonly gradient: number;
  /** For a batch: the input, the activations and gradients of the layers, laid out so that memory is used again, and
   *  the instructions. */
  readonly activations: number;
}

/** The memory of a step with a batch of this size. Its program is planned, not made. The vectors of the optimizer are
 *  not included (none for plain descent, as much as the parameters for momentum, twice that for Adam). */
export function footprintOf({ part, parameters, shape }: Required<Inside>, batchSize: number): Footprint {
  const tensors = parameters.tensors();
  const penalties: Tensor[] = [];
  const output = callPart(part, input([batchSize, ...shape]), tensors, {
    training: true,
    key: [0, 0],
    counter: () => constant(new Int32Array(1), [1]),
    updates: new Map(),
    penalties,
  });
  const loss = penalties.reduce((sum, term) => add(sum, reshape(term, [])), mean(square(output)));
  const trained = parameters.segments.filter(({ trainable }) => trainable).reverse();
  const pieces = gradient(
    loss,
    trained.map(({ name }) => tensors[name]),
  );
  const bytes = 4 * parameters.theta.size;
  // As in a step, the pieces of the gradient lie in one vector.
  const grad = pack(
    stored(NOWHERE, [parameters.theta.size]),
    pieces,
    trained.map(({ offset }) => offset),
  );
  return { parameters: bytes, gradient: bytes, activations: planned([loss, grad]) };
}
/** A storage that is never read: plans have no addresses. */
const NOWHERE = {} as Storage;
