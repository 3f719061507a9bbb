import { afterAll, expect, test } from 'vitest';
import * as R from '../../dist/index.js';
import { trainInWorker } from '../../dist/worker.js';
import { random } from '../support/float64.js';
import { bitsOf } from '../worker/problems.js';

/** `npm run fuzz` asks for more, and for other seeds. */
const COUNT = Number(process.env.MODELS ?? 30);
const FIRST = Number(process.env.SEED ?? 0);

afterAll(async () => void (await R.setThreads(1)));

const { nn } = R;
type Part = ReturnType<typeof nn.rematerialize> | ReturnType<typeof nn.dense>;

/** A random model, its data, and the options of its training. */
function problemOf(seed: number) {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const one = <T>(...list: readonly T[]): T => list[below(list.length)];
  const some = (): boolean => below(3) === 0;
  const activations = ['relu', 'tanh', 'sigmoid', 'softplus', 'silu', 'selu', 'leakyRelu', 'elu', 'gelu'] as const;

  const kind = one('flat', 'flat', 'image', 'sequence');
  const shape = { flat: [1 + below(6)], image: [4 + below(4), 5, 1 + below(3)], sequence: [6 + below(5), 2] }[kind];
  const norms = (): Part[] => (some() ? [one(nn.batchNorm, nn.layerNorm, nn.rmsNorm)()] : []);
  const noises = (): Part[] =>
    some()
      ? [
          one(
            () => nn.dropout({ keep: 0.8 }),
            () => nn.gaussianDropout({ keep: 0.9 }),
            () => nn.gaussianNoise({ std: 0.1 }),
          )(),
        ]
      : [];
  const layers: Part[] = [];
  const add = (...parts: Part[]): void => void layers.push(...parts, ...norms(), ...noises());
  if (kind === 'image')
    for (let i = 0; i <= below(2); i++)
      add(
        nn.conv2d(1 + below(5), 1 + below(3), {
          padding: 'same',
          stride: 1 + below(2),
          activation: one(...activations),
        }),
      );
  if (kind === 'sequence')
    add(nn.conv1d(1 + below(5), 1 + below(3), { padding: 'same', activation: one(...activations) }));
  if (kind === 'image' && some()) layers.push(nn.maxPool2d(2, { padding: 'same' }));
  if (kind !== 'flat') layers.push(nn.flatten());
  for (let i = below(3); i > 0; i--)
    add(nn.dense(1 + below(seed % 10 === 9 ? 300 : 12), { activation: one(...activations), bias: !some() }));
  if (some()) layers.push(nn.rematerialize(nn.sequential([nn.dense(5), nn.dropout({ keep: 0.7 }), nn.tanh()])));
  const classes = one(0, 2, 3);
  layers.push(nn.dense(classes || 1));
  const make = () => nn.sequential(layers).build([...shape], { seed });

  const batchSize = 2 + below(14);
  let size = 20 + below(40);
  // Where statistics are taken over the batch, a single row would be added to the batch before it.
  if (size % batchSize === 1) size++;
  const width = shape.reduce((a, b) => a * b, 1);
  const bytes = some();
  const x = bytes
    ? Uint8Array.from({ length: size * width }, () => below(256))
    : Float32Array.from({ length: size * width }, () => 2 * next() - 1);
  const y = Array.from({ length: size }, (_, i) => (classes ? (i < classes ? i : below(classes)) : next()));
  const data = R.dataset({ x, shape: [...shape], y, classes: classes || false, ...(bytes && { scale: 1 / 255 }) });

  const learningRate = one<R.Rate>(
    0.01,
    0.05,
    R.linearDecay({ from: 0.05, steps: 12 }),
    R.cosineDecay({ from: 0.05, steps: 9 }),
  );
  const base = one<(options: { learningRate: R.Rate }) => R.Optimizer>(
    R.sgd,
    R.adam,
    R.adamw,
    R.rmsprop,
    R.nadam,
    R.adagrad,
    R.lion,
    R.radam,
    R.adamax,
    R.adadelta,
  )({ learningRate });
  const optimizer = one(base, base, base, R.lookahead(base, { every: 2 }), R.sam(base));
  const accumulate = one(1, 1, 1, 2, 3);
  const options: R.FitOptions = {
    loss: classes ? R.crossEntropy({ labelSmoothing: one(0, 0.1) }) : one(R.mse(), R.mae(), R.huber()),
    optimizer,
    batchSize,
    accumulate,
    epochs: 1 + below(3),
    seed,
    ...(some() && { penalties: [R.l2(1e-3), R.l1(1e-4, { proximal: some() })] }),
    ...(some() && { clip: one(R.clip.globalNorm(0.5), R.clip.norm(0.5), R.clip.value(0.1)) }),
    ...(some() && { constrain: one(R.constrain.maxNorm(2), R.constrain.l2Ball(4)) }),
    ...(some() && { noise: one(R.weightNoise({ std: 0.01 }), R.noisyGradient({ std: 0.01 })) }),
    ...(some() && { augment: R.augment.gaussianNoise({ std: 0.05 }) }),
    ...(some() && { groups: { only: 'weights', learningRate: 0.02 } }),
  };
  const text = `${JSON.stringify(nn.sequential(layers).config, (_, v) => (v?.config ? v.config : v))} ${JSON.stringify(options)}, ${size} rows`;
  return { make, data, options, text };
}
type Problem = ReturnType<typeof problemOf>;

