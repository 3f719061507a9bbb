import * as R from '../../src/index.js';

/** Numbers of any size for all parameters, also for those that begin as 0 and 1; variances are positive. */
export function shaken<M extends R.AnyModel>(model: M, shape: R.Shape, seed: number): M {
  model.build(shape, { seed });
  model.parameters().forEach(({ name, shape: own, set }, i) => {
    const x = R.randomGenerator(seed + i).normal(own, { std: 0.7 });
    set((name.endsWith('running_var') ? x.square().add(0.1) : x).data());
  });
  return model;
}
const { nn } = R;
export const inputs = (n: number, shape: R.Shape, seed = 1): R.Tensor =>
  R.randomGenerator(seed).normal([n, ...shape], { std: 2 });

export type Factory = (...args: readonly unknown[]) => R.Part;
export const factories = Object.entries(nn as unknown as Record<string, Factory>).filter(
  ([name]) =>
    ![
      ...['defineModel', 'lambda', 'op', 'graph', 'upTo', 'parameters'],
      ...['add', 'multiply', 'maximum', 'average', 'concat', 'dot'],
    ].includes(name),
);
export const [ROW, ROWS, SEQUENCE, IMAGE]: R.Shape[] = [[6], [5, 6], [9, 4], [7, 5, 4]];
/** One example's shape, of layers that take one kind of input only; others take each of these. */
export const SHAPES: Readonly<Record<string, readonly R.Shape[]>> = {
  conv1d: [SEQUENCE],
  maxPool1d: [SEQUENCE],
  avgPool1d: [SEQUENCE],
  conv2d: [IMAGE],
  convTranspose2d: [IMAGE],
  maxPool2d: [IMAGE],
  avgPool2d: [IMAGE],
  globalAvgPool1d: [SEQUENCE],
  globalMaxPool1d: [SEQUENCE],
  globalAvgPool2d: [IMAGE],
  globalMaxPool2d: [IMAGE],
  zeroPad2d: [IMAGE],
  crop2d: [IMAGE],
  reshape: [ROW, SEQUENCE],
  permute: [IMAGE],
  upsample2d: [IMAGE],
  embedding: [ROW, [2, 3]],
  rnn: [SEQUENCE],
  gru: [SEQUENCE],
  lstm: [SEQUENCE],
  bidirectional: [SEQUENCE],
  attention: [[5, 12]],
  positions: [ROWS, [4, 6]],
  transformer: [[5, 12]],
};
/** Other calls of these, beside the one that all tests share. */
export const MORE: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  dense: [
    [4],
    [1, { bias: false }],
    ...['relu', 'tanh', 'softmax', 'leakyRelu', 'elu', 'selu', 'silu', 'softplus', 'sigmoid'].map((activation) => [
      4,
      { activation },
    ]),
  ],
  conv1d: [
    [6, 3, { stride: 2, padding: 1, groups: 2 }],
    [4, 2, { padding: 'same', stride: 3, bias: false }],
    [4, 3, { padding: 'causal', dilation: 2 }],
    [4, 3, { padding: [0, 2] }],
  ],
  conv2d: [
    [8, 3, { groups: 4, padding: 1 }],
    [
      4,
      3,
      {
        padding: [
          [0, 2],
          [1, 0],
        ],
        stride: 2,
      },
    ],
    [4, [1, 3], { groups: 2, dilation: [1, 2], padding: [2, 1] }],
    [3, 2, { stride: [2, 3], padding: 'same', activation: 'softmax' }],
    [2, 3, { padding: 'same', paddingMode: 'reflect' }],
    [2, [5, 3], { padding: [2, 1], stride: 2, paddingMode: 'reflect', bias: false }],
  ],
  convTranspose2d: [
    [6, 3, { groups: 2, stride: 2, padding: 1, outputPadding: 1 }],
    [4, 3, { padding: 'same', stride: [2, 1], bias: false }],
    [
      4,
      3,
      {
        padding: [
          [0, 2],
          [1, 0],
        ],
        stride: 2,
      },
    ],
    [8, [2, 3], { groups: 4, dilation: 2, activation: 'tanh' }],
  ],
  maxPool1d: [
    [3, { padding: 1, stride: 2 }],
    [2, { padding: 'same' }],
  ],
  maxPool2d: [
    [3, { padding: 1, stride: 2 }],
    [[2, 3], { padding: 'same', stride: 2 }],
    [
      3,
      {
        padding: [
          [0, 1],
          [1, 0],
        ],
        ceil: true,
        stride: 2,
      },
    ],
  ],
  avgPool1d: [
    [3, { padding: 1, stride: 2, countPadding: false }],
    [2, { padding: [1, 0], stride: 3, ceil: true }],
    [2, { padding: 'same' }],
  ],
  avgPool2d: [
    [3, { padding: 1, stride: 2 }],
    [3, { padding: 1, stride: 3, ceil: true }],
    [3, { padding: 'same', stride: 2, countPadding: false }],
    [2, { padding: 'same' }],
  ],
  upsample2d: [[2], [3, { mode: 'bilinear' }]],
  attention: [[{ heads: 3 }]],
  positions: [[{ length: 9 }], [{ length: 5, kind: 'sinusoidal' }]],
  transformer: [[{ heads: 3, hidden: 5, rotary: true }]],
  dropout: [[{ keep: 0.8, scaling: 'test' }]],
  spatialDropout: [[{ keep: 0.8, scaling: 'test' }]],
  gelu: [[{ approximate: 'tanh' }]],
  elu: [[{ alpha: 0.3 }]],
  leakyRelu: [[{ slope: 0.2 }]],
  batchNorm: [[{ eps: 0.1, frozen: true }]],
  layerNorm: [[{ eps: 0.1 }]],
  groupNorm: [[1, { eps: 0.1 }]],
  rnn: [[2, { reverse: true }]],
  gru: [[4, { returnSequences: true }]],
  lstm: [[2, { reverse: true, returnSequences: true, bias: false }]],
  bidirectional: [
    [nn.lstm(3, { returnSequences: true })],
    [nn.rnn(2), { merge: 'mul' }],
    [nn.gru(2, { reverse: true }), { merge: 'average' }],
  ],
};
