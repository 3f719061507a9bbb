import { Tensor } from '../../src/graph/tensor.js';
import * as R from '../../src/index.js';
import { classes, labelled } from './dataRows.js';
import { type Door, type Doors, row } from './harness.js';
import { kept } from './kept.js';
import * as k from './kinds.js';
import { network } from './trainingRows.js';

const { nn } = R;

const isList = (x: unknown): boolean => Array.isArray(x) && x.length > 0 && Array.from(x).every(Number.isFinite);
const built = (): R.Model => network().build([3]);
const model = k.model(network);
const writer = (): R.Model =>
  kept(nn.sequential([nn.embedding(3, 2), nn.attention({ heads: 1, causal: true }), nn.dense(3)])).build([3]);
const x = k.or(
  k.tensor(() => [
    [1, 2, 3],
    [4, 5, 6],
  ]),
  (v) => v instanceof R.Dataset,
);
const y = k.tensor(() => [0, 1]);
const loss = k.called(() => R.crossEntropy());
const seed = k.finite(1);
const square = (t: R.Tensor): R.Tensor => t.square().sum();
const f = k.called(() => square);
const attack = k.called(() => R.fgsm({ epsilon: 0.1 }));
const which = k.called(() => () => true);
const needed = { needed: true };

const plan = { loss: R.crossEntropy(), optimizer: R.sgd({ learningRate: 0.1 }), epochs: 1 };
const parts = k.only(() => ({ train: classes(), validation: classes().shuffle() }));
const series = (name: 'capacityCurve' | 'regularizationPath', more: Door['options'] = {}): Doors =>
  row(
    name,
    R[name],
    {
      build: k.called(() => () => kept(nn.sequential([nn.dense(2)]))),
      values: k.or(
        k.only(() => [1]),
        isList,
      ),
      data: parts,
    },
    { loss, optimizer: k.only(() => plan.optimizer), epochs: k.times(1), batchSize: k.whole(4), ...more },
    needed,
  );

const record: R.EpochRecord = {
  epoch: 1,
  step: 3,
  loss: 0.5,
  training: { loss: 0.5 },
  rows: { training: 3 },
  learningRate: 0.1,
  gradNorm: 1,
  paramNorm: 1,
  updateRatio: 0.1,
  seconds: 0.1,
  examplesPerSecond: 30,
};
const run = (): R.Run => ({
  history: [record],
  stopped: { reason: 'epochs', epoch: 1 },
  kept: record,
  baseline: { loss: 1 },
  report: () => '',
});
const logged = {
  use: ((logger: R.Logger) => {
    logger.epoch(record);
    logger.step?.({ step: 1, epoch: 1, loss: 1, learningRate: 0.1, gradNorm: 1 });
    logger.end?.({ reason: 'epochs', epoch: 1 });
  }) as Door['use'],
};
const to = k.called(() => () => undefined);
const logger = (name: 'console' | 'csv' | 'jsonLines' | 'tensorBoard', options: Door['options']): Doors =>
  row(`loggers.${name}`, R.loggers[name], {}, options, {
    ...logged,
    needed: name !== 'console',
    says: `loggers.${name}`,
  });
const curve = (): R.Curve => ({ name: 'loss', mark: '·', values: [3, 2, 1] });

