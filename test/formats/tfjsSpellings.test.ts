import { describe, expect, test } from 'vitest';
import { fromTfjs } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import {
  head,
  type Json,
  mapped,
  modelJson,
  network,
  specs,
  VALUES,
  WEIGHTS,
  withConfig,
  X,
  floats,
  bitsOf,
} from './keras2.js';

const tensorsOf = (nodes: unknown, keep: (name: string) => unknown): unknown[] =>
  ((nodes ?? []) as [string][][]).map((node) => ({
    args: [node.length > 1 ? node.map(([n]) => keep(n)) : keep(node[0][0])],
    kwargs: {},
  }));

/** The same network as others write it. */
const SPELLINGS: Readonly<Record<string, () => readonly [json: unknown, weights?: unknown]>> = {
  batch_shape: () => [
    modelJson(
      mapped(network(), (entry) => {
        const { batch_input_shape: batch_shape, ...config } = entry.config as Json;
        return { ...entry, config: batch_shape ? { ...config, batch_shape } : config };
      }),
    ),
  ],
  'inputs as tensors of Keras 3': () => [
    modelJson(
      mapped(network(), (entry) =>
        entry.inbound_nodes
          ? {
              ...entry,
              inbound_nodes: tensorsOf(entry.inbound_nodes, (name) => ({
                class_name: '__keras_tensor__',
                config: { shape: [null], dtype: 'float32', keras_history: [name, 0, 0] },
              })),
            }
          : entry,
      ),
    ),
  ],
  'types and names of objects': () => [
    modelJson(
      mapped(network(), (entry) => ({
        ...withConfig(entry, { dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } } }),
        ...{
          module: 'keras.layers',
          registered_name: null,
          build_config: { input_shape: [null] },
          shared_object_id: 7,
        },
      })),
    ),
  ],
  'one input and output without a list': () => {
    const net = network();
    return [
      modelJson({
        ...net,
        config: { ...(net.config as Json), input_layers: ['pixels', 0, 0], output_layers: ['head', 0, 0] },
      }),
    ];
  },
  'inputs by name': () => {
    const net = network();
    return [modelJson({ ...net, config: { ...(net.config as Json), input_layers: { image: ['pixels', 0, 0] } } })];
  },
  'axis −1': () => [
    modelJson(
      mapped(network(), (entry) =>
        entry.class_name === 'BatchNormalization' ? withConfig(entry, { axis: -1 }) : entry,
      ),
    ),
  ],
  negative_slope: () => [
    modelJson(
      mapped(network(), (entry) =>
        entry.class_name === 'LeakyReLU' ? { ...entry, config: { name: 'leaky', negative_slope: 0.2 } } : entry,
      ),
    ),
  ],
  'an activation as an object': () => [
    modelJson(
      mapped(network(), (entry) =>
        (entry.config as Json).activation === 'tanh'
          ? withConfig(entry, {
              activation: { module: 'builtins', class_name: 'function', config: 'tanh', registered_name: 'function' },
            })
          : entry,
      ),
    ),
  ],
  'Sequential as a list': () => {
    const net = network();
    const config = net.config as { layers: Json[] };
    const layers = config.layers.map((entry) =>
      entry.name === 'head' ? { ...entry, config: (head().config as { layers: Json[] }).layers } : entry,
    );
    return [modelJson({ ...net, config: { ...config, layers } })];
  },
  'Sequential with an input layer': () => {
    const net = network();
    const config = net.config as { layers: Json[] };
    const input = { class_name: 'InputLayer', config: { batch_shape: [null, 4], name: 'features' } };
    const layers = config.layers.map((entry) =>
      entry.name === 'head'
        ? withConfig(entry, { layers: [input, ...(head().config as { layers: Json[] }).layers] })
        : entry,
    );
    return [modelJson({ ...net, config: { ...config, layers } })];
  },
  'calls of a model counted from 1': () => {
    const net = network();
    return [modelJson({ ...net, config: { ...(net.config as Json), output_layers: [['head', 1, 0]] } })];
  },
  'layers in another order': () => {
    const net = network();
    const config = net.config as { layers: Json[] };
    return [modelJson({ ...net, config: { ...config, layers: [...config.layers].reverse() } })];
  },
  'weights with models and :0': () => [
    modelJson(
      network(),
      specs((name) => `net/${/hidden|logits/.test(name) ? 'head/' : ''}${name}:0`),
    ),
  ],
  'weights that are numbered': () => [
    modelJson(
      network(),
      specs(
        (name) =>
          `_layer_checkpoint_dependencies/${name.split('/')[0]}/vars/${['kernel', 'gamma', 'depthwise_kernel'].includes(name.split('/')[1]) ? 0 : ['bias', 'beta'].includes(name.split('/')[1]) ? 1 : name.endsWith('mean') ? 2 : 3}`,
      ),
    ),
  ],
  'optimizer weights': () => [
    modelJson(network(), [
      ...specs(),
      { name: 'Adam/conv/kernel/m', shape: [2], dtype: 'float32', group: 'optimizer' },
    ]),
    floats(...VALUES, 1, 2),
  ],
  'no format, and the network as the topology': () => [
    {
      modelTopology: { ...network(), keras_version: 'tfjs-layers 4.22.0' },
      weightsManifest: modelJson().weightsManifest,
    },
  ],
  'the network as text': () => [{ ...modelJson(), modelTopology: { model_config: JSON.stringify(network()) } }],
  'model.json as text': () => [`\ufeff${JSON.stringify(modelJson(), null, 2)}`],
  'model.json as bytes': () => [new TextEncoder().encode(JSON.stringify(modelJson()))],
  'an ArrayBuffer': () => [modelJson(), WEIGHTS.slice().buffer],
  weightSpecs: () => [{ modelTopology: modelJson().modelTopology, weightSpecs: specs() }],
  'shards that cut numbers': () => [
    { ...modelJson(), weightsManifest: [{ paths: ['a', 'b', 'c'], weights: specs() }] },
    [WEIGHTS.subarray(0, 33), WEIGHTS.subarray(33, 70), WEIGHTS.slice(70)],
  ],
  'shards by path': () => [
    { ...modelJson(), weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights: specs() }] },
    { 'models/b.bin': WEIGHTS.subarray(101), 'a.bin': WEIGHTS.slice(0, 101), other: new Uint8Array(3) },
  ],
  groups: () => [
    {
      ...modelJson(),
      weightsManifest: [
        { paths: ['a'], weights: specs().slice(0, 2) },
        { paths: ['b', 'c'], weights: specs().slice(2) },
      ],
    },
    { c: WEIGHTS.subarray(400), a: WEIGHTS.subarray(0, 304), b: WEIGHTS.subarray(304, 400) },
  ],
};

