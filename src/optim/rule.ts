import { type Config, type Configured, made } from '../config.js';
import { callable, checkKeys, names as nameList, oneOf, refuse } from '../options.js';
import { constant } from '../graph/leaves.js';
import { Tensor } from '../graph/tensor.js';
import { elements } from '../graph/values.js';
import type { Segment } from '../nn/parameters.js';
import type { Draw } from '../ops/random.js';
import { streams } from '../random/keys.js';
import { type Rate, rateAt } from './schedule.js';

/** When a rule acts in a training step: on θ before the gradient (undone before the update), on the gradient, in place of
 *  the update, on θ after it, or on averages at the end. */
export const STAGES = ['perturb', 'gradient', 'update', 'project', 'average'] as const;
export type Stage = (typeof STAGES)[number];

/** What scalars are made of: the update's number from 0, the rate, and βᵏ⁺¹ as a running product in float64. */
export interface Moment {
  readonly step: number;
  readonly learningRate: number;
  power(base: number): number;
}

/** Flat vectors and the step's scalars, as an `apply` sees them. */
export interface Vectors {
  readonly theta: Tensor;
  readonly grad: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
  /** [number of scalars]; rounded to float32 once. */
  readonly scalars: Tensor;
  /** [1], the update's number from 0. */
  readonly step: Tensor;
  readonly learningRate: Tensor;
}
/** Random numbers of a rule's own, and the counter that makes every batch's different. */
export type Draws = () => { draw: Draw; step: Tensor };
/** The same numbers always: where a rule is applied outside of training. */
export const still: Draws = () => ({
  draw: { key: [0, 0], stream: streams.rule },
  step: constant(new Int32Array(1), [1]),
});
/** Those that the rule changed. */
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
  /** Those of them that begin as copies of θ instead. */
  readonly copies: readonly string[];
  scalars(moment: Moment): readonly number[];
  apply(vectors: Vectors, segments: readonly Segment[], draws: Draws): Changes;
  /** Order among the rules of 'gradient': accumulate, penalties, noise, clip. */
  readonly order: number;
  /** The library's own kernels keep padding at zero and overwrite in place. */
  readonly native: boolean;
  /** The same rule where one that counts in epochs learns how many updates an epoch has. */
  withEpochs?(updates: number): Rule;
  /** Of an average: whether it is of other parameters than those that running statistics were collected with, after so many updates. */
  recalibrates?(step: number): boolean;
}

export interface RuleOptions {
  stage: Stage;
  state?: readonly string[] | string;
  /** Numbers that may change from step to step. */
  scalars?: (moment: Moment) => readonly number[];
  /** Returns the vectors that it changed. */
  apply: (vectors: Vectors) => Changes;
}

/** A rule of your own: any change of θ, of the gradient or of an average, in ops, compiled into the step.
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

/** What a function of the user's gave back: tensors by these names, and states by theirs. */
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

/** A rule of the library. */
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

/** The scalars' view of update k under a rate. `power` multiplies on, so it must be asked for every k in turn. */
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
