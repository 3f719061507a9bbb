import { realize } from '../compile/realize.js';
import { OptionError } from '../errors.js';
import { checkKeys, inRange, integer } from '../options.js';
import { readable, short } from '../readable.js';
import { grad, valueAndGrad } from '../differentiate/grad.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Segment } from '../nn/parameters.js';
import type { Optimizer } from '../optim/optimizer.js';
import { type Rule, still } from '../optim/rule.js';
import { add } from '../ops/arithmetic.js';
import { asTensor } from '../ops/operand.js';
import { normal } from '../ops/random.js';
import { seedKey } from '../random/keys.js';
import { checkOptimizer, checkRules } from '../train/recipe.js';
import { listOf, type OneOrMany } from '../train/lists.js';

export interface DescendOptions {
  /** The point to start from. */
  start: readonly number[];
  /** The number of updates. */
  steps: number;
  /** Clipping rules such as clip.globalNorm(c), applied in the order given. */
  clip?: OneOrMany<Rule>;
  /** The standard deviation of the noise that is added to every gradient. Default 0. */
  noise?: number;
  /** The seed of the noise. Default 0. */
  seed?: number;
}
/** The path of an optimizer: points[0] is the start, values[i] is f(points[i]). */
export interface Descent {
  readonly points: number[][];
  readonly values: number[];
}

/** Minimizes a function of one vector with an optimizer, and records the path, which ends where a value or gradient is
 *  not finite.
 *  @example descend((x) => x.square().sum(), sgd({ learningRate: 0.1 }), { start: [1, -2], steps: 20 }).points.at(-1) */
export function descend(f: (x: Tensor) => Tensor, optimizer: Optimizer, options: DescendOptions): Descent {
  checkKeys('descend', options, ['start', 'steps', 'clip', 'noise', 'seed'], true);
  checkOptimizer('descend', optimizer);
  const { clip, seed = 0 } = options;
  checkRules('descend', 'clip', 'clip.globalNorm(1)', clip);
  const key = seedKey(seed, 'descend');
  const noise = inRange('descend', 'noise', options.noise ?? 0, 0);
  const steps = integer('descend', 'steps', options.steps, 0);
  if (typeof f !== 'function') throw new OptionError(`descend: f must be a function of a tensor, not ${typeof f}`);
  let theta = asTensor('descend', options.start, 'start', '[n]');
  const { size } = theta;
  const whole: Segment = { name: 'x', shape: [size], size, offset: 0, trainable: true, kind: 'weight' };
  const none = constant(new Float32Array(1), [1]);
  const { update } = optimizer.base ?? optimizer;
  let state = optimizer.init(theta);
  const [points, values]: [number[][], number[]] = [[], []];
  for (let k = 0; ; k++) {
    const { value, grads } = valueAndGrad(f, { wrt: [0] })(theta);
    points.push([...realize(theta)]);
    values.push(realize(value)[0]);
    let slope = grads[0];
    if (k === steps || !Number.isFinite(values[k]) || !realize(slope).every(Number.isFinite))
      // Not enumerable, so that results stay equal to their copies: a picture draws the function below the path.
      return Object.defineProperty(readable({ points, values }, textOf), 'f', { value: f });
    if (optimizer.ascent) slope = grad(f)(constant(realize(optimizer.ascent(theta, slope)), [size]));
    if (noise) slope = add(slope, normal([size], 0, noise, { key, stream: k }));
    const clipped = listOf(clip).reduce(
      (grad, rule) =>
        rule.apply({ theta, grad, state: {}, scalars: none, step: none, learningRate: none }, [whole], still).grad ??
        grad,
      slope,
    );
    const next = update(theta, constant(realize(clipped), [size]), state);
    theta = constant(realize(next.theta), [size]);
    state = next.state;
  }
}

function textOf({ points, values }: Descent): string {
  const at = (i: number): string => `[${points[i].map(short).join(', ')}] with the value ${short(values[i])}`;
  return `${points.length - 1} updates from ${at(0)} to ${at(points.length - 1)}`;
}