describe('the same network in other spellings', () => {
  const truth = bitsOf(fromTfjs(modelJson(), WEIGHTS));
  test.each(Object.entries(SPELLINGS))('%s', (_, spelling) => {
    const [json, weights = WEIGHTS] = spelling();
    expect(bitsOf(fromTfjs(json as object, weights as Uint8Array))).toEqual(truth);
  });
  test('the network is that of the layers here', () => {
    const model = fromTfjs(modelJson(), WEIGHTS);
    const at = (name: string): R.Tensor => {
      const { shape, get } = model.parameters().find((p) => p.name === name) as R.Parameter;
      return R.tensor(get()).reshape(shape);
    };
    const conv = R.conv2d(X, at('conv.weight'), { padding: 'same' }).add(at('conv.bias'));
    const factor = at('bn.weight').div(at('bn.running_var').add(0.001).sqrt());
    const leaky = conv.sub(at('bn.running_mean')).mul(factor).add(at('bn.bias')).leakyRelu({ slope: 0.2 });
    const depth = R.conv2d(leaky, at('depth.weight'), { padding: 'same', groups: 4 });
    const pool = depth.add(leaky).mean([1, 2]);
    const hidden = pool.matmul(at('head.hidden.weight')).add(at('head.hidden.bias')).tanh();
    const y = hidden.matmul(at('head.logits.weight')).softmax(-1);
    const given = model.predict(X).data();
    y.data().forEach((v, i) => expect(given[i]).toBeCloseTo(v, 5));
    expect(model.state()['conv.weight']).toEqual(Float32Array.from(VALUES.slice(0, 72)));
  });
});
