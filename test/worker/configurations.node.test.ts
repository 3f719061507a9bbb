import { describe, expect, test } from 'vitest';
import * as regulus from '../../src/index.js';
import { rebuilt, type Source, toJson } from '../../src/io/configuration.js';
import { ofModels, ofOption } from '../../src/remote/sources.js';
import { ARGUMENTS } from '../io/arguments.js';
import { configuredFactories } from './factories.js';

const { augment, clip, fgsm, linearDecay, cosineDecay, adam, adamw, sgd, lookahead, sam } = regulus;

/** The option of fit that takes the result of a factory, and the arguments of the factory. */
type Row = readonly [option: string, ...args: unknown[]];
const loss = (...args: unknown[]): Row => ['loss', ...args];
const metric = (...args: unknown[]): Row => ['metrics', ...args];
const optimizer = (...args: unknown[]): Row => ['optimizer', ...args];
/** A schedule is given in a group, as it could be in an optimizer. */
const schedule = (...args: unknown[]): Row => ['groups', ...args];
const augmentation = (...args: unknown[]): Row => ['augment', ...args];

const ROWS: Readonly<Record<string, Row>> = {
  binaryCrossEntropy: loss({ from: 'probabilities', labelSmoothing: 0.1 }),
  crossEntropy: loss({ classWeights: [1, 2], smoothing: 'uniform' }),
  hinge: loss(),
  huber: loss({ delta: 0.5 }),
  cosineSimilarity: loss(),
  focal: loss({ gamma: 1 }),
  gaussianNll: loss(),
  kl: loss(),
  mae: loss(),
  mse: loss(),
  poisson: loss(),
  quantile: loss([0.1, 0.9]),
  triplet: loss({ margin: 0.5 }),

  accuracy: metric({ threshold: 0.5 }),
  balancedAccuracy: metric(),
  confusionMatrix: metric(),
  f1: metric({ of: 'three' }),
  fBeta: metric(2, { of: 1 }),
  mape: metric(),
  prAuc: metric(),
  precision: metric(),
  r2: metric(),
  rmse: metric(),
  recall: metric(),
  rocAuc: metric(),
  topK: metric(3),

  adadelta: optimizer({ rho: 0.8 }),
  adagrad: optimizer(),
  adam: optimizer({ learningRate: linearDecay({ from: 0.1, epochs: 3 }), amsgrad: true }),
  adamax: optimizer({ beta1: 0.8 }),
  adamw: optimizer({ weightDecay: 0.1, only: 'weights' }),
  lion: optimizer(),
  lookahead: optimizer(sam(adamw({ learningRate: cosineDecay({ from: 0.1, steps: 9 }) }), { rho: 0.1 }), { every: 3 }),
  nadam: optimizer({ momentumDecay: 0.01 }),
  radam: optimizer(),
  rmsprop: optimizer({ centered: true }),
  sam: optimizer(lookahead(adam({ learningRate: 0.2 }), { share: 0.4 })),
  sgd: optimizer({ learningRate: 0.1, momentum: 0.9, nesterov: true }),

  cosineDecay: schedule({ from: 0.1, steps: 10 }),
  cosineRestarts: schedule({ from: 0.1, steps: 10, grow: 2 }),
  cyclic: schedule({ from: 0.1, to: 0.2, up: 3, down: 4 }),
  exponentialDecay: schedule({ from: 0.1, factor: 0.9 }),
  inverseTime: schedule({ from: 0.1, decay: 0.1 }),
  linearDecay: schedule({ from: 0.1, to: 0.01, steps: 10 }),
  multiStep: schedule({ from: 0.1, factor: 0.5, at: [3, 5] }),
  oneCycle: schedule({ peak: 0.1, steps: 10 }),
  piecewise: schedule({ at: [3], values: [0.1, 0.2] }),
  polynomialDecay: schedule({ from: 0.1, steps: 10, power: 2 }),
  stepDecay: schedule({ from: 0.1, factor: 0.5, every: 3 }),
  warmup: schedule(linearDecay({ from: 0.1, epochs: 3 }), { steps: 5, from: 0.01 }),

  l1: ['penalties', 1e-3, { only: 'all', proximal: true }],
  l2: ['penalties', 1e-3],
  elasticNet: ['penalties', { l1: 1e-3, l2: 1e-4, only: 'all' }],
  weightNoise: ['noise', { std: 0.1 }],
  noisyGradient: ['noise', { std: 0.1, only: 'all' }],
  ema: ['average', { decay: 0.99 }],
  swa: ['average', { start: { epochs: 2 }, every: 3 }],
  'constrain.l1Ball': ['constrain', 100],
  'constrain.l2Ball': ['constrain', 10, { only: 'all' }],
  'constrain.maxNorm': ['constrain', 3],
  'clip.adaptive': ['clip', 0.01],
  'clip.globalNorm': ['clip', 1],
  'clip.norm': ['clip', 1],
  'clip.value': ['rules', 0.5],

  'augment.compose': augmentation([augment.flipVertical(), augment.compose([augment.zoom({ range: [0.9, 1.1] })])]),
  'augment.crop': augmentation({ size: [6, 7], padding: 1 }),
  'augment.cutmix': augmentation({ alpha: 1 }),
  'augment.cutout': augmentation({ size: 4 }),
  'augment.flipHorizontal': augmentation({ p: 0.3 }),
  'augment.flipVertical': augmentation(),
  'augment.gaussianNoise': augmentation({ std: 0.1 }),
  'augment.mixup': augmentation({ alpha: 0.2 }),
  'augment.rotate': augmentation({ degrees: 10 }),
  'augment.scale': augmentation({ x: [0.9, 1.1], y: 0.1 }),
  'augment.translate': augmentation({ pixels: 2 }),
  'augment.zoom': augmentation({ range: [0.8, 1.2] }),

  adversarial: ['adversarial', { attack: fgsm({ epsilon: 0.1, clip: [0, 1] }), share: 0.3 }],
  fgsm: ['adversarial', { epsilon: 0.1, targeted: true }],
  pgd: ['adversarial', { epsilon: 0.1, stepSize: 0.03, steps: 5, randomStart: false, seed: 3 }],
  earlyStopping: ['stop', { patience: 3, every: { steps: 5 }, retrain: 'continue', maxEpochs: 4 }],
  checkpoint: ['checkpoint', { to: regulus.indexedDB('digits'), every: { steps: 5 }, keep: 3 }],
  indexedDB: ['checkpoint', 'digits'],
  reduceOnPlateau: ['monitors', { patience: 3, relative: true, monitor: 'training.loss' }],
};
/** Factories whose results are not rebuilt, with the reason. */
const STAYS: Readonly<Record<string, string>> = {
  'loggers.console': 'loggers are called where fit was',
  'loggers.csv': 'loggers are called where fit was',
  'loggers.jsonLines': 'loggers are called where fit was',
  'loggers.tensorBoard': 'loggers are called where fit was',
  'nn.lambda': 'its function is the user’s own: refused',
  'nn.defineModel': 'its function is the user’s own: refused',
  rule: 'its function is the user’s own: refused',
  lasso: 'a ready model is fitted where it is',
  logisticRegression: 'a ready model is fitted where it is',
  nearestNeighbors: 'a ready model is fitted where it is',
  ridge: 'a ready model is fitted where it is',
  share: 'it reads another model: refused',
  encodingOf: 'it is for entries of the package',
  lossFor: 'it is for entries of the package',
  modelOf: 'it is for entries of the package',
  polynomialFeatures: 'it prepares data, which are sent as numbers',
};

