import {
  audit,
  calibrate,
  conformal,
  crossValidate,
  generalization,
  importance,
  interpret,
  labelIssues,
  learningCurve,
  nestedCrossValidate,
  preflight,
  reliability,
  shift,
} from '../../src/generalization/index.js';
import { Tensor } from '../../src/graph/tensor.js';
import * as R from '../../src/index.js';
import { classes, groups, time } from './dataRows.js';
import type { Door, Doors } from './harness.js';
import { kept } from './kept.js';
import * as k from './kinds.js';
import { network } from './trainingRows.js';

/** Errors of the functions that these call, such as fit, may begin with their own name. */
const row = (call: unknown, args: Door['args'], options?: Door['options'], more?: Partial<Door>): Door => ({
  says: '',
  call: call as Door['call'],
  args,
  options,
  ...more,
});
const isTyped = (x: unknown): boolean => x instanceof Float64Array;
const model = k.model(network);
const data = k.dataset(classes);
/** [n, classes] or [n]: lists of numbers and tensors may still have the wrong length, which is refused. */
const probabilities = k.or(
  k.only(() => [0.1, 0.9]),
  (x) => Array.isArray(x) && x.length === 2 && Array.from(x).every((v) => v === 1),
);
const labels = k.or(
  k.only(() => [0, 1]),
  (x) => x instanceof Tensor || isTyped(x) || probabilities.accepts(x),
);
const bins = { ...k.whole(4), endless: (x: unknown) => x === 1e15 };

/** Models that a result holds are disposed of with the others. */
const keeping = (call: (...args: never[]) => unknown) =>
  ((...args: never[]) => {
    const found = call(...args) as { model: R.Model };
    kept(found.model);
    return found;
  }) as Door['call'];

const many = k.dataset(() => R.dataset({ x: Array.from({ length: 12 }, (_, i) => [i, i % 2, i % 3]) }));

/** A function, which may still return what is no model. */
const build = k.called(() => () => network());
const isRecord = (x: unknown): boolean =>
  Object.prototype.toString.call(x) === '[object Object]' && typeof x === 'object';
/** Options of fit, which checks the others. */
const fitted = {
  loss: k.called(() => R.crossEntropy()),
  optimizer: k.only(() => R.sgd({ learningRate: 0.1 })),
  epochs: k.times(1),
  batchSize: k.or(k.whole(4), (x) => x === 'full'),
  seed: k.finite(1),
};
/** Engines have tests of their own; here all else is refused. */
const engine = k.only(() => undefined);
const rightFit = { loss: R.crossEntropy(), optimizer: R.sgd({ learningRate: 0.1 }), epochs: 1 };
const halves = (): unknown => ({ train: classes(), validation: classes() });

const run = await R.fit(network(), classes(), rightFit);
const isEmpty = (x: unknown): boolean => x === undefined || (isRecord(x) && Object.keys(x as object).length === 0);

export const generalizationRows: Doors = {
  generalization: row(
    generalization,
    {
      subject: k.or(
        k.only(() => run),
        R.isModel,
      ),
      parts: k.or(
        k.only(() => ({ train: classes() })),
        isEmpty,
      ),
    },
    {
      title: k.or(
        k.only(() => 'A report'),
        (x) => typeof x === 'string',
      ),
      draw: k.or(
        k.called(() => () => ({ svg: () => '' })),
        () => false,
      ),
      seed: k.finite(1),
      notes: k.or(
        k.only(() => [{ text: 'a column', next: 'nothing' }]),
        (x) => Array.isArray(x) && x.length === 0,
      ),
    },
  ),
  crossValidate: row(
    crossValidate,
    { build, data },
    {
      ...fitted,
      folds: k.whole(2, 2),
      repeats: k.times(1),
      seeds: k.times(1),
      stratify: k.flag(true),
      groups,
      engine,
    },
  ),
  nestedCrossValidate: row(
    nestedCrossValidate,
    {
      build,
      candidates: k.or(
        k.only(() => [1, 2]),
        (x) => Array.isArray(x) && x.length > 1 && Array.from(x).every((one) => one !== undefined && one !== null),
      ),
      data,
    },
    {
      ...fitted,
      folds: k.whole(2, 2),
      inner: k.whole(2, 2),
      mode: k.word('max'),
      engine,
    },
  ),
  'crossValidate in time': row(
    (made: never, set: never, options: object) =>
      crossValidate(made, set, isRecord(options) ? { ...rightFit, ...options } : (options as never)),
    { build, data },
    { ...time, folds: k.whole(2, 2) },
  ),
  learningCurve: row(
    learningCurve,
    { build, data: k.only(halves) },
    { ...fitted, sizes: k.only(() => [4, 5, 6]), repeats: k.times(1), engine },
    { needed: true },
  ),
  interpret: row(interpret, { model, data }, {}),
  preflight: row(
    preflight,
    { model, data },
    {
      loss: k.called(() => R.crossEntropy()),
      optimizer: k.only(() => R.sgd({ learningRate: 0.1 })),
      epochs: k.whole(1),
      batchSize: k.or(k.whole(4), (x) => x === 'full'),
      seed: k.finite(1),
    },
  ),
  importance: row(
    importance,
    { model: k.model(() => network().build([3])), data },
    { loss: k.called(() => R.crossEntropy()), repeats: k.times(2), seed: k.finite(1) },
  ),
  shift: row(
    shift,
    { train: many, other: many },
    { permutations: k.times(2), rows: k.whole(12, 10), seed: k.finite(1) },
  ),
  audit: row(audit, { data }, { rows: k.whole(5, 3), seed: k.finite(1) }),
  labelIssues: row(labelIssues, { probabilities, labels }, undefined, { says: 'labelIssues' }),
  reliability: row(reliability, { probabilities, labels }, { bins }, { says: 'reliability' }),
  calibrate: row(keeping(calibrate as never), { model, data }, { bins }),
  conformal: row(
    conformal,
    { model, data },
    {
      alpha: k.or(
        k.only(() => 0.5),
        () => false,
      ),
    },
  ),
  'conformal between quantiles': row(
    conformal,
    {
      model: k.model(() => kept(R.nn.sequential([R.nn.dense(2)]))),
      data: k.dataset(() => R.dataset({ x: [[1], [2], [3]], y: [[1], [2], [4]] })),
    },
    { quantiles: k.only(() => [0, 1]) },
    { says: 'conformal' },
  ),
};
