import { type Config, type Configured, made } from '../config.js';
import { realize } from '../compile/realize.js';
import { gradient } from '../differentiate/gradient.js';
import { OptionError, ShapeError } from '../errors.js';
import { checkKeys, flag, inRange, integer, positive, shown } from '../options.js';
import { constant } from '../graph/leaves.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Values } from '../tensor/create.js';
import type { Loss } from '../losses/loss.js';
import { lossOf } from '../losses/lossOf.js';
import { isModel, type Model } from '../nn/model.js';
import { add, maximum, minimum, scale, sub } from '../ops/arithmetic.js';
import { clamp, sign } from '../ops/elementary.js';
import { asTensor } from '../ops/operand.js';
import { type Draw, uniform } from '../ops/random.js';
import { identity, reshape, stopGradient } from '../ops/reshape.js';
import { seedKey, streams } from '../random/keys.js';

/** The random numbers of a call, and the counter that makes them differ from step to step. */
export interface Drawn {
  readonly draw: Draw;
  readonly step?: Tensor;
}

/** An attack changes examples a little, so that the loss of a model on them increases. */
export interface Attack extends Configured {
  /** Computes the changed examples, for a model in evaluation mode, which is not changed. x: rows [n, …]; y: the
   *  targets of the loss, or for a targeted attack the desired answers. */
  (model: Model, loss: Loss, x: Tensor | Values, y: Tensor | Values): Tensor;
  /** Describes the changed examples for a loss of x, as a part of a step's program. No gradient flows through it. */
  readonly perturbed: (loss: (x: Tensor) => Tensor, x: Tensor, drawn: Drawn) => Tensor;
}

export interface FgsmOptions {
  /** ε, the largest change of each number. */
  epsilon: number;
  /** The range that examples stay in, such as [0, 1] for pixels. Default: none. */
  clip?: readonly [low: number, high: number];
  /** Whether y holds the desired answers, so that the loss is lowered. Default false. */
  targeted?: boolean;
}
export interface PgdOptions extends FgsmOptions {
  /** The length of each step. */
  stepSize: number;
  steps: number;
  /** Whether to begin at a random point within ε. Default true. */
  randomStart?: boolean;
  /** The seed of the random start. Default 0. */
  seed?: number;
}

/** The fast gradient sign method (Goodfellow et al. 2015): x′ = x + ε·sign ∇ₓJ, clipped.
 *  @example fgsm({ epsilon: 0.1, clip: [0, 1] }) */
export function fgsm(options: FgsmOptions): Attack {
  checkKeys('fgsm', options, ['epsilon', 'clip', 'targeted'], true);
  const { epsilon, within, toward } = common('fgsm', options);
  return attackOf({ name: 'fgsm', options: { ...options } }, 0, (slope, x) =>
    within(add(x, scale(sign(slope(x)), toward * epsilon))),
  );
}

/** Projected gradient descent (Madry et al. 2018): small steps along the sign of the gradient, each projected back to
 *  within ε of x and into the clip range.
 *  @example pgd({ epsilon: 0.1, stepSize: 0.03, steps: 5, clip: [0, 1] }) */
export function pgd(options: PgdOptions): Attack {
  const name = 'pgd';
  checkKeys(name, options, ['epsilon', 'stepSize', 'steps', 'clip', 'targeted', 'randomStart', 'seed'], true);
  const { epsilon, within, toward } = common(name, options);
  const stepSize = positive(name, 'stepSize', options.stepSize);
  const steps = integer(name, 'steps', options.steps, 1, 1 << 16);
  const randomStart = flag(name, 'randomStart', options.randomStart ?? true);
  return attackOf({ name, options: { ...options } }, options.seed ?? 0, (slope, x, { draw, step }) => {
    const [low, high] = [sub(x, epsilon), add(x, epsilon)];
    const back = (at: Tensor): Tensor => within(minimum(maximum(at, low), high));
    let at = randomStart ? back(add(x, uniform(x.shape, -epsilon, epsilon, draw, step))) : x;
    for (let i = 0; i < steps; i++) at = back(add(at, scale(sign(slope(at)), toward * stepSize)));
    return at;
  });
}

function common(where: string, { epsilon, clip, targeted = false }: FgsmOptions) {
  inRange(where, 'epsilon', epsilon, 0);
  const pair = Array.isArray(clip) && clip.length === 2 && clip.every((c) => typeof c === 'number');
  if (clip !== undefined && !(pair && clip[0] < clip[1]))
    throw new OptionError(`${where}: clip is ${shown(clip)}; it must be [low, high] with low below high`);
  return {
    epsilon,
    within: (x: Tensor): Tensor => (clip ? clamp(x, clip[0], clip[1]) : x),
    toward: flag(where, 'targeted', targeted) ? -1 : 1,
  };
}

/** Makes an attack from the function that moves x along the gradient of the loss. */
function attackOf(
  config: Config,
  seed: number,
  moved: (slope: (x: Tensor) => Tensor, x: Tensor, drawn: Drawn) => Tensor,
): Attack {
  const key = seedKey(seed, config.name);
  const perturbed: Attack['perturbed'] = (loss, x, drawn) => {
    const slope = (at: Tensor): Tensor => {
      const variable = identity(at);
      const [grad] = gradient(reshape(loss(variable), []), [variable]);
      return stopGradient(grad);
    };
    return stopGradient(moved(slope, x, drawn));
  };
  const attack = (model: Model, loss: Loss, x: Tensor | Values, y: Tensor | Values): Tensor => {
    if (!isModel(model)) throw new OptionError(`${config.name}: the first argument is a model, not ${shown(model)}`);
    if (typeof loss !== 'function')
      throw new OptionError(`${config.name}: the second argument is a loss such as crossEntropy(), not ${shown(loss)}`);
    const [rows, target] = [asTensor(config.name, x), asTensor(config.name, y, 'y')];
    if (rows.shape.length < 2)
      throw new ShapeError(`${config.name}: x is ${show(rows.shape)}; give rows [n, …]: one example is one row, [[…]]`);
    const lossFunction = lossOf(config.name, 'loss', loss);
    const at = perturbed((t) => lossFunction(model(t, { training: false }), target), rows, {
      draw: { key, stream: streams.attack },
    });
    return constant(realize(at), at.shape);
  };
  return made(Object.assign(attack, { config, perturbed }));
}