type Factory = (...args: readonly unknown[]) => object;
const found = (name: string): Factory =>
  name.split('.').reduce<unknown>((space, key) => (space as Record<string, unknown>)[key], regulus) as Factory;
const ofLayers = (name: string): boolean => /^(nn|init)\./.test(name);
const row = (name: string): { args: readonly unknown[]; source: Source } => {
  if (ofLayers(name)) return { args: ARGUMENTS[name.split('.')[1]] ?? [], source: ofModels };
  const [option, ...args] = ROWS[name];
  return { args, source: ofOption(option, regulus) };
};

const factories = configuredFactories('src/index.ts');
const sent = factories.filter((name) => !(name in STAYS));

test('every factory whose results carry a configuration has a row', () => {
  expect(factories.length).toBeGreaterThan(100);
  expect(sent.filter((name) => !ofLayers(name) && !(name in ROWS))).toEqual([]);
  expect([...Object.keys(ROWS), ...Object.keys(STAYS)].filter((name) => !factories.includes(name))).toEqual([]);
});

test.each(sent)('%s comes back from its configuration', (name) => {
  const { args, source } = row(name);
  const made = found(name)(...args);
  const json = JSON.stringify(toJson(made));
  const again = rebuilt(JSON.parse(json), 'it', source) as object;
  expect(JSON.stringify(toJson(again))).toBe(json);
  expect(typeof again).toBe(typeof made);
  expect(Object.keys(again)).toEqual(Object.keys(made));
});

describe('what a configuration means, its place says', () => {
  const noise = { name: 'gaussianNoise', options: { std: 0.5 } };
  test('a layer of noise, and noise on data', () => {
    expect(rebuilt(noise, 'model', ofModels)).toHaveProperty('call');
    expect(rebuilt(noise, 'options.augment', ofOption('augment', regulus))).toHaveProperty('apply');
  });
  test('a norm that clips is no op', () => {
    expect(rebuilt(clip.norm(2).config, 'options.clip', ofOption('clip', regulus))).toHaveProperty('stage', 'gradient');
  });
  test.each([
    ['loss', 'adam'],
    ['optimizer', 'mse'],
    ['metrics', 'fit'],
    ['rules', 'constructor'],
    ['augment', 'rule'],
  ])('%s cannot be %s', (option, name) => {
    expect(() => rebuilt({ name, options: {} }, `options.${option}`, ofOption(option, regulus))).toThrow(
      `options.${option} is '${name}', which is not the library's and cannot be sent to a worker`,
    );
  });
});

test('rules of a namespace that the library gets are found', () => {
  const l2Ball = (radius: number): object => ({ radius });
  const source = ofOption('constrain', { augment: {}, clip: {}, constrain: { l2Ball } });
  expect(rebuilt(toJson(regulus.constrain.l2Ball(3)), 'it', source)).toEqual({ radius: 3 });
});

test('groups, by head, and numbers in typed arrays', () => {
  const groups = [{ only: 'weights', learningRate: linearDecay({ from: 0.1, steps: 5 }) }];
  const again = rebuilt(toJson(groups), 'it', ofOption('groups', regulus)) as typeof groups;
  expect(again[0].learningRate(2)).toBe(groups[0].learningRate(2));
  const heads = { digit: regulus.crossEntropy({ classWeights: Float32Array.of(1, 2) as never }), width: regulus.mse() };
  expect(toJson(rebuilt(toJson(heads), 'it', ofOption('loss', regulus)))).toEqual({
    digit: { name: 'crossEntropy', options: { classWeights: [1, 2] } },
    width: { name: 'mse', options: {} },
  });
  expect(sgd({ learningRate: 1 }).config.options).toEqual({ learningRate: 1 });
});