export const instrumentRows: Doors = {
  ...row('activity', R.activity, { model, x }, { threshold: k.finite(0.1) }),
  ...row('diagnose', R.diagnose, { run: k.only(run) }),
  ...row('criticalPoint', R.criticalPoint, { f, x: k.tensor(() => [1, 2]) }),
  ...row(
    'criticalPoint of a model',
    (m: never, data: never, options: never) => R.criticalPoint(m, data, options),
    { model: k.called(network), data: labelled },
    { loss },
    { says: 'criticalPoint' },
  ),
  ...row(
    'descend',
    R.descend,
    { f, optimizer: k.only(() => R.adam()) },
    {
      start: k.or(
        k.only(() => [1, 2]),
        (v) => isList(v) || v instanceof Float64Array || v instanceof Tensor,
      ),
      steps: k.times(2, 0),
      clip: k.or(
        k.only(() => R.clip.globalNorm(1)),
        (v) => Array.isArray(v) && v.length === 0,
      ),
      noise: k.fromZero(0.1),
      seed,
    },
    needed,
  ),
  ...row(
    'descend of a model',
    R.descend,
    { model: k.called(built), optimizer: k.only(() => R.adam()) },
    {
      data: labelled,
      batchSize: k.whole(4),
      loss,
      steps: k.times(2, 0),
      clip: k.or(
        k.only(() => R.clip.globalNorm(1)),
        (v) => Array.isArray(v) && v.length === 0,
      ),
      noise: k.fromZero(0.1),
      seed,
    },
    { needed: true, says: 'descend' },
  ),
  ...row(
    'compareOptimizers',
    R.compareOptimizers,
    {
      build: k.called(() => () => kept(nn.sequential([nn.dense(2)]))),
      optimizers: k.only(() => ({ a: plan.optimizer, b: R.adam() })),
      data: k.or(parts, (v) => v instanceof R.Dataset),
    },
    {
      loss,
      epochs: k.times(1),
      batchSize: k.whole(4),
      seeds: k.or(k.times(1), isList),
      seed,
      by: k.word('training.loss'),
      mode: k.word('min'),
    },
    needed,
  ),
  ...row(
    'earlyStoppingAsL2',
    R.earlyStoppingAsL2,
    { data: k.dataset(classes) },
    { learningRate: k.between(0.01, 1e-9, 0.1), steps: k.whole(5) },
    needed,
  ),
  ...row('gradientCheck', R.gradientCheck, {
    f,
    xs: k.or(
      k.tensor(() => [R.tensor([1, 2])]),
      (v) => Array.isArray(v) && Array.isArray(v[0]),
    ),
  }),
  ...row(
    'gradientNoise',
    R.gradientNoise,
    { model, data: labelled },
    {
      batchSizes: k.or(
        k.only(() => [1, 2]),
        isList,
      ),
      draws: k.times(2, 2),
      loss,
      seed,
    },
    needed,
  ),
  ...row('inspectInitialization', R.inspectInitialization, { model, x }, { training: k.flag(true) }),
  ...row(
    'learningRateRange',
    R.learningRateRange,
    { model, data: labelled },
    {
      loss,
      from: k.above0(1e-3),
      to: k.above0(10),
      steps: k.times(4, 2),
      batchSize: k.whole(4),
      smoothing: k.between(0.5),
      seed,
    },
  ),
  ...row(
    'lossLandscape',
    R.lossLandscape,
    { model, data: labelled },
    { directions: k.whole(1), steps: k.times(3, 2), range: k.above0(1), loss, seed },
  ),
  ...row(
    'lossLandscape along the gradient',
    R.lossLandscape,
    { model, data: labelled },
    { directions: k.word('gradient'), steps: k.times(3, 2), range: k.above0(1), training: k.flag(true), loss, seed },
    { says: 'lossLandscape' },
  ),
  ...row(
    'adversarialExample',
    R.adversarialExample,
    { model: k.model(built), x: k.tensor(x.right), y, attack },
    { loss },
    needed,
  ),
  ...row('classificationReport', R.classificationReport, { model, data: labelled }),
  ...row('mistakes', R.mistakes, { model, data: labelled }, { k: k.whole(3) }),
  ...row('robustAccuracy', R.robustAccuracy, { model, data: labelled, attack }, { loss, batchSize: k.whole(4) }),
  ...row(
    'generate',
    R.generate,
    { model: k.model(writer), prompt: k.or(k.wholes([1, 2]), ArrayBuffer.isView) },
    { length: k.times(2), temperature: k.fromZero(0.5), topK: k.whole(2), seed },
    needed,
  ),
  ...row(
    'carried',
    (...args: Parameters<typeof R.carried>) => kept(R.carried(...args)),
    { model: k.model(() => kept(nn.sequential([nn.gru(2)]).build([3, 1]))) },
    undefined,
    {
      use: ((read: R.StreamReader) => read([[[1], [2], [3]]])) as Door['use'],
    },
  ),
  ...row(
    'carried()',
    (...args: Parameters<R.StreamReader>) => kept(R.carried(kept(nn.sequential([nn.gru(2)]).build([3, 1]))))(...args),
    { x: k.tensor(() => [[[1], [2], [3]]]) },
    { lengths: k.or(k.wholes([2]), ArrayBuffer.isView) },
    { says: 'carried' },
  ),
  ...row('monteCarlo', R.monteCarlo, { model, x }, { samples: k.times(2), seed }),
  ...row(
    'sharpness',
    R.sharpness,
    { model, data: labelled },
    { std: k.fromZero(0.1), draws: k.times(2), only: which, loss, seed },
    needed,
  ),
  ...row('sparsity', R.sparsity, { model: k.model(built) }),
  ...series('capacityCurve', { engine: k.only(() => undefined) }),
  ...series('regularizationPath'),
  ...logger('console', { every: k.whole(1), to }),
  ...logger('csv', { to }),
  ...logger('jsonLines', { to, steps: k.flag(true) }),
  ...logger('tensorBoard', { to, clock: k.called(() => () => 1), steps: k.flag(true) }),
  ...row('curves', R.curves, {
    list: k.or(
      k.only(() => [curve()]),
      (v) => Array.isArray(v) && v.length === 0,
    ),
    width: k.optional(k.whole(20)),
    height: k.optional(k.times(5)),
  }),
  ...row(
    'setThreads',
    R.setThreads,
    { n: k.between(1, 1, 64) },
    { relaxed: k.flag(false) },
    {
      use: (() => R.setThreads(1)) as Door['use'],
    },
  ),
  ...row('nearest', R.nearest, {
    word: k.or(k.text('adm'), (v) => v === ''),
    words: k.or(
      k.only(() => ['adam', 'sgd']),
      (v) => Array.isArray(v),
    ),
  }),
  ...row('checkKeys', R.checkKeys, {
    where: k.anything('checkKeys'),
    options: k.or(
      k.only(() => ({ a: 1 })),
      (v) => v === undefined || Object.prototype.toString.call(v) === '[object Object]',
    ),
    known: k.only(() => ['a', 'self', 'oddKey']),
  }),
};
