import * as R from '../../src/index.js';
import type { Door, Doors } from './harness.js';
import { kept } from './kept.js';
import * as k from './kinds.js';

const { nn } = R;
type Layer = ReturnType<typeof nn.relu>;
const range = (shape: readonly number[]): R.Tensor =>
  R.arange(shape.reduce((a, b) => a * b, 1))
    .reshape(shape)
    .div(7);
/** Makes a door whose function takes the arguments of the row. */
const door = (call: unknown, args?: Door['args'], options?: Door['options'], more: Partial<Door> = {}): Door => ({
  call: call as Door['call'],
  args,
  options,
  ...more,
});
const spaces: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  nn,
  init: R.init,
  clip: R.clip,
  constrain: R.constrain,
  augment: R.augment,
};

const built = (): R.Model => kept(nn.sequential([nn.dense(2)]).build([3]));

// Puts a layer into a model, which is called, differentiated and described.
const inModel =
  (...shape: number[]) =>
  (layer: Layer) => {
    const model = kept(nn.sequential([layer])).build(shape);
    const x = range([2, ...shape]).mul(shape[0] === 1 ? 0 : 1);
    const result = [model(x), model.predict(x), model(x, { training: false }), model.summary()];
    const { grads } = R.valueAndGrad((t) => model(t).sum(), { wrt: model })(x);
    return [...result.map(String), ...Object.values(grads).map(String)];
  };
const layer = (
  name: string,
  shape: number[],
  args?: Door['args'],
  options?: Door['options'],
  more?: Partial<Door>,
): Doors => ({
  [`nn.${name}`]: door(nn[name as keyof typeof nn], args, options, { use: inModel(...shape) as Door['use'], ...more }),
});
const padding = k.or(k.pair(1, 0), (p) => p === 'valid' || p === 'same');
const line = { stride: k.whole(1), padding };
const weights = {
  init: k.only(() => R.init.xavierNormal()),
  bias: k.flag(true),
  activation: k.called(() => (t: R.Tensor) => t.tanh()),
};
const convolution = { stride: k.pair(1), padding, dilation: k.pair(1), groups: k.whole(1), ...weights };

/** Joins get two nodes of a graph. */
const joined: Partial<Door> = {
  use: (layer: Layer) =>
    kept(nn.graph({ a: [3], b: [3] }, ({ a, b }) => layer([a, b])))
      .build()
      .predict({ a: range([2, 3]), b: range([2, 3]) }),
};

