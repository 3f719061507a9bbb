import * as R from '../../src/index.js';
import { classes, labelled, values } from './dataRows.js';
import { type Door, type Doors, row } from './harness.js';
import { inMemory } from '../checkpoint/store.js';
import { kept } from './kept.js';
import * as k from './kinds.js';

const { nn } = R;
type Call = (...args: unknown[]) => unknown;

export const network = (): R.Model => kept(nn.sequential([nn.dense(2)]));
const heads = (): R.AnyModel => kept(nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(1), b: nn.dense(2) } }));
const twoTargets = (): R.Dataset =>
  R.dataset({ x: [[1], [2], [3]], y: { a: [[1], [2], [3]], b: [0, 1, 1] }, classes: { b: 2 } });
const x = k.tensor(() => [
  [1, 2, 3],
  [4, 5, 6],
]);
const y = k.tensor(() => [0, 1]);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isEmptyRecord = (value: unknown): boolean =>
  isObject(value) && !Array.isArray(value) && Object.keys(value as object).length === 0;
const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
/** The result of a factory, or a list of such results. */
const some = (make: () => unknown): ReturnType<typeof k.only> => k.or(k.only(make), isEmpty);
const loss = k.called(() => R.crossEntropy());
/** A value for each head, in a record that may name no heads, or other ones. */
const byHead = (make: () => unknown): ReturnType<typeof k.only> => k.or(k.only(make), isObject);
const metrics = k.or(
  k.only(() => [R.accuracy()]),
  (value) => typeof value === 'function' || isObject(value),
);
const hears = k.called(() => () => undefined);

const recipe = {
  loss,
  optimizer: k.only(() => R.sgd({ learningRate: 0.1 })),
  penalties: some(() => R.l2(0.1)),
  augment: some(() => R.augment.mixup({ alpha: 0.2 })),
  adversarial: k.only(() => R.adversarial({ attack: R.fgsm({ epsilon: 0.1 }) })),
  clip: some(() => R.clip.globalNorm(1)),
  noise: some(() => R.noisyGradient({ std: 0.1 })),
  constrain: some(() => R.constrain.maxNorm(1)),
  average: some(() => R.ema({ decay: 0.9 })),
  groups: some(() => ({ only: 'all', learningRate: 0.1 })),
  accumulate: k.times(1),
  rules: some(() => R.rule({ stage: 'gradient', apply: ({ grad }) => ({ grad }) })),
  seed: k.finite(1),
};
const fit = {
  ...recipe,
  epochs: k.times(1),
  batchSize: k.whole(4),
  validation: k.dataset(classes),
  metrics,
  stop: k.only(() => R.earlyStopping()),
  monitors: some(() => R.reduceOnPlateau()),
  shuffle: k.flag(true),
  trainSample: k.whole(4),
  bucket: k.flag(false),
  onDivergence: k.word('rollback'),
  onStep: hears,
  onEpoch: hears,
  logger: some(() => R.loggers.jsonLines({ to: () => undefined })),
  progress: hears,
  signal: k.only(() => new AbortController().signal),
  checkpoint: k.only(() => R.checkpoint({ to: inMemory() })),
};
const model = k.model(network);
const needed = { needed: true };

const ofHeads = { lossWeights: byHead(() => ({ a: 1, b: 0.5 })) };
const lossesOfHeads = { loss: byHead(() => ({ a: R.mse(), b: R.crossEntropy() })) };
const sgd = { optimizer: R.sgd({ learningRate: 0.1 }) };
const given = (options: unknown, more: object): unknown =>
  Object.prototype.toString.call(options) === '[object Object]' && !('config' in (options as object))
    ? { ...more, ...(options as object) }
    : options;

async function epochsOf(...args: Parameters<typeof R.fitEpochs>): Promise<unknown> {
  const epochs = R.fitEpochs(...args);
  for (let next = await epochs.next(); ; next = await epochs.next()) if (next.done) return next.value;
}
const step = (): R.TrainStep => kept(R.trainStep(network(), { loss: R.crossEntropy(), ...sgd }));
const once = {
  ...needed,
  use: ((made: R.TrainStep) =>
    made(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [0, 1],
    )) as Door['use'],
};

