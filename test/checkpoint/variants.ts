import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  adversarial,
  augment,
  clip,
  constrain,
  cosineRestarts,
  crossEntropy,
  type Dataset,
  dataset,
  earlyStopping,
  ema,
  fgsm,
  type FitOptions,
  l1,
  l2,
  linearDecay,
  lion,
  lookahead,
  mse,
  nadam,
  nn,
  noisyGradient,
  oneCycle,
  radam,
  reduceOnPlateau,
  rmsprop,
  rule,
  sam,
  sgd,
  standardize,
  pipeline,
  swa,
  warmup,
  weightNoise,
} from '../../src/index.js';
import type { AnyRaw } from '../../src/pipeline/raw.js';
import { random } from '../support/float64.js';

/** A training in which something is carried from step to step. */
export interface Variant {
  readonly name: string;
  readonly model: () => AnyRaw;
  readonly data: Dataset;
  readonly options: () => FitOptions;
}

const draw = random(3);
const table = (rows: number): Dataset => {
  const x = Array.from({ length: rows }, () => Array.from({ length: 6 }, () => 2 * draw() - 1));
  const y = x.map(([a, b, c]) => (draw() < 0.2 ? 1 : a + b * c > 0 ? 1 : 0));
  return dataset({ x, y, classes: 2 });
};
const pictures = (rows: number): Dataset => {
  const x = Array.from({ length: rows }, () =>
    Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => [draw()])),
  );
  return dataset({ x, y: x.map((image) => (image[0][0][0] + image[3][4][0] > 1 ? 1 : 0)), classes: 2 });
};
const [train, validation, images] = [table(70), table(40), pictures(40)];
/** Values that are far from 0. */
const values = (of: Dataset): Dataset =>
  dataset({ x: of.x, shape: of.shape, y: Float32Array.from(of.y, (y) => 1000 + 300 * y), classes: false });
const [prices, priced] = [values(train), values(validation)];
const steep = Array.from({ length: 64 }, (_, i) => [(i % 16) - 8]);
const line = dataset({ x: steep, y: steep.map(([x]) => [3 * x]), classes: false });
const heads = dataset({
  x: Array.from({ length: 50 }, () => Array.from({ length: 6 }, () => draw())),
  y: {
    kind: Array.from({ length: 50 }, () => (draw() > 0.5 ? 1 : 0)),
    size: Array.from({ length: 50 }, () => [draw()]),
  },
});

const network = () => nn.sequential([nn.dense(7), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.7 }), nn.dense(2)]);
const plain: FitOptions = { loss: crossEntropy(), optimizer: adam(), epochs: 4, batchSize: 16, seed: 5 };
const variant = (name: string, more: () => Partial<FitOptions>, rest: Partial<Variant> = {}): Variant => ({
  name,
  model: network,
  data: train,
  options: () => ({ ...plain, ...more() }),
  ...rest,
});
const optimizers = {
  'sgd with momentum': () => sgd({ learningRate: 0.1, momentum: 0.9 }),
  'sgd of Nesterov': () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  adagrad: () => adagrad(),
  adadelta: () => adadelta(),
  rmsprop: () => rmsprop({ momentum: 0.5 }),
  adam: () => adam({ learningRate: linearDecay({ from: 0.01, epochs: 3 }) }),
  adamw: () => adamw({ learningRate: warmup(linearDecay({ from: 0.01, steps: 30 }), { steps: 7 }) }),
  adamax: () => adamax(),
  nadam: () => nadam(),
  radam: () => radam(),
  lion: () => lion({ learningRate: cosineRestarts({ from: 0.01, steps: 6 }) }),
  lookahead: () => lookahead(adam(), { every: 3 }),
  sam: () => sam(sgd({ learningRate: 0.1, momentum: 0.9 })),
  'lookahead of sam': () => lookahead(sam(adamw()), { every: 4 }),
};

