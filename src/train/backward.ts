import { type Augmentation, drawing } from '../augment/augmentation.js';
import { gradient } from '../differentiate/gradient.js';
import type { Tensor } from '../graph/tensor.js';
import type { ByHead } from '../nn/heads.js';
import type { Inside } from '../nn/model.js';
import { callPart } from '../nn/walk.js';
import { add } from '../ops/arithmetic.js';
import { reshape } from '../ops/reshape.js';
import { pack } from '../ops/storage.js';
import { seedKey } from '../random/keys.js';
import type { Batches } from './resident.js';
import { type Targeted, type Tasks, uncertain } from './tasks.js';

/** What a batch is learned by. */
export interface Aim {
  readonly tasks: Tasks;
  readonly augment?: Augmentation;
  /** Of random draws. */
  readonly seed: number;
}
/** Where the loss is taken. */
export interface Place {
  readonly theta: Tensor;
  /** The vector that the gradient is written into. */
  readonly into: Tensor;
  /** The same step draws the same random numbers again. */
  readonly step: Tensor;
  /** log σ² of the tasks, where their weights are learned. */
  readonly s?: readonly Tensor[];
}
/** What a batch says about the parameters. */
export interface Backward {
  /** J of the batch, with what layers add to it. */
  readonly objective: Tensor;
  /** The gradient as a flat vector like θ. */
  readonly grad: Tensor;
  /** The next values of parameters that are not trained, by name. */
  readonly updates: ReadonlyMap<string, Tensor>;
  /** The gradients of s. */
  readonly ofS: readonly Tensor[];
}

/** The loss of a batch in training mode and its gradient. */
export function backward(
  { part, parameters }: Required<Inside>,
  { tasks, augment, seed }: Aim,
  { x, y, weights }: Omit<Batches, 'rows'>,
  { theta, into, step, s = [] }: Place,
): Backward {
  const tensors = parameters.tensors(theta, parameters.buffers);
  const call = {
    training: true,
    key: seedKey(seed),
    counter: () => step,
    updates: new Map<string, Tensor>(),
    penalties: [] as Tensor[],
  };
  const batch = augment?.apply({ x, y, classes: classesOf(tasks, y) }, drawing(call.key, step)) ?? { x, y };
  const output = callPart(part, batch.x, tensors, call);
  const losses = tasks.losses(output, batch.y as Targeted, weights);
  const total = s.length ? uncertain(tasks, losses, s) : tasks.total(losses);
  const objective = call.penalties.reduce((sum, term) => add(sum, reshape(term, [])), total);
  // From the last layer to the first, as the gradient flows: what a layer's parameters need is free again before the next layer.
  const trained = parameters.segments.filter(({ trainable }) => trainable).reverse();
  const pieces = gradient(objective, [...trained.map(({ name }) => tensors[name]), ...s]);
  const grad = pack(
    into,
    pieces.slice(0, trained.length),
    trained.map(({ offset }) => offset),
  );
  return { objective, grad, updates: call.updates, ofS: pieces.slice(trained.length) };
}

/** Of how many classes targets are labels; 0 where they are numbers. */
function classesOf({ list, heads }: Tasks, y: Targeted): number | ByHead<number> {
  const of = ({ loss, output }: Tasks['list'][number], target: Tensor): number =>
    loss.labels && target.shape.length < output.length ? output[output.length - 1] : 0;
  if (!heads) return of(list[0], y as Tensor);
  return Object.fromEntries(list.map((task) => [task.name, of(task, (y as ByHead<Tensor>)[task.name])]));
}