const isWord = (value: unknown): boolean => typeof value === 'string' && value !== '';
/** The right options of fit, and others beside them. */
const rightFit = (more: Partial<R.FitOptions>): R.FitOptions => ({
  ...(Object.fromEntries(Object.entries(fit).map(([name, kind]) => [name, kind.right()])) as unknown as R.FitOptions),
  ...more,
});
const store = inMemory();
await R.fit(network(), classes(), rightFit({ checkpoint: R.checkpoint({ to: store }) }));
const [bytes] = store.files.values();

export const trainingRows: Doors = {
  ...row('fit', R.fit, { model, data: labelled }, fit, needed),
  ...row(
    'checkpoint',
    R.checkpoint,
    {},
    {
      // Any word may be a path; nothing is written there.
      to: k.or(
        k.only(() => inMemory()),
        isWord,
      ),
      every: k.or(
        k.only(() => ({ steps: 3 })),
        () => false,
      ),
      keep: k.whole(2),
      resume: k.flag(true),
    },
    {
      ...needed,
      use: ((made: R.Checkpoint) =>
        typeof made.config.options.to === 'string' ||
        R.fit(network(), classes(), rightFit({ checkpoint: made }))) as Door['use'],
    },
  ),
  ...row('indexedDB', R.indexedDB, { name: k.text('digits') }),
  ...row(
    'resume',
    R.resume,
    {
      from: k.or(
        k.only(() => bytes),
        isWord,
      ),
      model,
      data: labelled,
    },
    fit,
    needed,
  ),
  ...row(
    'fitEpochs',
    epochsOf,
    { model, data: labelled },
    { loss, optimizer: recipe.optimizer, epochs: k.times(1) },
    {
      ...needed,
      says: 'fit',
    },
  ),
  ...row(
    'fit of heads',
    (options: unknown) => R.fit(heads(), twoTargets(), given(options, { ...sgd, epochs: 1 }) as R.FitOptions),
    {},
    {
      ...lossesOfHeads,
      ...ofHeads,
      metrics: k.or(
        byHead(() => ({ b: R.accuracy() })),
        (v) => typeof v === 'function',
      ),
    },
    { ...needed, says: 'fit' },
  ),
  ...row('trainStep', (...args: Parameters<typeof R.trainStep>) => kept(R.trainStep(...args)), { model }, recipe, once),
  ...row(
    'trainStep of heads',
    (options: unknown) => kept(R.trainStep(heads(), given(options, sgd) as R.FitOptions)),
    {},
    { ...lossesOfHeads, ...ofHeads },
    {
      ...needed,
      says: 'trainStep',
      use: ((made: R.TrainStep) => made([[1], [2]], { a: [[1], [2]], b: [0, 1] })) as Door['use'],
    },
  ),
  ...row('trainStep()', (...args: Parameters<R.TrainStep>) => step()(...args), { x, y }, undefined, {
    says: 'trainStep',
  }),
  ...row(
    'trainStep of sequences',
    (options: unknown) =>
      kept(R.trainStep(kept(nn.sequential([nn.rnn(2)])), given(options, { ...sgd, loss: R.mse() }) as R.StepRecipe)),
    {},
    { carry: k.flag(true) },
    { says: 'trainStep', use: ((made: R.TrainStep) => made([[[1], [2]]], [[1, 2]])) as Door['use'] },
  ),
  ...row(
    'trainStep() of sequences',
    (options: unknown) =>
      kept(R.trainStep(kept(nn.sequential([nn.rnn(2)])), { ...sgd, loss: R.mse() }))(
        [[[1], [2]]],
        [[1, 2]],
        options as R.StepOptions,
      ),
    {},
    { lengths: k.or(k.wholes([2]), ArrayBuffer.isView) },
    { says: 'trainStep' },
  ),
  ...row(
    'trainStep() of heads',
    (targets: never) =>
      kept(R.trainStep(heads(), { loss: { a: R.mse(), b: R.crossEntropy() }, ...sgd }))([[1], [2]], targets),
    { y: k.only(() => ({ a: [[1], [2]], b: [0, 1] })) },
    undefined,
    { says: 'trainStep' },
  ),
  ...row('trainStep().profile', (...args: Parameters<R.TrainStep>) => step().profile(...args), { x, y }, undefined, {
    says: 'trainStep',
  }),
  ...row('profile', (target: never) => R.profile(target, R.tensor([1, 2]) as never), {
    target: k.or(
      k.only(() => kept(R.compile((t: R.Tensor) => t.exp()))),
      (v) => isObject(v) && 'profile' in (v as object),
    ),
  }),
  ...row(
    'embed',
    R.embed,
    { model: k.model(network), data: labelled },
    {
      batchSize: k.whole(4),
      augment: k.only(() => R.augment.gaussianNoise({ std: 0.1 })),
      copies: k.times(1, 0),
      seed: k.finite(1),
    },
  ),
  ...row('evaluate', R.evaluate, { model: k.model(network), data: labelled }, { loss, metrics }, needed),
  ...row(
    'evaluate of heads',
    (options: unknown) => R.evaluate(heads(), twoTargets(), options as never),
    {},
    {
      ...lossesOfHeads,
      ...ofHeads,
      metrics: k.or(
        byHead(() => ({ b: R.accuracy() })),
        (v) => typeof v === 'function',
      ),
    },
    { ...needed, says: 'evaluate' },
  ),
  ...row(
    'saveSafetensors',
    R.saveSafetensors,
    { model: k.model(() => network().build([3])) },
    {
      dtype: k.word('f16'),
      layout: k.word('torch'),
      metadata: k.or(
        k.only(() => ({ author: 'me' })),
        isEmptyRecord,
      ),
    },
  ),
  ...row('readMetadata', R.readMetadata, { bytes: k.only(() => R.saveSafetensors(network().build([3]))) }),
  ...row(
    'loadSafetensors',
    (bytes: never, into: never, options: never) => {
      const found: unknown = R.loadSafetensors(bytes, into, options);
      return typeof found === 'function' ? kept(found as R.Model) : found;
    },
    {
      bytes: k.only(() => R.saveSafetensors(network().build([3]))),
      model: k.optional(k.model(() => network().build([3]))),
    },
    {
      layout: k.word('regulus'),
      partial: k.flag(false),
      rename: k.or(
        k.called(() => (name: string) => name),
        isEmptyRecord,
      ),
    },
  ),
  ...row(
    'lasso',
    R.lasso,
    {},
    { lambda: k.fromZero(0.1), polynomial: byHead(() => ({ degree: 2 })) },
    {
      ...needed,
      use: ((m: R.LinearModel) => m.fit(values()).predict(values())) as Door['use'],
    },
  ),
  ...row(
    'ridge',
    R.ridge,
    {},
    { lambda: k.fromZero(0.1), polynomial: byHead(() => ({ degree: 2 })) },
    {
      ...needed,
      use: ((m: R.LinearModel) => m.fit(values()).predict(values())) as Door['use'],
    },
  ),
  ...row(
    'logisticRegression',
    R.logisticRegression,
    {},
    { l2: k.fromZero(0.1), l1: k.fromZero(0), polynomial: byHead(() => ({ degree: 1 })) },
    { use: ((m: R.LogisticRegression) => m.fit(classes()).classify(classes())) as Door['use'] },
  ),
  ...row(
    'nearestNeighbors',
    R.nearestNeighbors,
    {},
    { k: k.whole(1) },
    {
      use: ((m: R.NearestNeighbors) => m.fit(classes()).predict(classes())) as Door['use'],
    },
  ),
  ...Object.assign(
    {},
    ...(
      [
        ['lasso', () => R.lasso({ lambda: 0.1 })],
        ['ridge', () => R.ridge({ lambda: 0.1 })],
        ['logisticRegression', () => R.logisticRegression({ l2: 0.1 })],
        ['nearestNeighbors', () => R.nearestNeighbors()],
      ] as const
    ).map(([name, make]) => ({
      ...row(`${name}.fit`, (data: never) => make().fit(data), { data: labelled }, undefined, { says: `${name}.fit` }),
      ...row(
        `${name}.predict`,
        (rows: never) => (make().fit(classes()) as { predict: Call }).predict(rows),
        { x: k.or(x, (v) => v instanceof R.Dataset) },
        undefined,
        { says: `${name}.predict` },
      ),
    })),
  ),
};