export const layerRows: Doors = {
  ...Object.assign(
    {},
    ...[
      'relu',
      'tanh',
      'sigmoid',
      'softplus',
      'silu',
      'selu',
      'softmax',
      'hardSigmoid',
      'hardSwish',
      'prelu',
      'flatten',
      'identity',
    ].map((name) => layer(name, [3])),
  ),
  ...layer('leakyRelu', [3], {}, { slope: k.finite(0.1) }),
  ...layer('elu', [3], {}, { alpha: k.finite(1) }),
  ...layer('gelu', [3], {}, { approximate: k.word('tanh') }),
  ...layer('dense', [3], { units: k.whole(2) }, weights),
  'nn.dense tied': door(
    (options: unknown) => nn.dense(3, options as R.nn.DenseOptions),
    {},
    { tie: k.text('0') },
    { use: ((tied: Layer) => inModel(3)(nn.sequential([nn.dense(3), tied]) as never)) as Door['use'], says: 'dense' },
  ),
  ...layer('embedding', [1], { count: k.whole(4), units: k.whole(2) }, { init: weights.init }),
  ...layer(
    'conv1d',
    [5, 2],
    { filters: k.whole(2), kernel: k.whole(3) },
    { ...line, dilation: k.whole(1), groups: k.whole(1), ...weights },
  ),
  ...layer(
    'conv2d',
    [5, 5, 2],
    { filters: k.whole(2), kernel: k.pair(3) },
    { ...convolution, paddingMode: k.word('reflect') },
  ),
  ...layer(
    'convTranspose2d',
    [3, 3, 2],
    { filters: k.whole(2), kernel: k.pair(3) },
    { ...convolution, outputPadding: k.pair(0, 0) },
  ),
  ...Object.assign(
    {},
    ...['rnn', 'gru', 'lstm'].map((name) =>
      layer(
        name,
        [3, 2],
        { units: k.whole(2) },
        {
          returnSequences: k.flag(true),
          reverse: k.flag(true),
          keep: k.between(0.5),
          recurrentKeep: k.between(0.5),
          init: weights.init,
          bias: k.flag(true),
        },
      ),
    ),
  ),
  ...layer('bidirectional', [3, 2], { layer: k.only(() => nn.gru(2)) }, { merge: k.word('sum') }),
  ...layer('maxPool1d', [6, 2], { size: k.whole(2) }, { ...line, ceil: k.flag(true) }),
  ...layer('avgPool1d', [6, 2], { size: k.whole(2) }, { ...line, ceil: k.flag(true), countPadding: k.flag(true) }),
  ...layer('maxPool2d', [4, 4, 2], { size: k.pair(2) }, { stride: k.pair(2), padding, ceil: k.flag(true) }),
  ...layer(
    'avgPool2d',
    [4, 4, 2],
    { size: k.pair(2) },
    { stride: k.pair(2), padding, ceil: k.flag(true), countPadding: k.flag(true) },
  ),
  ...layer('globalAvgPool1d', [4, 2]),
  ...layer('globalMaxPool1d', [4, 2]),
  ...layer('globalMaxPool2d', [4, 4, 2]),
  ...layer(
    'op',
    [3],
    { operation: k.only(() => 'mul') },
    { args: k.list([]), operand: k.shape([3]), first: k.flag(true), trainable: k.flag(false) },
  ),
  ...layer('reshape', [4, 2], { shape: k.shape([8]) }),
  ...layer('permute', [4, 2], { axes: k.only(() => [1, 0]) }),
  ...layer('repeat', [4], { times: k.times(3) }),
  ...layer('zeroPad2d', [4, 4, 2], { padding: k.pair(1, 0) }),
  ...layer('crop2d', [4, 4, 2], { cropping: k.pair(1, 0) }),
  ...layer('lambda', [4], { f: k.called(() => (t: R.Tensor) => t.mul(2)) }),
  ...layer('globalAvgPool2d', [4, 4, 2]),
  ...layer('upsample2d', [2, 2, 1], { factor: k.pair(2) }, { mode: k.word('nearest') }),
  ...layer('batchNorm', [3], {}, { momentum: k.between(0.1), eps: k.above0(1e-5), frozen: k.flag(false) }),
  ...layer('layerNorm', [3], {}, { eps: k.above0(1e-5) }),
  ...layer('rmsNorm', [3], {}, { eps: k.above0(1e-5) }),
  ...layer(
    'attention',
    [3, 4],
    {},
    { heads: k.whole(2), causal: k.flag(true), keep: k.between(0.5), rotary: k.flag(true), init: weights.init },
  ),
  ...layer('positions', [3, 4], {}, { length: k.whole(3), kind: k.word('learned'), init: weights.init }),
  ...layer(
    'transformer',
    [3, 4],
    {},
    {
      heads: k.whole(2),
      hidden: k.whole(3),
      causal: k.flag(true),
      keep: k.between(0.5),
      rotary: k.flag(true),
      init: weights.init,
    },
  ),
  ...layer('groupNorm', [4], { groups: k.whole(2) }, { eps: k.above0(1e-5) }),
  ...layer('dropout', [3], {}, { keep: k.between(0.5), scaling: k.word('test') }),
  ...layer('spatialDropout', [4, 4, 2], {}, { keep: k.between(0.5), scaling: k.word('test') }),
  ...layer('gaussianDropout', [3], {}, { keep: k.between(0.5) }),
  ...layer('gaussianNoise', [3], {}, { std: k.fromZero(0.5) }),
  ...layer('activityPenalty', [3], { penalty: k.only(() => R.l1(0.1)) }),
  ...layer('rematerialize', [3], {
    layer: k.or(
      k.only(() => nn.dense(2)),
      isPart,
    ),
  }),
  ...Object.assign({}, ...['add', 'multiply', 'maximum', 'average'].map((name) => layer(name, [], {}, {}, joined))),
  ...layer('concat', [], {}, { axis: k.or(k.whole(-1, -2), (axis) => axis !== 0) }, joined),
  ...layer('dot', [], {}, { normalize: k.flag(true) }, joined),
  ...layer('sequential', [3], { layers: k.only(() => [nn.dense(2), nn.relu()]) }),
  ...layer(
    'defineModel',
    [3],
    {
      children: k.or(
        k.only(() => ({ out: nn.dense(2) })),
        isEmpty,
      ),
      forward: k.called(
        () =>
          ({ out }: { out?: (t: R.Tensor) => R.Tensor }, t: R.Tensor) =>
            out?.(t) ?? t,
      ),
    },
    undefined,
  ),
  'nn.graph': door(
    nn.graph,
    { inputs: k.shape([3]), describe: k.called(() => (x: R.nn.GraphNode) => nn.dense(2)(x)) },
    { name: k.text('body') },
    { use: (model: R.Model) => kept(model).build().summary() },
  ),
  'nn.parameters': door(nn.parameters, { given: k.only(() => ({ rate: [2] })) }, undefined, {
    use: (model: R.Model) => kept(model).state(),
  }),
  'nn.frozen': door(
    nn.frozen,
    { model: k.model(built) },
    { name: k.text('body') },
    { use: (model: R.Model) => kept(model).predict(range([2, 3])) },
  ),
  'nn.upTo': door(nn.upTo, { model: k.model(built), path: k.word('0') }, undefined, {
    use: (model: R.Model) =>
      kept(model)
        .build([3])
        .predict(range([2, 3])),
  }),
  'nn.multiTask': door(
    nn.multiTask,
    {},
    {
      trunk: k.or(
        k.only(() => nn.dense(2)),
        isPart,
      ),
      heads: k.only(() => ({ a: nn.dense(1), b: nn.dense(2) })),
    },
    {
      needed: true,
      use: (model: R.Model) =>
        kept(model)
          .build([3])
          .predict(range([2, 3])),
    },
  ),
};
function isPart(x: unknown): boolean {
  return (typeof x === 'function' || typeof x === 'object') && x !== null && 'config' in x;
}
function isEmpty(x: unknown): boolean {
  return typeof x === 'object' && x !== null && !Array.isArray(x) && Object.keys(x).length === 0;
}

