import {
  type AnyModel,
  accuracy,
  adam,
  augment,
  crossEntropy,
  dataset,
  datasets,
  earlyStopping,
  type FitOptions,
  l2,
  linearDecay,
  memoryInfo,
  mse,
  nn,
  randomGenerator,
  reduceOnPlateau,
  split,
} from '../../dist/index.js';

/** A bit of everything that draws random numbers or keeps a state. */
export const spirals = () => {
  const { train, validation, test } = split(datasets.spirals({ n: 200, noise: 0.1, seed: 1 }), { seed: 1 });
  const options: FitOptions = {
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    metrics: accuracy(),
    optimizer: adam({ learningRate: linearDecay({ from: 0.01, epochs: 8 }) }),
    penalties: l2(1e-3),
    augment: augment.gaussianNoise({ std: 0.05 }),
    groups: { only: 'weights', learningRate: linearDecay({ from: 0.02, epochs: 4 }) },
    monitors: reduceOnPlateau({ patience: 1 }),
    stop: earlyStopping({ patience: 3 }),
    validation,
    epochs: 8,
    seed: 3,
  };
  const model = () => nn.sequential([nn.dense(16), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.8 }), nn.dense(3)]);
  return { model, train, test, options };
};

/** Two heads, with a mask and different weights of rows. */
export const tasks = () => {
  const n = 90;
  const x = Array.from({ length: n }, (_, i) => [i % 7, (i * i) % 5]);
  const y = { kind: x.map(([a]) => a % 2), size: x.map(([a, b]) => [a / 7 + b / 5]) };
  const train = dataset({ x, y, mask: { size: x.map((_, i) => i % 3 && 1) }, weights: x.map((_, i) => 1 + (i % 2)) });
  const options: FitOptions = {
    loss: { kind: crossEntropy(), size: mse() },
    lossWeights: 'uncertainty',
    metrics: { kind: accuracy() },
    optimizer: adam(),
    epochs: 4,
    batchSize: 16,
  };
  const model = () =>
    nn.multiTask({ trunk: nn.dense(8, { activation: 'tanh' }), heads: { kind: nn.dense(2), size: nn.dense(1) } });
  return { model, train, options };
};

/** A graph with two inputs, a shared layer and two heads. */
export const branches = () => {
  const draw = randomGenerator(1);
  const [left, right] = [draw.normal([60, 3]), draw.normal([60, 3])];
  const kind = Array.from({ length: 60 }, (_, i) => i % 2);
  const train = dataset({
    x: { left, right },
    y: { kind, size: left.sum(1, true) },
    classes: { kind: 2, size: false },
  });
  const model = () =>
    nn.graph({ left: [3], right: [3] }, ({ left: a, right: b }) => {
      const tower = nn.dense(4, { name: 'tower', activation: 'tanh' });
      const joint = nn.batchNorm()(nn.concat()([tower(a), tower(b)]));
      return { kind: nn.dense(2, { name: 'kind' })(joint), size: nn.dense(1)(joint) };
    });
  const options: FitOptions = {
    loss: { kind: crossEntropy(), size: mse() },
    metrics: { kind: accuracy() },
    optimizer: adam(),
    epochs: 3,
    batchSize: 16,
  };
  return { model, train, options };
};

/** Rows of unequal length, read by recurrent layers and attention. */
export const sequences = () => {
  const draw = randomGenerator(2);
  const rows = Array.from({ length: 40 }, (_, i) => draw.normal([2 + (i % 4), 4]).toArray() as number[][]);
  const train = dataset.sequences(rows, { y: rows.map((_, i) => i % 2), classes: 2 });
  const layers = () => [
    nn.positions({ length: 5, kind: 'sinusoidal' }),
    nn.attention({ heads: 2 }),
    nn.bidirectional(nn.gru(3, { recurrentKeep: 0.9 })),
    nn.dense(2),
  ];
  const options: FitOptions = { loss: crossEntropy(), optimizer: adam(), epochs: 2, batchSize: 8, metrics: accuracy() };
  options.bucket = true;
  return { model: () => nn.sequential(layers()), train, options };
};

/** Parameters as integers, which tell −0 from 0 and one NaN from another. */
export const bitsOf = (model: AnyModel): Record<string, number[]> =>
  Object.fromEntries(model.parameters().map(({ name, get }) => [name, [...new Uint32Array(get().buffer)]]));

/** A record without the values that depend on the clock. */
export const untimed = <T extends object>(record: T): Omit<T, 'seconds' | 'examplesPerSecond'> => {
  const { seconds, examplesPerSecond, ...rest } = record as T & { seconds: number; examplesPerSecond: number };
  return rest as T;
};
export const used = (): number => memoryInfo().used;
