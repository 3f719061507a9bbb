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
import { checkLosses, type Losses, type LossWeights } from './tasks.js';
import type { Recipe } from './updater.js';

/** The options that say what an update is; fit and trainStep share them. */
export interface RecipeOptions {
  /** mse() and its like, or a function of outputs and targets that gives one number; for a model of several heads one for each. A
   *  function of your own gets single numbers in the output's shape: [n, 1] where the output is. */
  loss: Losses;
  /** Of several heads: how much each loss counts (default 1), or 'uncertainty': learned (Kendall et al. 2018). */
  lossWeights?: LossWeights;
  optimizer: Optimizer;
  /** l2(λ), l1(λ). */
  penalties?: OneOrMany<Rule>;
  /** augment.rotate({ degrees: 10 }) and its like, one after another: other changes of the data in every epoch, in training only. */
  augment?: OneOrMany<Augmentation>;
  /** adversarial({ attack, share }): a share of the loss is taken on attacked examples. */
  adversarial?: Adversarial;
  /** clip.globalNorm(c) and its like, in the order given; the norm that is reported is taken before. */
  clip?: OneOrMany<Rule>;
  /** weightNoise({ std }), noisyGradient({ std }). */
  noise?: OneOrMany<Rule>;
  /** constrain.maxNorm(c) and its like: where weights go back to after every update. */
  constrain?: OneOrMany<Rule>;
  /** ema({ decay }) or swa({ start }): fit evaluates this average of the parameters, and the model has it at the end. */
  average?: OneOrMany<Rule>;
  /** Parameters with rates of their own: { only: (name) => name.startsWith('0.'), learningRate: 0 } freezes the first layer. */
  groups?: OneOrMany<Group>;
  /** Batches of an update: their gradients are averaged over all rows, as if they were one batch. Default 1. */
  accumulate?: number;
  /** Rules of your own. */
  rules?: OneOrMany<Rule>;
  /** Of the parameters' first values, the order of the rows, and dropout. Default 0. */
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

/** Refuses what is no optimizer. */
export function checkOptimizer(where: string, optimizer: Optimizer): void {
  if (!('rule' in Object(optimizer)))
    throw notMade(where, 'optimizer', optimizer, 'adam() or sgd({ learningRate: 0.1 })');
}
/** Refuses what are no rules; `example` is a call of one that is. */
export function checkRules(where: string, option: string, example: string, some: OneOrMany<Rule> | undefined): void {
  for (const rule of listOf(some))
    if (typeof rule !== 'object' || rule === null || !('stage' in rule))
      throw new OptionError(`${where}: ${option} are made by calling ${example}; got ${shown(rule)}`);
}

export function recipeOf(
  where: string,
  {
    loss,
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
): Recipe {
  checkLosses(where, loss);
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