// Initializers are drawn from.
const drawn = {
  use: ((init: ReturnType<typeof R.init.zeros>) =>
    kept(nn.sequential([nn.dense(3, { init })]))
      .build([2])
      .state()) as Door['use'],
};
const scaled = { gain: k.above0(1), mode: k.word('fanOut') };
const initializer = (name: string, options?: Door['options']): Doors => ({
  [`init.${name}`]: door(spaces.init[name], {}, options, drawn),
});
export const initRows: Doors = {
  ...initializer('zeros'),
  ...initializer('ones'),
  'init.constant': door(R.init.constant, { v: k.finite(1) }, undefined, drawn),
  ...initializer('sparse', { connections: k.whole(3), std: k.fromZero(1) }),
  'init.sparse by share': door(
    R.init.sparse,
    {},
    { sparsity: k.between(0.5), std: k.fromZero(1) },
    { ...drawn, says: 'sparse' },
  ),
  ...initializer('orthogonal', { gain: k.above0(1) }),
  ...initializer('normal', { std: k.fromZero(1) }),
  ...initializer('uniform', { limit: k.fromZero(1) }),
  ...initializer('truncatedNormal', { std: k.fromZero(1) }),
  ...initializer('xavierNormal', { gain: k.above0(1) }),
  ...initializer('xavierUniform', { gain: k.above0(1) }),
  ...initializer('kaimingNormal', scaled),
  ...initializer('kaimingUniform', scaled),
  ...initializer('lecunNormal', scaled),
};

