import { OptionError, UnsupportedError } from '../errors.js';
import { type Augmentation, checkAugmentation } from '../augment/augmentation.js';
import { compose } from '../augment/compose.js';
import type { Adversarial } from '../regularize/adversarial.js';
import { AVERAGE } from '../regularize/averages.js';
import { notMade } from '../made.js';
import { integer, isGiven, shown } from '../options.js';
import { seedKey } from '../random/keys.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Rule } from '../optim/rule.js';
import { checkGroups, type Group } from './groups.js';
import { listOf, type OneOrMany } from './lists.js';
import { checkLosses, type Losses, type LossWeights, NO_LOSS } from './tasks.js';
import type { Recipe } from './updater.js';

/** The options that say what an update is; fit and trainStep share them. */
export interface RecipeOptions {
  /** The loss: mse() or another factory's, or a function of outputs and targets that returns one number; for a model of several heads, one for each. A
   *  function of your own gets targets in the output's shape: [n, 1] if that is the output's. Needed unless there is an `objective`. */
  loss?: Losses;
  /** With several heads, the weight of each loss (default 1), or 'uncertainty' for learned weights (Kendall et al. 2018). */
  lossWeights?: LossWeights;
  optimizer: Optimizer;
  /** Penalties: l2(λ), l1(λ). */
  penalties?: OneOrMany<Rule>;
  /** Augmentations, such as augment.rotate({ degrees: 10 }), applied in order: random changes of the training data, different in every epoch. */
  augment?: OneOrMany<Augmentation>;
  /** Adversarial training: adversarial({ attack, share }) computes a share of the loss on attacked examples. */
  adversarial?: Adversarial;
  /** Gradient clipping, such as clip.globalNorm(c), in the order given; the reported norm is that before clipping. */
  clip?: OneOrMany<Rule>;
  /** Noise: weightNoise({ std }), noisyGradient({ std }). */
  noise?: OneOrMany<Rule>;
  /** Constraints, such as constrain.maxNorm(c): sets onto which weights are projected after every update. */
  constrain?: OneOrMany<Rule>;
  /** An average of the parameters, ema({ decay }) or swa({ start }), which fit evaluates and the model has at the end. */
  average?: OneOrMany<Rule>;
  /** Groups of parameters with learning rates of their own: { only: (name) => name.startsWith('0.'), learningRate: 0 } freezes the first layer. */
  groups?: OneOrMany<Group>;
  /** The number of batches per update: gradients are averaged over all their rows, as if they were one batch. Default 1. */
  accumulate?: number;
  /** Rules of your own. */
  rules?: OneOrMany<Rule>;
  /** The seed of the parameters' initial values, the order of the rows, and dropout. Default 0. */
  seed?: number;
}
export const RECIPE = [
  'loss',
  'lossWeights',
  'optimizer',
  'penalties',
  'augment',
  'adversarial',
  'noise',
  'clip',
  'constrain',
  'average',
  'groups',
  'accumulate',
  'rules',
  'seed',
] as const;

/** Refuses a value that is not an optimizer. */
export function checkOptimizer(where: string, optimizer: Optimizer): void {
  if (!('rule' in Object(optimizer)))
    throw notMade(where, 'optimizer', optimizer, 'adam() or sgd({ learningRate: 0.1 })');
}
/** Refuses values that are not rules; `example` is the call of a rule, for the message. */
export function checkRules(where: string, option: string, example: string, some: OneOrMany<Rule> | undefined): void {
  for (const rule of listOf(some))
    if (typeof rule !== 'object' || rule === null || !('stage' in rule))
      throw new OptionError(`${where}: ${option} are made by calling ${example}; got ${shown(rule)}`);
}

export function recipeOf(
  where: string,
  {
    loss = NO_LOSS,
    lossWeights,
    optimizer,
    penalties,
    augment,
    adversarial,
    noise,
    clip,
    constrain,
    average,
    groups,
    accumulate = 1,
    rules,
    seed = 0,
  }: RecipeOptions,
  /** Whether there is an objective instead of a loss. */
  aimed = false,
): Recipe {
  checkLosses(where, loss === NO_LOSS && !aimed ? undefined : loss);
  checkOptimizer(where, optimizer);
  seedKey(seed, where);
  if (isGiven(adversarial) && !('attack' in Object(adversarial)))
    throw new OptionError(`${where}: adversarial is made by calling adversarial({ attack: fgsm({ epsilon: 0.1 }) })`);
  for (const [option, example, some] of [
    ['penalties', 'l2(1e-4)', penalties],
    ['noise', 'weightNoise({ std: 0.01 })', noise],
    ['clip', 'clip.globalNorm(1)', clip],
    ['constrain', 'constrain.maxNorm(3)', constrain],
    ['average', 'ema({ decay: 0.999 })', average],
    ['rules', 'rule({ … })', rules],
  ] as const)
    checkRules(where, option, example, some);
  const averages = listOf(average);
  if (averages.length > 1 || averages.some(({ state }) => !state.includes(AVERAGE)))
    throw new OptionError(`${where}: average is one of ema({ decay }) and swa({ start })`);
  integer(where, 'accumulate', accumulate, 1);
  const augments = listOf(augment);
  for (const each of augments) checkAugmentation(where, 'augment', each);
  if (lossWeights === 'uncertainty' && accumulate > 1)
    throw new UnsupportedError(
      `${where}: lossWeights 'uncertainty' cannot be learned with accumulate; leave one of them out`,
    );
  return {
    where,
    loss,
    lossWeights,
    optimizer,
    rules: [penalties, noise, clip, rules, constrain, average].flatMap((some) => [...listOf(some)]),
    average: averages.at(0),
    augment: augments.length ? compose(augments) : undefined,
    adversarial,
    groups: checkGroups(where, listOf(groups)),
    accumulate,
    seed,
  };
}
