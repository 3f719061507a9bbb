import { readFileSync } from 'node:fs';
import { fromKeras } from '../../src/formats/fromKeras.js';
import { fromGraphModel } from '../../src/formats/graphModel/fromGraphModel.js';
import { type Hdf5Object, openHdf5 } from '../../src/formats/hdf5/file.js';
import { FormatError } from '../../src/index.js';
import type { Reader } from './readers.js';

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/fixtures/keras/${name}`));
const HDF5 = [
  'TREE\0',
  'SNOD\x01\0',
  'HEAP\0',
  'OHDR\x02',
  'OCHK',
  'GCOL',
  '\x10\0\x10\0',
  '\x11\0',
  '\0\0\0\0\0\0\0\0',
  '\xff\xff',
];

/** Reads what is in a group, down to some depth: a damaged one may hold itself. */
function walk(object: Hdf5Object, depth = 0): void {
  object.attribute('name');
  object.attribute('texts');
  if (object.isDataset) object.values();
  else if (depth < 4) for (const name of object.names.slice(0, 50)) walk(object.find(name) as Hdf5Object, depth + 1);
}

/** A graph with an op of most kinds, and weights that it needs. */
const attr = { T: { type: 'DT_FLOAT' } };
const whole = (...i: number[]) => ({ list: { i: i.map(String) } });
const WEIGHTS = Object.entries({ w: [3, 3, 2, 4], b: [4], d: [4, 3], axes: [2], sizes: [2], one: [] as number[] }).map(
  ([name, shape]) => ({
    name,
    shape,
    values: () =>
      new Float32Array(shape.reduce((a, b) => a * b, 1))
        .fill(name === 'sizes' ? -1 : 1)
        .map((n, i) => (name === 'axes' ? i + 1 : name === 'sizes' && i ? 36 : n)),
  }),
);
const node = (name: string, op: string, input: string[] = [], more: object = {}) => ({
  name,
  op,
  input,
  attr: { ...attr, ...more },
});
const GRAPH = {
  modelTopology: {
    node: [
      ...WEIGHTS.map(({ name }) => node(name, 'Const')),
      node('x', 'Placeholder', [], { shape: { shape: { dim: ['-1', '7', '6', '2'].map((size) => ({ size })) } } }),
      node('conv', '_FusedConv2D', ['x', 'w', 'b'], {
        padding: { s: btoa('SAME') },
        strides: whole(1, 2, 2, 1),
        fused_ops: { list: { s: ['Qmlhc0FkZA==', 'UmVsdTY='] } },
      }),
      node('pool', 'MaxPool', ['conv'], {
        ksize: whole(1, 2, 2, 1),
        strides: whole(1, 1, 1, 1),
        padding: { s: btoa('VALID') },
      }),
      node('flat', 'Reshape', ['pool', 'sizes'], {}),
      node('mean', 'Mean', ['conv', 'axes'], { keep_dims: { b: false } }),
      node('scaled', 'Mul', ['one', 'mean']),
      node('sum', 'AddV2', ['scaled', 'mean']),
      node('dense', 'MatMul', ['sum', 'd'], { transpose_b: { b: false } }),
      node('end', 'Softmax', ['dense']),
    ],
  },
  signature: { outputs: { probabilities: { name: 'end:0' } } },
};
const graphs = [GRAPH, { ...GRAPH, signature: undefined }].map((graph) =>
  new TextEncoder().encode(JSON.stringify(graph)),
);

/** Readers of models that Keras and TF.js saved. */
export const KERAS_READERS: Readonly<Record<string, Reader>> = {
  keras: {
    seeds: ['mlp.keras', 'mlp.h5', 'deflated.keras', 'nested.keras', 'old.keras', 'float16.keras', 'nested.h5'].map(
      fixture,
    ),
    tokens: [
      ...HDF5,
      'PK\x01\x02',
      'PK\x05\x06',
      'PK\x03\x04',
      'Dense',
      '"units"',
      '[]',
      '{}',
      'null',
      'layers',
      'vars',
    ],
    read: async (bytes, draw) => {
      const model = await fromKeras(bytes, draw(2) ? { logits: true } : {});
      model.dispose();
    },
  },
  hdf5: {
    seeds: ['types.h5', 'new.h5', 'many.h5', 'dense.h5', 'mlp.h5'].map(fixture),
    tokens: HDF5,
    read: (bytes) => {
      walk(openHdf5(bytes, 'the file'));
    },
  },
  graphModel: {
    seeds: graphs,
    tokens: [
      '"op"',
      '"input":',
      'Const',
      'Placeholder',
      'Identity',
      '__proto__',
      '[]',
      '{}',
      'null',
      'dense',
      'mean',
      ':1',
      '^',
      '-1',
      '1e9',
      'true',
    ],
    read: (bytes, draw) => {
      let json: unknown;
      try {
        json = JSON.parse(new TextDecoder().decode(bytes));
      } catch (cause) {
        throw new FormatError('no JSON', { cause });
      }
      const upTo = ['mean', 'conv', 'flat', undefined][draw(4)];
      fromGraphModel(json as never, WEIGHTS, { where: 'fromTfjs', upTo, logits: draw(2) > 0 }).dispose();
    },
  },
};