// Losses and metrics are called with outputs and targets, and read.
const called = (output: () => unknown, target: () => unknown) => ({
  use: ((f: (...args: unknown[]) => unknown) => f(output(), target())) as Door['use'],
});
const [out, labels] = [() => range([3, 2]), () => R.tensor([0, 1, 1])];
const alike = called(out, out);
const classes = called(out, labels);
const smoothing = { labelSmoothing: k.between(0.1), smoothing: k.word('uniform') };
/** A class by its label; names are known where a data set is. */
const ofClass = { of: k.or(k.whole(1, 0), (x) => typeof x === 'string') };
export const lossRows: Doors = {
  mse: door(R.mse, {}, undefined, alike),
  mae: door(R.mae, {}, undefined, alike),
  hinge: door(R.hinge, {}, undefined, alike),
  ...Object.fromEntries(
    (['kl', 'cosineSimilarity', 'poisson'] as const).map((name) => [name, door(R[name], {}, undefined, alike)]),
  ),
  gaussianNll: door(
    R.gaussianNll,
    {},
    undefined,
    called(out, () => R.tensor([1, 2, 3])),
  ),
  quantile: door(R.quantile, { q: k.only(() => 0.5) }, undefined, alike),
  focal: door(R.focal, {}, { gamma: k.fromZero(1) }, classes),
  triplet: door(R.triplet, {}, { margin: k.above0(1) }, classes),
  huber: door(R.huber, {}, { delta: k.above0(1) }, alike),
  binaryCrossEntropy: door(R.binaryCrossEntropy, {}, { from: k.word('logits'), ...smoothing }, alike),
  crossEntropy: door(
    R.crossEntropy,
    {},
    {
      from: k.word('logits'),
      ...smoothing,
      classWeights: k.or(
        k.only(() => [1, 2]),
        isWeights,
      ),
    },
    classes,
  ),
  accuracy: door(R.accuracy, {}, { threshold: k.finite(0) }, classes),
  topK: door(R.topK, { k: k.whole(1) }, undefined, classes),
  ...Object.fromEntries(
    (['rocAuc', 'prAuc', 'balancedAccuracy', 'confusionMatrix'] as const).map((name) => [
      name,
      door(R[name], {}, undefined, classes),
    ]),
  ),
  ...Object.fromEntries(
    (['precision', 'recall', 'f1'] as const).map((name) => [name, door(R[name], {}, ofClass, classes)]),
  ),
  fBeta: door(R.fBeta, { beta: k.above0(2) }, ofClass, classes),
  ...Object.fromEntries((['r2', 'rmse', 'mape'] as const).map((name) => [name, door(R[name], {}, undefined, alike)])),
  ...Object.fromEntries(
    (
      [
        'mse',
        'mae',
        'hinge',
        'huber',
        'kl',
        'cosineSimilarity',
        'poisson',
        'binaryCrossEntropy',
        'r2',
        'rmse',
        'mape',
      ] as const
    ).map((name) => [
      `${name}()`,
      door(R[name](), { output: k.tensor(out), target: k.tensor(out) }, undefined, { says: name }),
    ]),
  ),
  ...Object.fromEntries(
    (
      [
        'crossEntropy',
        'focal',
        'triplet',
        'accuracy',
        'precision',
        'balancedAccuracy',
        'rocAuc',
        'prAuc',
        'confusionMatrix',
      ] as const
    ).map((name) => [
      `${name}()`,
      door(R[name](), { output: k.tensor(out), target: k.tensor(labels) }, undefined, { says: name }),
    ]),
  ),
};
function isWeights(x: unknown): boolean {
  return (
    x instanceof Float64Array || (Array.isArray(x) && x.length > 0 && Array.from(x).every((w) => typeof w === 'number'))
  );
}