export const VARIANTS: readonly Variant[] = [
  ...Object.entries(optimizers).map(([name, make]) => variant(name, () => ({ optimizer: make() }))),
  variant('penalties, noise, clipping and constraints', () => ({
    penalties: [l2(1e-3), l1(1e-4)],
    noise: [weightNoise({ std: 0.02 }), noisyGradient({ std: 0.01 })],
    clip: clip.globalNorm(0.5),
    constrain: constrain.maxNorm(1),
  })),
  variant('ema', () => ({ average: ema({ decay: 0.9 }), validation })),
  variant('swa, which collects statistics anew', () => ({
    average: swa({ start: { epochs: 1 }, every: 2 }),
    validation,
    stop: earlyStopping({ patience: 9 }),
  })),
  variant('accumulate', () => ({ accumulate: 2, batchSize: 8 })),
  variant('groups', () => ({ groups: [{ only: (name) => name.startsWith('0'), learningRate: 0.002 }] })),
  variant('a rule of its own', () => ({
    rules: rule({
      stage: 'gradient',
      state: ['mean'],
      apply: ({ grad, state: { mean } }) => ({
        grad: grad.sub(mean.mul(0.1)),
        state: { mean: mean.mul(0.9).add(grad) },
      }),
    }),
  })),
  variant('augmentation', () => ({ augment: [augment.translate({ pixels: 1 }), augment.flipHorizontal()] }), {
    data: images,
    model: () => nn.sequential([nn.conv2d(3, 3), nn.relu(), nn.maxPool2d(2), nn.flatten(), nn.dense(2)]),
  }),
  variant('adversarial training', () => ({ adversarial: adversarial({ attack: fgsm({ epsilon: 0.1 }) }) })),
  variant('reduceOnPlateau and early stopping', () => ({
    epochs: 12,
    validation,
    optimizer: adam({ learningRate: 0.05 }),
    monitors: reduceOnPlateau({ patience: 1 }),
    stop: earlyStopping({ patience: 3 }),
  })),
  variant('early stopping between epochs', () => ({
    epochs: 8,
    validation,
    optimizer: adam({ learningRate: 0.05 }),
    stop: earlyStopping({ patience: 4, every: { steps: 3 } }),
  })),
  variant('training again with the same steps', () => ({
    epochs: 6,
    validation,
    optimizer: adam({ learningRate: 0.05 }),
    stop: earlyStopping({ patience: 2, retrain: 'same-steps' }),
  })),
  variant('training on with all data', () => ({
    epochs: 6,
    validation,
    optimizer: adam({ learningRate: oneCycle({ peak: 0.05, steps: 60 }) }),
    stop: earlyStopping({ patience: 2, retrain: 'continue', maxEpochs: 3 }),
  })),
  variant(
    'going back with half the rate',
    () => ({
      loss: mse(),
      optimizer: sgd({ learningRate: 1, momentum: 0.5 }),
      epochs: 5,
      batchSize: 4,
      onDivergence: 'rollback',
      average: ema({ decay: 0.9 }),
    }),
    { data: line, model: () => nn.sequential([nn.dense(1)]) },
  ),
  variant(
    'several heads, whose weights are learned',
    () => ({
      loss: { kind: crossEntropy(), size: mse() },
      lossWeights: 'uncertainty',
    }),
    {
      data: heads,
      model: () =>
        nn.multiTask({ trunk: nn.dense(5), heads: { kind: nn.dense(2), size: nn.dense(1) } } as never) as never,
    },
  ),
  variant('batches of rows of similar length', () => ({ bucket: true, batchSize: 4, accumulate: 2 }), {
    data: dataset.sequences(
      Array.from({ length: 23 }, (_, i) => Array.from({ length: 1 + ((i * i) % 11) }, () => [draw()])),
      { y: Array.from({ length: 23 }, (_, i) => i % 2), classes: 2 },
    ),
    model: () => nn.sequential([nn.gru(3, { keep: 0.8 }), nn.dense(2)]),
  }),
  variant('a pipeline', () => ({}), { model: () => pipeline([standardize, network()]) }),
  variant('a pipeline that learns its target in other units', () => ({ loss: mse(), validation: priced }), {
    data: prices,
    model: () =>
      pipeline([standardize, nn.sequential([nn.dense(5), nn.tanh(), nn.dense(1)])], { target: 'standardize' }),
  }),
  variant('everything at once', () => ({
    epochs: 6,
    validation,
    optimizer: lookahead(sam(adamw({ learningRate: linearDecay({ from: 0.03, epochs: 5 }) })), { every: 3 }),
    penalties: l2(1e-3),
    noise: weightNoise({ std: 0.01 }),
    clip: clip.globalNorm(1),
    average: ema({ decay: 0.8 }),
    accumulate: 2,
    batchSize: 8,
    monitors: reduceOnPlateau({ patience: 1 }),
    stop: earlyStopping({ patience: 2, retrain: 'same-steps' }),
    onDivergence: 'rollback',
  })),
];
