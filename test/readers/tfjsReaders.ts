import { fromTfjs } from '../../src/formats/index.js';
import { files, rowOf } from '../formats/keras3.js';
import type { Reader } from './readers.js';

type Draw = (n: number) => number;
const isTree = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;

/** What stands in place of a value of a JSON text. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    0.5,
    3,
    1e9,
    2 ** 40,
    2 ** 53,
    1e308,
    '',
    'relu',
    '__proto__',
    'constructor',
    'dense',
  ],
  ...[[], {}, [[]], [0], [null], [1e9, 1e9], ['dense', 0, 0], [[['dense', 5, 9]]], { class_name: 'LSTM', config: {} }],
  JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`),
  JSON.parse('{ "__proto__": { "polluted": true } }'),
];
/** A JSON value with another value, key or part of itself in one place. */
function altered(whole: unknown, draw: Draw): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const stack = [whole];
  for (let next = stack.pop(); next !== undefined; next = stack.pop())
    if (isTree(next))
      for (const key of Object.keys(next)) {
        places.push([next, key]);
        if (next[key] !== undefined && next[key] !== null) stack.push(next[key]);
      }
  const [parent, key] = places[draw(places.length)];
  const [from, name] = places[draw(places.length)];
  const change = draw(6);
  if (change === 0) delete parent[key];
  else if (change === 1) parent[name] = structuredClone(parent[key]);
  else if (change === 2) parent[key] = structuredClone(from[name]);
  else parent[key] = structuredClone(VALUES[draw(VALUES.length)]);
  return whole;
}

/** The text of a model.json, and its weights behind a zero. */
function joined(json: object, weights: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json));
  return Uint8Array.of(...text, 0, ...weights);
}
/** The same network in the spelling of Keras 2, with weights in fewer bits. */
const older = {
  modelTopology: {
    class_name: 'Model',
    config: {
      name: 'model_1',
      layers: [
        { class_name: 'InputLayer', name: 'in', config: { batch_input_shape: [null, 6, 6, 2] }, inbound_nodes: [] },
        {
          class_name: 'Conv2D',
          name: 'conv',
          config: { filters: 3, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu' },
          inbound_nodes: [[['in', 0, 0, {}]]],
        },
        { class_name: 'Flatten', name: 'flat', config: {}, inbound_nodes: [[['conv', 0, 0, {}]]] },
        {
          class_name: 'Dense',
          name: 'dense',
          config: { units: 2, activation: 'softmax' },
          inbound_nodes: [[['flat', 0, 0, {}]]],
        },
      ],
      input_layers: [['in', 0, 0]],
      output_layers: [['dense', 0, 0]],
    },
  },
  weightsManifest: [
    {
      paths: ['a', 'b'],
      weights: [
        {
          name: 'conv/kernel',
          shape: [3, 3, 2, 3],
          dtype: 'float32',
          quantization: { dtype: 'uint8', scale: 0.01, min: -1 },
        },
        { name: 'conv/bias', shape: [3], dtype: 'float32' },
        {
          name: 'dense/kernel',
          shape: [27, 2],
          dtype: 'float32',
          quantization: { dtype: 'uint16', scale: 1e-4, min: 0 },
        },
        { name: 'dense/bias', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
      ],
    },
  ],
};

export const TFJS_READERS: Readonly<Record<string, Reader>> = {
  tfjs: {
    seeds: [
      ...['branch', 'sequential', 'twins', 'pairs', 'Bidirectional 76'].map((name) => joined(...files(rowOf(name)))),
      joined(older, new Uint8Array(54 + 12 + 108 + 4).fill(7)),
    ],
    tokens: [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      'null',
      '-1',
      '1e9',
      '__proto__',
      '"class_name":"Dense"',
      '"shape":[',
      '/',
    ],
    read: (bytes, draw) => {
      const end = bytes.indexOf(0);
      const text = bytes.subarray(0, end < 0 ? bytes.length : end);
      const weights = bytes.slice(text.length + 1);
      let json: object = text;
      if (draw(3))
        try {
          json = JSON.parse(new TextDecoder().decode(text)) as object;
          for (let times = draw(3); times >= 0; times--) json = altered(json, draw) as object;
        } catch {
          json = text;
        }
      const half = draw(weights.length + 1);
      const pieces = draw(2) ? weights : [weights.slice(0, half), weights.slice(half)];
      const options = [{}, {}, { logits: true }, { inputShape: [6, 6, 2] }, { upTo: 'dense' }, { upTo: 'twin.dense' }];
      fromTfjs(json, pieces, options[draw(options.length)]).dispose();
    },
  },
};