// Optimizers make an update, schedules return a rate.
const updated = {
  use: ((o: R.Optimizer) => {
    const [theta, grad] = [R.tensor([1, 2]), R.tensor([0.1, 0.2])];
    const { theta: next, state } = o.update(theta, grad, o.init(theta));
    return [next, o.update(next, grad, state)];
  }) as Door['use'],
};
const rate = k.or(k.fromZero(0.1), (x) => typeof x === 'function');
const beta = { beta1: k.between(0.9, 0, 0.999), beta2: k.between(0.99, 0, 0.9999) };
const delta = k.above0(1e-6);
const adam = { learningRate: rate, ...beta, delta };
const asked = { needed: true, use: ((s: (k: number) => number) => [s(0), s(10)]) as Door['use'] };
const steps = k.whole(5);
const from = k.above0(0.1);
const to = k.fromZero(0.01);
const list = k.only(() => [2, 4]);
const theta = k.tensor(() => R.tensor([1, 2]));
const state = { init: (v: number) => ({ best: v, waited: 0 }) };
export const optimizerRows: Doors = {
  sgd: door(
    R.sgd,
    {},
    {
      learningRate: rate,
      momentum: k.or(k.between(0.9), (x) => typeof x === 'function'),
      nesterov: k.flag(true),
      weightDecay: k.fromZero(0),
    },
    { ...updated, needed: true },
  ),
  adagrad: door(R.adagrad, {}, { learningRate: rate, delta }, updated),
  rmsprop: door(
    R.rmsprop,
    {},
    { learningRate: rate, rho: k.between(0.9), delta, momentum: k.between(0.5), centered: k.flag(true) },
    updated,
  ),
  adam: door(R.adam, {}, { ...adam, amsgrad: k.flag(true) }, updated),
  adamw: door(
    R.adamw,
    {},
    { ...adam, amsgrad: k.flag(true), weightDecay: k.fromZero(0.1), only: k.called(() => () => true) },
    updated,
  ),
  adadelta: door(R.adadelta, {}, { learningRate: rate, rho: k.between(0.9), delta }, updated),
  adamax: door(R.adamax, {}, adam, updated),
  nadam: door(R.nadam, {}, { ...adam, momentumDecay: k.fromZero(0.004) }, updated),
  radam: door(R.radam, {}, adam, updated),
  lion: door(R.lion, {}, { learningRate: rate, ...beta }, updated),
  sam: door(R.sam, { optimizer: k.only(() => R.adam()) }, { rho: k.above0(0.05) }),
  lookahead: door(
    R.lookahead,
    { optimizer: k.only(() => R.adam()) },
    { every: k.whole(2), share: k.between(0.5) },
    updated,
  ),
  optimizer: door(
    (own: R.OwnOptimizer) => R.optimizer(own)({ learningRate: 0.1 }),
    {},
    {
      state: k.or(
        k.only(() => ['v']),
        (x) => typeof x === 'string' || isList(x),
      ),
      update: k.called(() => (v: R.OwnVectors) => ({ theta: v.theta.sub(v.grad), state: v.state })),
    },
    { ...updated, needed: true },
  ),
  'optimizer.init': door((t: never) => R.adam().init(t), { theta }, undefined, { says: 'adam.init' }),
  'optimizer.update': door(
    (...args: never[]) => (R.adam().update as (...a: unknown[]) => unknown)(...args),
    { theta, grad: theta, state: k.only(() => R.adam().init(R.tensor([1, 2]))) },
    undefined,
    { says: 'adam.update' },
  ),
  rule: door(
    R.rule,
    {},
    {
      stage: k.word('gradient'),
      state: k.or(
        k.only(() => ['v']),
        (x) => typeof x === 'string' || isList(x),
      ),
      scalars: k.called(() => () => [1]),
      apply: k.called(() => ({ grad }: { grad: R.Tensor }) => ({ grad: grad.mul(0.5) })),
    },
    { needed: true, use: inStep as Door['use'] },
  ),
  linearDecay: door(R.linearDecay, {}, { from, to, steps: k.above0(5) }, asked),
  stepDecay: door(R.stepDecay, {}, { from, factor: k.above0(0.5), every: steps }, asked),
  multiStep: door(R.multiStep, {}, { from, factor: k.above0(0.5), at: list }, asked),
  exponentialDecay: door(R.exponentialDecay, {}, { from, factor: k.above0(0.5) }, asked),
  inverseTime: door(R.inverseTime, {}, { from, decay: k.fromZero(0.5), power: k.above0(0.75) }, asked),
  polynomialDecay: door(R.polynomialDecay, {}, { from, to, steps: k.above0(5), power: k.above0(2) }, asked),
  cosineDecay: door(R.cosineDecay, {}, { from, to, steps: k.above0(5) }, asked),
  cosineRestarts: door(R.cosineRestarts, {}, { from, to, steps, grow: k.between(1, 1, Infinity) }, asked),
  oneCycle: door(
    R.oneCycle,
    {},
    { peak: from, steps: k.whole(5, 2), rise: k.between(0.3), divide: k.above0(25), end: k.above0(10) },
    asked,
  ),
  cyclic: door(R.cyclic, {}, { from: to, to: from, up: steps, down: steps }, asked),
  piecewise: door(R.piecewise, {}, { at: list, values: k.only(() => [0.1, 0.2, 0.3]) }, asked),
  warmup: door(
    R.warmup,
    { schedule: k.called(() => R.cosineDecay({ from: 0.1, steps: 9 })) },
    { steps, from: to },
    asked,
  ),
  scheduleCurve: door(
    R.scheduleCurve,
    {
      schedule: k.or(
        k.called(() => R.cosineDecay({ from: 0.1, steps: 9 })),
        (x) => typeof x === 'number',
      ),
      steps,
    },
    undefined,
    {
      use: ((curve: R.ScheduleCurve) => curve.picture()) as Door['use'],
    },
  ),
  reduceOnPlateau: door(
    R.reduceOnPlateau,
    {},
    {
      factor: k.between(0.5),
      patience: k.whole(1, 0),
      minDelta: k.fromZero(0),
      relative: k.flag(true),
      cooldown: k.whole(1, 0),
      minRate: k.fromZero(0),
      mode: k.word('max'),
      monitor: k.text('validation.loss'),
    },
    { use: ((m: R.Monitor) => m.update(m.init(), 1)) as Door['use'] },
  ),
  'reduceOnPlateau.update': door(
    R.reduceOnPlateau().update,
    { state: k.only(() => ({ ...state.init(1), cooling: 0 })), value: k.number(1) },
    undefined,
    { says: 'reduceOnPlateau.update' },
  ),
  earlyStopping: door(
    R.earlyStopping,
    {},
    {
      patience: k.whole(1),
      minDelta: k.fromZero(0),
      monitor: k.text('validation.loss'),
      mode: k.word('max'),
      every: k.only(() => ({ steps: 5 })),
      restoreBest: k.flag(true),
      retrain: k.word('continue'),
      maxEpochs: k.whole(3),
    },
    { use: ((m: R.EarlyStopping) => m.update(m.init(), 1)) as Door['use'] },
  ),
  'earlyStopping.update': door(
    R.earlyStopping().update,
    { state: k.only(() => state.init(1)), value: k.number(1) },
    undefined,
    { says: 'earlyStopping.update' },
  ),
};
function isList(x: unknown): boolean {
  return Array.isArray(x) && Array.from(x).every((n) => typeof n === 'string');
}
/** Rules take part in a step. */
function inStep(rule: R.Rule): unknown {
  const step = kept(R.trainStep(built(), { loss: R.mse(), optimizer: R.sgd({ learningRate: 0.1 }), rules: [rule] }));
  return step(range([2, 3]), range([2, 2]));
}

