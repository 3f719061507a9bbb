import {
  accuracy,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  adversarial,
  augment,
  clip,
  constrain,
  cosineDecay,
  crossEntropy,
  earlyStopping,
  ema,
  fgsm,
  type FitOptions,
  l1,
  l2,
  linearDecay,
  lion,
  mse,
  nadam,
  noisyGradient,
  type Optimizer,
  r2,
  radam,
  type Rate,
  rmsprop,
  sam,
  sgd,
  swa,
  weightNoise,
} from '../index.js';
import type { Prepared } from './data.js';
import type { Given } from './options.js';
import { UsageError } from './kinds.js';

/** Makes a list of what an option adds: empty where the option is 0 or 'none'. */
const of = <T, R>(value: T | 'none', make: (value: T) => R): R[] =>
  value === 'none' || value === 0 ? [] : [make(value)];

/** Translates the command's options into options of `fit`. */
export function recipeOf(given: Given, data: Prepared): FitOptions {
  const classes = data.all.kind === 'classes';
  const labelSmoothing = given['label-smoothing'];
  if (labelSmoothing && !classes)
    throw new UsageError(`--label-smoothing is for classes, and '${data.all.targetName}' has values; leave it out`);
  const attack = of(given.adversarial, (epsilon) => fgsm({ epsilon })).at(0);
  return {
    loss: classes ? crossEntropy({ labelSmoothing }) : mse(),
    metrics: classes ? accuracy() : r2(),
    optimizer: optimizerOf(given, Math.ceil(data.train.size / given['batch-size']) * given.epochs),
    batchSize: given['batch-size'],
    epochs: given.epochs,
    seed: given.seed,
    validation: data.validation,
    penalties: [
      ...of(given.l1, (lambda) => l1(lambda)),
      ...of(given['l1-proximal'], (lambda) => l1(lambda, { proximal: true })),
      ...of(given.l2, (lambda) => l2(lambda)),
    ],
    constrain: [
      ...of(given['l2-ball'], (radius) => constrain.l2Ball(radius)),
      ...of(given['l1-ball'], (radius) => constrain.l1Ball(radius)),
      ...of(given['max-norm'], (c) => constrain.maxNorm(c)),
    ],
    noise: [
      ...of(given['weight-noise'], (std) => weightNoise({ std })),
      ...of(given['gradient-noise'], (std) => noisyGradient({ std })),
    ],
    clip: of(given.clip, (c) => clip.globalNorm(c)),
    augment: of(given.mixup, (alpha) => augment.mixup({ alpha })),
    adversarial: attack && adversarial({ attack }),
    average: [...of(given.ema, (decay) => ema({ decay })), ...of(given.swa, (epochs) => swa({ start: { epochs } }))],
    stop: of(given.patience, (patience) => {
      const retrain = given.retrain === 'none' ? undefined : given.retrain;
      return earlyStopping({ patience, retrain });
    }).at(0),
    onDivergence: given['on-divergence'],
  };
}

const OPTIMIZERS: Record<Given['optimizer'], (learningRate?: Rate) => Optimizer> = {
  adam: (learningRate) => adam({ learningRate }),
  adamw: (learningRate) => adamw({ learningRate }),
  adamax: (learningRate) => adamax({ learningRate }),
  nadam: (learningRate) => nadam({ learningRate }),
  radam: (learningRate) => radam({ learningRate }),
  adagrad: (learningRate) => adagrad({ learningRate }),
  adadelta: (learningRate) => adadelta({ learningRate }),
  rmsprop: (learningRate) => rmsprop({ learningRate }),
  lion: (learningRate) => lion({ learningRate }),
  sgd: (learningRate = 0.1) => sgd({ learningRate }),
  momentum: (learningRate = 0.01) => sgd({ learningRate, momentum: 0.9 }),
  nesterov: (learningRate = 0.01) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
};

function optimizerOf({ optimizer, rate, schedule, sam: rho }: Given, steps: number): Optimizer {
  const make = OPTIMIZERS[optimizer];
  const from = rate ?? (make().learningRate as number);
  const base = make(
    schedule === 'linear' ? linearDecay({ from, steps }) : schedule === 'cosine' ? cosineDecay({ from, steps }) : rate,
  );
  return rho ? sam(base, { rho }) : base;
}
