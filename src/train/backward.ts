import { type Augmentation, drawing } from '../augment/augmentation.js';
import { gradient } from '../differentiate/gradient.js';
import type { Tensor } from '../graph/tensor.js';
import type { ByHead } from '../graph/heads.js';
import { type AnyModel, built, type Inside } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import { add, scale } from '../ops/arithmetic.js';
import { reshape } from '../ops/reshape.js';
import { pack } from '../ops/storage.js';
import { seedKey, streams } from '../random/keys.js';
import type { Adversarial } from '../regularize/adversarial.js';
import type { Bound } from './objective.js';
import type { Batches } from './resident.js';
import { type Targeted, type Tasks, uncertain } from './tasks.js';

/** The parts of the recipe that determine a batch's loss and gradient. */
export interface Aim {
  readonly tasks: Tasks;
  readonly augment?: Augmentation;
  readonly adversarial?: Adversarial;
  /** The seed of random draws. */
  readonly seed: number;
  /** The loss as an objective of the user's own, which calls the model itself. */
  readonly objective?: Bound;
  /** The model that is differentiated, where there is an objective. */
  readonly model?: AnyModel;
}
/** The point at which the loss is taken. */
export interface Place {
  readonly theta: Tensor;
  /** The vector that the gradient is written into. */
  readonly into: Tensor;
  /** The number of the step, on which random draws depend: the same step draws the same numbers again. */
  readonly step: Tensor;
  /** The number of the update, [1]. */
  readonly update: Tensor;
  /** log σ² of the tasks, where their weights are learned. */
  readonly s?: readonly Tensor[];
}
/** The loss of a batch and its gradient. */
export interface Backward {
  /** The loss J of the batch, with the penalties of layers. */
  readonly objective: Tensor;
  /** The gradient as a flat vector like θ. */
  readonly grad: Tensor;
  /** The next values of parameters that are not trained, by name. */
  readonly updates: ReadonlyMap<string, Tensor>;
  /** The gradients of s. */
  readonly ofS: readonly Tensor[];
}

/** Computes the loss of a batch in training mode, and its gradient. */
export function backward(
  { part, parameters, shape }: Required<Inside>,
  { tasks, augment, adversarial, seed, objective: own, model: whole }: Aim,
  { x, y, weights, lengths, carry }: Omit<Batches, 'rows'>,
  { theta, into, step, update, s = [] }: Place,
): Backward {
  const tensors = parameters.tensors(theta, parameters.buffers);
  const key = seedKey(seed);
  const updates = new Map<string, Tensor>();
  const batch = augment?.apply({ x, y, classes: own ? 0 : classesOf(tasks, y) }, drawing(key, step)) ?? { x, y };
  /** The loss J of examples; with `later`, they do not update running statistics. */
  const lossOf = (examples: Tensor, training: boolean, later: boolean): Tensor => {
    const call = {
      training,
      key,
      counter: () => step,
      updates: later ? new Map<string, Tensor>() : updates,
      penalties: [] as Tensor[],
      lengths,
      carry,
    };
    let apart: ByHead<Tensor> | undefined;
    if (own)
      return own(
        { x: examples, y: batch.y, ...(lengths && { lengths }) },
        {
          ...call,
          counter: step,
          step: update,
          tensors: (model) => (model === whole ? tensors : built(model).parameters.tensors()),
          updates: (model) => (model === whole ? call.updates : new Map()),
        },
      );
    const joint = callPart(part, examples, tensors, {
      ...call,
      // In rows with other numbers of steps, the outputs have other places.
      heads(outputs) {
        apart = examples.shape[1] === shape[0] ? undefined : outputs;
      },
    });
    const losses = tasks.losses(
      apart ?? joint,
      batch.y as Targeted,
      weights,
      lengths && { lengths, steps: x.shape[1] },
    );
    const total = s.length ? uncertain(tasks, losses, s) : tasks.total(losses);
    return call.penalties.reduce((sum, term) => add(sum, reshape(term, [])), total);
  };
  let objective = lossOf(batch.x, true, false);
  if (adversarial) {
    const { attack, share } = adversarial;
    const drawn = { draw: { key, stream: streams.attack }, step };
    const attacked = attack.perturbed((examples) => lossOf(examples, false, true), batch.x, drawn);
    objective = add(scale(objective, 1 - share), scale(lossOf(attacked, true, true), share));
  }
  // From the last layer to the first, as the gradient flows, so that memory of one layer's gradient is free before the next.
  const trained = parameters.segments.filter(({ trainable }) => trainable).reverse();
  const pieces = gradient(objective, [...trained.map(({ name }) => tensors[name]), ...s]);
  const grad = pack(
    into,
    pieces.slice(0, trained.length),
    trained.map(({ offset }) => offset),
  );
  return { objective, grad, updates, ofS: pieces.slice(trained.length) };
}

/** The number of classes of which targets are labels; 0 where they are values. */
function classesOf({ list, heads }: Tasks, y: Targeted): number | ByHead<number> {
  const of = ({ loss, output }: Tasks['list'][number], target: Tensor): number =>
    loss.labels && target.shape.length < output.length ? output[output.length - 1] : 0;
  if (!heads) return of(list[0], y as Tensor);
  return Object.fromEntries(list.map((task) => [task.name, of(task, (y as ByHead<Tensor>)[task.name])]));
}
