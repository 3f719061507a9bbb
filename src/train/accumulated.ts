import { type Storage, stored, view } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul } from '../ops/arithmetic.js';
import { reshape } from '../ops/reshape.js';
import { assign, guard } from '../ops/storage.js';

/** Sums of the gradient and the loss over the batches of one update, weighted by their rows. */
export interface Sums {
  readonly grad: Storage;
  readonly loss: Storage;
}
/** The scalars of a batch within its update: whether other batches came before it (1 or 0), its rows, and 1 / the rows of all so far. */
export const PLACE = 3;
const placeOf = (place: Tensor): [before: Tensor, rows: Tensor, share: Tensor] => [
  view(place, 0, [1]),
  view(place, 1, [1]),
  view(place, 2, [1]),
];

interface Summed {
  readonly objective: Tensor;
  readonly grad: Tensor;
}
/** Returns the means over all batches of the update, of which this is the last, as if they had been one batch. */
export function meanOf(sums: Sums, { objective, grad }: Summed, place: Tensor): Summed {
  const { loss, slope, share } = summed(sums, { objective, grad }, place);
  return { objective: reshape(mul(loss, share), []), grad: assign(grad, mul(slope, share)) };
}

/** Adds a batch to the sums. A loss or gradient that is not finite halts the program, and the sums stay as they were. */
export function addTo(sums: Sums, batch: Summed, squares: Tensor, place: Tensor): Tensor[] {
  const { loss, slope, before } = summed(sums, batch, place);
  const checked = (vector: Tensor): Tensor => guard(guard(vector, batch.objective), squares);
  return [assign(checked(before.grad), slope), assign(checked(before.loss), loss)];
}

function summed(sums: Sums, { objective, grad }: Summed, place: Tensor) {
  const [before, rows, share] = placeOf(place);
  const vectors = { grad: stored(sums.grad, [grad.size]), loss: stored(sums.loss, [1]) };
  const sum = (vector: Tensor, x: Tensor): Tensor => add(mul(vector, before), mul(x, rows));
  return { loss: sum(vectors.loss, reshape(objective, [1])), slope: sum(vectors.grad, grad), share, before: vectors };
}