const rules = { use: inStep as Door['use'] };
const which = k.called(() => () => true);
const c = { c: k.above0(1) };
const attack = (call: unknown, options: Door['options']): Door =>
  door(call, {}, options, {
    needed: true,
    use: ((f: R.Attack) => f(built(), R.mse(), range([2, 3]), range([2, 2]))) as Door['use'],
  });
const gentle = {
  epsilon: k.fromZero(0.1),
  clip: k.or(
    k.only(() => [0, 1]),
    (x) => Array.isArray(x),
  ),
  targeted: k.flag(false),
};
export const regularizerRows: Doors = {
  l1: door(R.l1, { lambda: k.fromZero(0.1) }, { only: which, proximal: k.flag(true) }, rules),
  l2: door(R.l2, { lambda: k.fromZero(0.1) }, { only: which }, rules),
  elasticNet: door(R.elasticNet, {}, { l1: k.fromZero(0.1), l2: k.fromZero(0.1), only: which }, rules),
  weightNoise: door(R.weightNoise, {}, { std: k.fromZero(0.1), only: which }, { ...rules, needed: true }),
  noisyGradient: door(R.noisyGradient, {}, { std: k.fromZero(0.1), only: which }, { ...rules, needed: true }),
  share: door(R.share, { other: k.model(built) }, { strength: k.fromZero(0.1), only: which }, rules),
  ema: door(R.ema, {}, { decay: k.between(0.9) }, { needed: true }),
  swa: door(R.swa, {}, { start: k.or(k.whole(1, 0), isCount), every: k.or(k.whole(1), isCount) }, { needed: true }),
  adversarial: door(
    R.adversarial,
    {},
    { attack: k.only(() => R.fgsm({ epsilon: 0.1 })), share: k.between(0.5) },
    { needed: true },
  ),
  fgsm: attack(R.fgsm, gentle),
  pgd: attack(R.pgd, {
    ...gentle,
    stepSize: k.above0(0.1),
    steps: k.whole(2),
    randomStart: k.flag(true),
    seed: k.finite(1),
  }),
  'fgsm()': door(
    R.fgsm({ epsilon: 0.1 }),
    {
      model: k.model(built),
      loss: k.called(() => R.mse()),
      x: k.tensor(() => range([2, 3])),
      y: k.tensor(() => range([2, 2])),
    },
    undefined,
    { says: 'fgsm' },
  ),
  'clip.value': door(R.clip.value, c, undefined, { ...rules, says: 'clip.value' }),
  'clip.norm': door(R.clip.norm, c, undefined, { ...rules, says: 'clip.norm' }),
  'clip.globalNorm': door(R.clip.globalNorm, c, undefined, { ...rules, says: 'clip.globalNorm' }),
  'clip.adaptive': door(R.clip.adaptive, c, undefined, { ...rules, says: 'clip.adaptive' }),
  'constrain.l2Ball': door(
    R.constrain.l2Ball,
    { radius: k.above0(1) },
    { only: which },
    { ...rules, says: 'constrain.l2Ball' },
  ),
  'constrain.l1Ball': door(
    R.constrain.l1Ball,
    { radius: k.above0(1) },
    { only: which },
    { ...rules, says: 'constrain.l1Ball' },
  ),
  'constrain.maxNorm': door(R.constrain.maxNorm, c, { only: which }, { ...rules, says: 'constrain.maxNorm' }),
};
function isCount(x: unknown): boolean {
  return typeof x === 'object' && x !== null;
}

