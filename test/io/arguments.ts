import * as init from '../../src/init/index.js';
import * as nn from '../../src/nn/index.js';
import { l1 } from '../../src/regularize/index.js';

/** Arguments of the factories that need some; all others are called without. */
export const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  dense: [3, { init: init.orthogonal({ gain: 2 }), bias: false, activation: 'gelu' }],
  sequential: [[nn.dense(2), nn.sequential([nn.relu()])]],
  constant: [0.5],
  graph: [
    { a: [2], b: [2] },
    ({ a, b }: Record<string, nn.GraphNode>) => nn.add()([nn.dense(2)(a), nn.concat({ axis: 1 })([b])]),
  ],
  op: ['mul', { operand: [2], first: true, trainable: false }],
  parameters: [{ rate: [], weight: { shape: [2], init: init.ones() } }],
  frozen: [nn.sequential([nn.dense(3), nn.relu()]), { name: 'body' }],
  upTo: [nn.sequential([nn.dense(3), nn.relu()]), '0'],
  activityPenalty: [l1(1e-3)],
  gaussianNoise: [{ std: 0.2 }],
  multiTask: [{ trunk: nn.dense(3), heads: { a: nn.dense(1), b: nn.sequential([nn.dense(2)]) } }],
  rematerialize: [nn.dense(2)],
  conv1d: [4, 3, { padding: 'same', dilation: 2 }],
  convTranspose2d: [4, [3, 2], { stride: 2, outputPadding: 1 }],
  upsample2d: [[2, 3], { mode: 'bilinear' }],
  maxPool1d: [2, { stride: 1 }],
  avgPool1d: [3],
  embedding: [10, 4],
  rnn: [3, { returnSequences: true, bias: false }],
  gru: [3, { reverse: true, keep: 0.8, init: init.normal({ std: 0.1 }) }],
  lstm: [3, { recurrentKeep: 0.5 }],
  bidirectional: [nn.gru(2, { returnSequences: true }), { merge: 'sum' }],
  groupNorm: [2],
  reshape: [[2, -1]],
  permute: [[2, 0, 1]],
  repeat: [3],
  zeroPad2d: [
    [
      [0, 1],
      [2, 0],
    ],
  ],
  crop2d: [[1, 0]],
  attention: [{ heads: 2, causal: true, keep: 0.9, rotary: true, init: init.zeros() }],
  positions: [{ length: 8, kind: 'rotary' }],
  transformer: [{ heads: 2, hidden: 8, causal: true, init: init.normal() }],
  conv2d: [4, [3, 2], { stride: 2, padding: 'same', activation: 'relu' }],
  maxPool2d: [2, { stride: 1 }],
  avgPool2d: [[2, 1], { countPadding: false }],
};
