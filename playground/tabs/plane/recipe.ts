import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  binaryCrossEntropy,
  clip,
  constrain,
  cosineDecay,
  exponentialDecay,
  init,
  l1,
  l2,
  linearDecay,
  lion,
  type Model,
  nadam,
  nn,
  oneCycle,
  type Optimizer,
  radam,
  type Rate,
  type RecipeOptions,
  rmsprop,
  sgd,
  stepDecay,
  weightNoise,
  elu,
  gelu,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  softplus,
  tanh,
  type Tensor,
} from '../../../src/index.js';
import { exp, log } from '../../../src/random/hostMath.js';
import type { State } from '../../state.js';
import { activationsOf, unitsOf } from './spec.js';

/** Something that is made here, and its text in a program: each pair says the same twice. */
type Pair<T> = readonly [made: T, text: string];

const INITS: Readonly<Record<string, () => Pair<ReturnType<typeof init.normal>>>> = {
  xavier: () => [init.xavierUniform(), 'init.xavierUniform()'],
  kaiming: () => [init.kaimingNormal(), 'init.kaimingNormal()'],
  orthogonal: () => [init.orthogonal(), 'init.orthogonal()'],
  large: () => [init.normal({ std: 1 }), 'init.normal({ std: 1 })'],
  small: () => [init.normal({ std: 0.01 }), 'init.normal({ std: 0.01 })'],
  zeros: () => [init.zeros(), 'init.zeros()'],
};

/** The activations as functions, for pictures of what the hidden units do. */
export const ACTIVATIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  relu,
  tanh,
  sigmoid,
  leakyRelu: (x) => leakyRelu(x),
  elu: (x) => elu(x),
  gelu: (x) => gelu(x),
  silu,
  softplus,
};

/** The model of the settings, not built yet. */
export function modelOf(state: State): Pair<Model> {
  const [initial, initialText] = INITS[String(state.init)]();
  const activations = activationsOf(state);
  const keep = Number(state.keep);
  const std = Number(state.inputNoise);
  const layers: Pair<ReturnType<typeof nn.dense>>[] = [];
  if (std) layers.push([nn.gaussianNoise({ std }), `nn.gaussianNoise({ std: ${std} })`]);
  for (const [i, units] of unitsOf(String(state.layers)).entries()) {
    const activation = activations[i] as 'relu';
    layers.push([
      nn.dense(units, { activation, init: initial }),
      `nn.dense(${units}, { activation: '${activation}', init: ${initialText} })`,
    ]);
    if (keep < 1) layers.push([nn.dropout({ keep }), `nn.dropout({ keep: ${keep} })`]);
  }
  layers.push([nn.dense(1, { init: initial }), `nn.dense(1, { init: ${initialText} })`]);
  return [
    nn.sequential(layers.map(([layer]) => layer)),
    `nn.sequential([\n${layers.map(([, text]) => `  ${text},\n`).join('')}])`,
  ];
}

function rateOf(state: State, updates: number): Pair<Rate> {
  const from = Number(state.rate);
  const every = Math.max(1, Math.ceil(updates / 5));
  switch (state.schedule) {
    case 'linear':
      return [linearDecay({ from, steps: updates }), `linearDecay({ from: ${from}, steps: ${updates} })`];
    case 'cosine':
      return [cosineDecay({ from, steps: updates }), `cosineDecay({ from: ${from}, steps: ${updates} })`];
    case 'steps':
      return [stepDecay({ from, factor: 0.5, every }), `stepDecay({ from: ${from}, factor: 0.5, every: ${every} })`];
    case 'exponential': {
      // To a hundredth in the course of the run.
      const factor = Number(exp(log(0.01) / updates).toPrecision(6));
      return [exponentialDecay({ from, factor }), `exponentialDecay({ from: ${from}, factor: ${factor} })`];
    }
    case 'oneCycle':
      return [oneCycle({ peak: from, steps: updates }), `oneCycle({ peak: ${from}, steps: ${updates} })`];
    default:
      return [from, String(from)];
  }
}

const OPTIMIZERS: Readonly<Record<string, (rate: Rate) => Pair<Optimizer>>> = {
  sgd: (learningRate) => [sgd({ learningRate }), 'sgd({ learningRate })'],
  momentum: (learningRate) => [sgd({ learningRate, momentum: 0.9 }), 'sgd({ learningRate, momentum: 0.9 })'],
  nesterov: (learningRate) => [
    sgd({ learningRate, momentum: 0.9, nesterov: true }),
    'sgd({ learningRate, momentum: 0.9, nesterov: true })',
  ],
  adagrad: (learningRate) => [adagrad({ learningRate }), 'adagrad({ learningRate })'],
  adadelta: (learningRate) => [adadelta({ learningRate }), 'adadelta({ learningRate })'],
  rmsprop: (learningRate) => [rmsprop({ learningRate }), 'rmsprop({ learningRate })'],
  adam: (learningRate) => [adam({ learningRate }), 'adam({ learningRate })'],
  adamw: (learningRate) => [adamw({ learningRate }), 'adamw({ learningRate })'],
  adamax: (learningRate) => [adamax({ learningRate }), 'adamax({ learningRate })'],
  nadam: (learningRate) => [nadam({ learningRate }), 'nadam({ learningRate })'],
  radam: (learningRate) => [radam({ learningRate }), 'radam({ learningRate })'],
  lion: (learningRate) => [lion({ learningRate }), 'lion({ learningRate })'],
};

/** The options of trainStep for the settings; `updates` is the length of the whole run. */
export function recipeOf(state: State, updates: number): Pair<RecipeOptions> {
  const [rate, rateText] = rateOf(state, updates);
  const [optimizer, optimizerText] = OPTIMIZERS[String(state.optimizer)](rate);
  const on = (key: string): number => Number(state[key]);
  const penalties = [...(on('l2') ? [l2(on('l2'))] : []), ...(on('l1') ? [l1(on('l1'), { proximal: true })] : [])];
  const penaltyTexts = [
    ...(on('l2') ? [`l2(${on('l2')})`] : []),
    ...(on('l1') ? [`l1(${on('l1')}, { proximal: true })`] : []),
  ];
  const made: RecipeOptions = {
    loss: on('smoothing') ? binaryCrossEntropy({ labelSmoothing: on('smoothing') }) : binaryCrossEntropy(),
    optimizer,
    seed: on('seed'),
    ...(penalties.length && { penalties }),
    ...(on('weightNoise') && { noise: weightNoise({ std: on('weightNoise') }) }),
    ...(on('clip') && { clip: clip.globalNorm(on('clip')) }),
    ...(on('maxNorm') && { constrain: constrain.maxNorm(on('maxNorm')) }),
  };
  const texts = [
    `loss: binaryCrossEntropy(${on('smoothing') ? `{ labelSmoothing: ${on('smoothing')} }` : ''})`,
    `optimizer: ${optimizerText.replace('{ learningRate', `{ learningRate: ${rateText}`)}`,
    `seed: ${on('seed')}`,
    ...(penaltyTexts.length ? [`penalties: [${penaltyTexts.join(', ')}]`] : []),
    ...(on('weightNoise') ? [`noise: weightNoise({ std: ${on('weightNoise')} })`] : []),
    ...(on('clip') ? [`clip: clip.globalNorm(${on('clip')})`] : []),
    ...(on('maxNorm') ? [`constrain: constrain.maxNorm(${on('maxNorm')})`] : []),
  ];
  return [made, `{\n${texts.map((text) => `  ${text},\n`).join('')}}`];
}