// Augmentations change images.
const images = () => range([2, 6, 6, 1]);
const shown = { use: ((a: ReturnType<typeof R.augment.mixup>) => R.augment.preview(a, images())) as Door['use'] };
const augmentation = (name: string, options: Door['options'], needed = true): Doors => ({
  [`augment.${name}`]: door(spaces.augment[name], {}, options, { ...shown, needed }),
});
const factor = k.or(
  k.only(() => [0.9, 1.1]),
  (x) => typeof x === 'number' || Array.isArray(x),
);
export const augmentRows: Doors = {
  ...augmentation('flipHorizontal', { p: k.between(0.5) }, false),
  ...augmentation('flipVertical', { p: k.between(0.5) }, false),
  ...augmentation('rotate', { degrees: k.between(10, 0, 360) }),
  ...augmentation('translate', { pixels: k.fromZero(1) }),
  ...augmentation('zoom', { range: factor }),
  ...augmentation('scale', { x: factor, y: factor }),
  ...augmentation('crop', { size: k.pair(4), padding: k.pair(1, 0) }),
  ...augmentation('cutout', { size: k.pair(2) }),
  ...augmentation('gaussianNoise', { std: k.fromZero(0.1) }),
  ...augmentation('mixup', { alpha: k.above0(0.2) }),
  ...augmentation('cutmix', { alpha: k.above0(1) }),
  'augment.compose': door(
    R.augment.compose,
    { parts: k.only(() => [R.augment.rotate({ degrees: 5 }), R.augment.flipHorizontal()]) },
    undefined,
    shown,
  ),
  'augment.preview': door(
    R.augment.preview,
    { augmentation: k.only(() => R.augment.rotate({ degrees: 5 })), x: k.tensor(images) },
    { seed: k.finite(1), draws: k.whole(2) },
  ),
};

