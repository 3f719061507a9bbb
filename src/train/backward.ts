import { type Augmentation, drawing } from '../augment/augmentation.js';
import { gradient } from '../differentiate/gradient.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import type { Inside } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import { add } from '../ops/arithmetic.js';
import { reshape } from '../ops/reshape.js';
import { pack } from '../ops/storage.js';
import { seedKey } from '../random/keys.js';

/** What a batch says about the parameters. */
export interface Backward {
  /** J of the batch, with what layers add to it. */
  readonly objective: Tensor;
  /** The gradient as a flat vector like θ. */
  readonly grad: Tensor;
  /** The next values of parameters that are not trained, by name. */
  readonly updates: ReadonlyMap<string, Tensor>;
}

/** The loss of a batch in training mode and its gradient, written into the vector `into`. The same `step` draws the same random
 *  numbers again. */
export function backward(
  { part, parameters, blueprint }: Required<Inside>,
  { loss, seed, augment }: { loss: Loss; seed: number; augment?: Augmentation },
  { theta, into, x, y, step }: { theta: Tensor; into: Tensor; x: Tensor; y: Tensor; step: Tensor },
): Backward {
  const tensors = parameters.tensors(theta, parameters.buffers);
  const call = {
    training: true,
    key: seedKey(seed),
    counter: () => step,
    updates: new Map<string, Tensor>(),
    penalties: [] as Tensor[],
  };
  const labels = loss.labels && y.shape.length < blueprint.output.length;
  const classes = labels ? blueprint.output[blueprint.output.length - 1] : 0;
  const batch = augment?.apply({ x, y, classes }, drawing(call.key, step)) ?? { x, y };
  const output = callPart(part, batch.x, tensors, call);
  const objective = call.penalties.reduce(
    (sum, term) => add(sum, reshape(term, [])),
    reshape(loss(output, batch.y as Tensor), []),
  );
  // From the last layer to the first, as the gradient flows: what a layer's parameters need is free again before the next layer.
  const trained = parameters.segments.filter(({ trainable }) => trainable).reverse();
  const pieces = gradient(
    objective,
    trained.map(({ name }) => tensors[name]),
  );
  const grad = pack(
    into,
    pieces,
    trained.map(({ offset }) => offset),
  );
  return { objective, grad, updates: call.updates };
}
