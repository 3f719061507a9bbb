import { type Config, type Configured, made } from '../config.js';
import { callable, checkKeys, names as nameList, oneOf, refuse } from '../options.js';
import { constant } from '../graph/leaves.js';
import { Tensor } from '../graph/tensor.js';
import { elements } from '../graph/values.js';
import type { Segment } from '../nn/parameters.js';
import type { Draw } from '../ops/random.js';
import { streams } from '../random/keys.js';
import { type Rate, rateAt } from './schedule.js';

/** The stages of a training step at which a rule may act: on θ before the gradient (undone before the update), on the
 *  gradient, as the update itself, on θ after it, or on averages at the end. */
export const STAGES = ['perturb', 'gradient', 'update', 'project', 'average'] as const;
export type Stage = (typeof STAGES)[number];

/** The context from which a rule computes its scalars: the number of the update from 0, the rate, and βᵏ⁺¹ as a running
 *  product in float64. */
export interface Moment {
  readonly step: number;
  readonly learningRate: number;
  power(base: number): number;
}

/** The arguments of `apply`: flat vectors and the scalars of the step. */
export interface Vectors {
  readonly theta: Tensor;
  readonly grad: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
  /** The scalars, [number of scalars], rounded to float32 once. */
  readonly scalars: Tensor;
  /** The number of the update, counted from 0, as [1]. */
  readonly step: Tensor;
  readonly learningRate: Tensor;
}
/** The random numbers of a rule, and the counter that makes them differ from batch to batch. */
export type Draws = () => { draw: Draw; step: Tensor };
/** Draws that are always the same, for a rule that is applied outside training. */
export const still: Draws = () => ({
  draw: { key: [0, 0], stream: streams.rule },
  step: constant(new Int32Array(1), [1]),
});
/** The vectors that a rule has changed. */
export interface Changes {
  theta?: Tensor;
  grad?: Tensor;
  state?: Readonly<Record<string, Tensor>>;
  /** A number to add to the loss that is reported. */
  penalty?: Tensor;
}

export interface Rule extends Configured {
  readonly stage: Stage;
  /** Names of vectors like θ that the rule keeps from step to step; they begin at 0. */
  readonly state: readonly string[];
  /** The names among `state` whose vectors begin as copies of θ instead. */
  readonly copies: readonly string[];
  scalars(moment: Moment): readonly number[];
  apply(vectors: Vectors, segments: readonly Segment[], draws: Draws): Changes;
  /** The order among the rules of 'gradient': accumulation, penalties, noise, clipping. */
  readonly order: number;
  /** Whether the rule uses kernels of the library, which keep padding at zero and overwrite in place. */
  readonly native: boolean;
  /** For a rule that counts in epochs: returns the same rule, given the number of updates in an epoch. */
  withEpochs?(updates: number): Rule;
  /** For an average: whether, after this many updates, its parameters differ from those with which running statistics
   *  were collected. */
  recalibrates?(step: number): boolean;
}

export interface RuleOptions {
  stage: Stage;
  state?: readonly string[] | string;
  /** Returns numbers that may change from step to step. */
  scalars?: (moment: Moment) => readonly number[];
  /** Returns the vectors that it changed. */
  apply: (vectors: Vectors) => Changes;
}

/** Makes a rule of your own: any change of θ, of the gradient or of an average, written with ops and compiled into the
 *  step.
 *  @example rule({ stage: 'gradient', apply: ({ grad }) => ({ grad: grad.mul(0.5) }) }) */
export function rule(options: RuleOptions): Rule {
  checkKeys('rule', options, ['stage', 'state', 'scalars', 'apply'], true);
  const stage = oneOf('rule', 'stage', options.stage, STAGES);
  const { state = [], scalars = () => [], apply } = options;
  const names = typeof state === 'string' ? [state] : nameList('rule', 'state', state);
  callable('rule', 'apply', apply, 'a function of { theta, grad, state, scalars, step }');
  callable('rule', 'scalars', scalars, 'a function of the step that gives numbers');
  return made({
    config: { name: 'rule', options: { ...options } },
    stage,
    state: names,
    copies: [],
    scalars: (moment) => Array.from(elements('rule', scalars(moment), 'scalars')),
    apply(vectors) {
      const changes = apply(vectors);
      checkChanges('rule: apply', changes, ['theta', 'grad', 'state', 'penalty'], names);
      return changes;
    },
    order: 2,
    native: false,
  });
}

/** Checks the result of a user's function: tensors under these names, and states under theirs. */
export function checkChanges(
  where: string,
  changes: unknown,
  known: readonly string[],
  states: readonly string[],
): asserts changes is Changes {
  checkKeys(where, changes, known, true);
  const given = changes as Record<string, unknown>;
  checkKeys(`${where}: state`, given.state, states);
  for (const [name, value] of Object.entries({ ...given, ...(given.state as object) }))
    if (name !== 'state' && value !== undefined && !(value instanceof Tensor)) refuse(where, name, value, 'a tensor');
}

/** Makes a rule of the library. */
export const nativeRule = (
  config: Config,
  {
    stage,
    state = [],
    copies = [],
    scalars = () => [],
    apply,
    order = 0,
  }: Partial<Rule> & Pick<Rule, 'stage' | 'apply'>,
): Rule => made({ config, stage, state, copies, scalars, apply, order, native: true });

/** Gives the context of update k under a rate. `power` is a running product, so updates must be asked for in turn. */
export class Clock {
  readonly #powers = new Map<number, { k: number; value: number }>();

  at(step: number, rate: Rate, factor = 1): Moment {
    return {
      step,
      learningRate: rateAt(rate, step) * factor,
      power: (base) => {
        let known = this.#powers.get(base);
        if (!known || known.k > step) {
          known = { k: -1, value: 1 };
          this.#powers.set(base, known);
        }
        for (; known.k < step; known.k++) known.value *= base;
        return known.value;
      },
    };
  }
}