export const surfaceRows: Doors = Object.fromEntries(
  Object.entries(R.surfaces).map(([name, { f }]) => [
    `surfaces.${name}`,
    door(f, { x: k.tensor(() => R.tensor([0.5, 1])) }),
  ]),
);

const method = (name: string, args: Door['args'], options?: Door['options'], more?: Partial<Door>): Doors => ({
  [`model.${name}`]: door(
    (...given: unknown[]) => (built() as unknown as Record<string, (...a: unknown[]) => unknown>)[name](...given),
    args,
    options,
    more,
  ),
});
const rows = k.tensor(() => range([2, 3]));
const square = (t: R.Tensor): R.Tensor => t.square().sum();
export const modelRows: Doors = {
  copyInto: door(R.copyInto, { target: k.model(built), source: k.model(built) }, { share: k.between(0.5) }),
  model: door((...args: Parameters<R.Model>) => built()(...args), { x: rows }, { training: k.flag(true) }),
  'model.build': door(
    (...args: unknown[]) => (kept(nn.sequential([nn.dense(2)])).build as (...a: unknown[]) => unknown)(...args),
    { shape: k.shape([3]) },
    {
      seed: k.finite(1),
      state: k.or(
        k.only(() => ({})),
        isCount,
      ),
    },
    { use: ((model: R.Model) => model.state()) as Door['use'] },
  ),
  ...method('predict', { x: rows }, { batchSize: k.whole(1) }),
  ...method('classify', { x: rows }, { batchSize: k.whole(1) }),
  ...method('load', {
    state: k.or(
      k.only(() => built().state()),
      isCount,
    ),
  }),
  ...method('summary', {}, { batchSize: k.whole(4) }),
  'parameter.set': door(
    (values: never) => built().parameters()[0].set(values),
    {
      values: k.or(
        k.only(() => [1, 2, 3, 4, 5, 6]),
        isWeights,
      ),
    },
    undefined,
    { says: '0.weight' },
  ),
  compile: door(R.compile, { f: k.called(() => square) }),
  grad: door(
    R.grad,
    { f: k.called(() => square) },
    {
      wrt: k.or(
        k.only(() => [0]),
        isPositions,
      ),
    },
    { use: ((f: typeof square) => f(R.tensor([1, 2]))) as Door['use'] },
  ),
  valueAndGrad: door(
    R.valueAndGrad,
    { f: k.called(() => square) },
    {
      wrt: k.or(
        k.only(() => [0]),
        (x) => isPositions(x) || typeof x === 'function',
      ),
    },
    { use: ((f: typeof square) => f(R.tensor([1, 2]))) as Door['use'] },
  ),
  hvp: door(R.hvp, { f: k.called(() => square) }, undefined, {
    use: ((f: (a: R.Tensor, b: R.Tensor) => R.Tensor) => f(R.tensor([1, 2]), R.tensor([1, 2]))) as Door['use'],
  }),
  scan: door(
    R.scan,
    {
      f: k.called(() => (carry: R.Tensor, y: R.Tensor) => ({ carry, y })),
      init: k.or(
        k.only(() => R.tensor(1)),
        isTree,
      ),
      xs: k.only(() => R.tensor([[1, 2]])),
    },
    { reverse: k.flag(true), rematerialize: k.flag(true) },
  ),
  'grad()': door(R.grad(square), { 'argument 0': k.tensor(() => R.tensor([1, 2])) }, undefined, { says: 'grad' }),
  'hvp()': door(
    R.hvp(square),
    { x: k.tensor(() => R.tensor([1, 2])), v: k.tensor(() => R.tensor([1, 2])) },
    undefined,
    { says: 'hvp' },
  ),
};
/** Numbers and tensors, and arrays and objects of them. */
function isTree(x: unknown, depth = 0): boolean {
  if (x === undefined || x === null || typeof x === 'number' || R.isTensor(x)) return true;
  const plain = typeof x === 'object' && (Array.isArray(x) || Object.getPrototypeOf(x) === Object.prototype);
  return plain && depth < 32 && Object.values(x).every((y) => isTree(y, depth + 1));
}
function isPositions(x: unknown): boolean {
  return Array.isArray(x) && Array.from(x).every((n) => Number.isInteger(n) && n >= 0);
}