/** The batches of an epoch that is not shuffled. */
function* batches({ data, options }: Problem) {
  const { batchSize } = options as { batchSize: number };
  const width = data.x.length / data.size;
  for (let at = 0; at < data.size; at += batchSize) {
    const rows = Math.min(batchSize, data.size - at);
    const x = Float32Array.from(data.x.subarray(at * width, (at + rows) * width), (v) => v * Math.fround(data.scale));
    const y = Float32Array.from(data.y.subarray(at, at + rows));
    yield { x: R.tensor(x, [rows, ...data.shape]), y: R.tensor(y, data.classes ? [rows] : [rows, 1]) };
  }
}

/** Ways to reach the same parameters, each of which returns a model, or undefined where the problem does not allow
 *  it. */
const WAYS: Readonly<Record<string, (problem: Problem) => Promise<R.Model | undefined>>> = {
  'fit, update by update': async ({ make, data, options }) => {
    const model = make();
    await R.fit(model, data, { ...options, onStep: () => undefined });
    return model;
  },
  fitEpochs: async ({ make, data, options }) => {
    const model = make();
    for await (const _ of R.fitEpochs(model, data, options)) await Promise.resolve();
    return model;
  },
  'a clone': async ({ make, data, options }) => {
    const model = make().clone();
    await R.fit(model, data, options);
    return model;
  },
  'a model of a file': async ({ make, data, options }) => {
    const model = R.loadSafetensors(R.saveSafetensors(make())) as R.Model;
    await R.fit(model, data, options);
    return model;
  },
  'a model that had another life, and its first state again': async ({ make, data, options }) => {
    const model = make();
    const state = model.state();
    await R.fit(model, data, { ...options, seed: 7, epochs: 1 });
    model.load(state);
    await R.fit(model, data, options);
    return model;
  },
  'a worker': async ({ make, data, options }) => {
    const model = make();
    await trainInWorker(model, data, options).result;
    return model;
  },
  'two threads': async ({ make, data, options }) => {
    expect(await R.setThreads(2)).toBe(2);
    const model = make();
    await R.fit(model, data, options);
    return model;
  },
};

test(`${COUNT} random models come out the same on every way`, { timeout: COUNT * 10_000 + 30_000 }, async () => {
  const failures: string[] = [];
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const problem = problemOf(seed);
    const { make, data, options, text } = problem;
    await R.setThreads(1);
    const check = (way: string, model: R.Model | undefined, truth: R.Model): void => {
      if (model && JSON.stringify(bitsOf(model)) !== JSON.stringify(bitsOf(truth)))
        failures.push(`${way}: seed ${seed}: ${text}`);
    };
    const truth = make();
    try {
      await R.fit(truth, data, options);
    } catch (error) {
      failures.push(`fit: seed ${seed}: ${error}: ${text}`);
      continue;
    }
    const predicted = truth.predict(data).data();
    for (const [way, train] of Object.entries(WAYS)) {
      try {
        const model = await train(problem);
        check(way, model, truth);
        if (model && String(model.predict(data).data()) !== String(predicted))
          failures.push(`${way}, predictions: seed ${seed}`);
        model?.dispose();
      } catch (error) {
        failures.push(`${way}: seed ${seed}: ${error}: ${text}`);
      }
    }
    await R.setThreads(1);
    // A file holds every bit.
    check('a file', R.loadSafetensors(R.saveSafetensors(truth)) as R.Model, truth);

    const { epochs, shuffle, batchSize, ...recipe } = { shuffle: false, ...options };
    const count = Math.ceil(data.size / (batchSize as number));
    // The last update of an epoch may have fewer batches, which a hand-written loop does not know.
    if (count % (options.accumulate ?? 1) === 0) {
      const [whole, stepped] = [make(), make()];
      await R.fit(whole, data, { ...options, shuffle });
      const step = R.trainStep(stepped, recipe);
      for (let epoch = 0; epoch < (epochs as number); epoch++) for (const { x, y } of batches(problem)) step(x, y);
      check('trainStep', stepped, whole);
      step.dispose();
      whole.dispose();
      stepped.dispose();
    }
    truth.dispose();
  }
  expect(failures.slice(0, 5).join('\n\n')).toBe('');
});
