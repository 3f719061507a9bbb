import { type Config, type Configured, made } from '../config.js';
import { OptionError, ShapeError } from '../errors.js';
import { constant, full } from '../graph/leaves.js';
import { refuse, shown } from '../options.js';
import { sameShape, show } from '../graph/shape.js';
import { held, Tensor } from '../graph/tensor.js';
import { copied } from '../ops/copy.js';
import { asTensor } from '../ops/operand.js';
import { reshape } from '../ops/reshape.js';
import { Clock, nativeRule, type Rule, still } from './rule.js';
import { checkRate, type Rate } from './schedule.js';

/** The state of an optimizer: its vectors, and the number of updates made. */
export interface OptimizerState {
  readonly step: number;
  readonly vectors: Readonly<Record<string, Tensor>>;
}

/** An optimizer: a rule of the stage 'update', which can also be used alone, on tensors. */
export interface Optimizer extends Configured {
  readonly learningRate: Rate;
  readonly rule: Rule;
  /** The rules of an optimizer that has several. Groups of parameters apply to the first only. */
  readonly rules?: readonly Rule[];
  /** For an optimizer that needs a second gradient: the place θ′ where it is taken, from θ and its gradient. */
  readonly ascent?: (theta: Tensor, grad: Tensor) => Tensor;
  /** The optimizer that makes the update with the second gradient. */
  readonly base?: Optimizer;
  /** Returns the state before the first update. */
  init(theta: Tensor): OptimizerState;
  /** Makes one update, and returns the new parameters and state. Nothing is changed in place. */
  update(theta: Tensor, grad: Tensor, state: OptimizerState): { theta: Tensor; state: OptimizerState };
}

export function checkOptimizer(where: string, base: unknown): asserts base is Optimizer {
  if (typeof base === 'object' && base !== null && 'rule' in base) return;
  const hint = typeof base === 'string' && /^\w+$/.test(base) ? `; call it: ${base.slice(0, 20)}()` : '';
  throw new OptionError(`${where}: the first argument is an optimizer, such as adam(); got ${shown(base)}${hint}`);
}

/** Checks a state that init or update has returned for parameters of this shape. */
function checkedState(where: string, state: OptimizerState, names: readonly string[], theta: Tensor): OptimizerState {
  const fits = (x: unknown): boolean => x instanceof Tensor && x.size === theta.size;
  const { step, vectors } = Object(state) as Partial<OptimizerState>;
  if (Number.isSafeInteger(step) && names.every((name) => fits(vectors?.[name]))) return state;
  return refuse(where, 'state', state, `what init or update gives for ${show(theta.shape)}`);
}

type Parts = Pick<Rule, 'scalars' | 'apply'> & {
  state: readonly string[];
  copies?: readonly string[];
  native?: boolean;
};

/** Makes an optimizer from its rule. */
export function optimizerOf(config: Config, learningRate: Rate, parts: Parts): Optimizer {
  checkRate(config.name, learningRate);
  const rule: Rule = { ...nativeRule(config, { stage: 'update', ...parts }), native: parts.native ?? true };
  const clock = new Clock();
  return made({
    config,
    learningRate,
    rule,
    init(given) {
      const theta = asTensor(`${config.name}.init`, given, 'theta');
      const first = (name: string): Tensor => (rule.copies.includes(name) ? theta : full(theta.shape, 0));
      return { step: 0, vectors: Object.fromEntries(rule.state.map((name) => [name, first(name)])) };
    },
    update(parameters, slope, state) {
      const where = `${config.name}.update`;
      const [theta, grad] = [asTensor(where, parameters, 'theta'), asTensor(where, slope, 'grad')];
      const { step, vectors } = checkedState(where, state, rule.state, theta);
      if (!sameShape(theta.shape, grad.shape))
        throw new ShapeError(
          `${config.name}: theta is ${show(theta.shape)} and grad ${show(grad.shape)}; shapes must be equal`,
        );
      // Kernels work in place on flat vectors, so they get copies.
      const flat = (t: Tensor): Tensor => reshape(copied(t), [t.size]);
      const moment = clock.at(step, learningRate);
      const scalars = rule.scalars(moment);
      const next = rule.apply(
        {
          theta: flat(theta),
          grad: reshape(grad, [grad.size]),
          state: Object.fromEntries(rule.state.map((name) => [name, flat(vectors[name])])),
          scalars: constant(Float32Array.from(scalars), [scalars.length]),
          step: constant(Float32Array.of(step), [1]),
          learningRate: constant(Float32Array.of(moment.learningRate), [1]),
        },
        [],
        still,
      );
      // Reading θ computes the states too; otherwise they would grow into ever longer descriptions.
      if (next.theta && next.state) held(next.theta).beside ??= Object.values(next.state).map(held);
      const shaped = (t: Tensor): Tensor => reshape(t, theta.shape);
      const after = { ...vectors, ...next.state };
      return {
        theta: shaped(next.theta ?? theta),
        state: { step: step + 1, vectors: Object.fromEntries(rule.state.map((name) => [name, shaped(after[name])])) },
      };
    },
  });
}
