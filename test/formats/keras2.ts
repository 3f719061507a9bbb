import * as R from '../../src/index.js';

export type Json = Record<string, unknown>;
export const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
/** Numbers of few digits that tell places apart. */
export const some = (n: number, by = 1): number[] =>
  Array.from({ length: n }, (_, i) => (((i * 37 + by * 11) % 41) - 20) / 16);

/** A small network in the spelling of Keras 2: two branches, a normalization, leaky units, and a model within the model. */
export const inbound = (...names: string[]): unknown => [names.map((name) => [name, 0, 0, {}])];
export const layer = (class_name: string, name: string, config: Json, ...from: string[]): Json => ({
  class_name,
  name,
  config: { name, trainable: true, dtype: 'float32', ...config },
  inbound_nodes: from.length ? inbound(...from) : [],
});
export const head = (): Json => ({
  class_name: 'Sequential',
  config: {
    name: 'head',
    layers: [
      {
        class_name: 'Dense',
        config: { name: 'hidden', units: 3, activation: 'tanh', use_bias: true, batch_input_shape: [null, 4] },
      },
      { class_name: 'Dense', config: { name: 'logits', units: 2, activation: 'softmax', use_bias: false } },
    ],
  },
});
export const network = (): Json => ({
  class_name: 'Functional',
  config: {
    name: 'net',
    layers: [
      layer('InputLayer', 'pixels', { batch_input_shape: [null, 5, 4, 2] }),
      layer(
        'Conv2D',
        'conv',
        { filters: 4, kernel_size: [3, 3], strides: [1, 1], padding: 'same', activation: 'linear' },
        'pixels',
      ),
      layer('BatchNormalization', 'bn', { axis: [3], momentum: 0.99, epsilon: 0.001 }, 'conv'),
      layer('LeakyReLU', 'leaky', { alpha: 0.2 }, 'bn'),
      layer('DepthwiseConv2D', 'depth', { kernel_size: [3, 3], padding: 'same', use_bias: false }, 'leaky'),
      layer('Add', 'add', {}, 'depth', 'leaky'),
      layer('GlobalAveragePooling2D', 'pool', {}, 'add'),
      { ...head(), name: 'head', inbound_nodes: inbound('pool') },
    ],
    input_layers: [['pixels', 0, 0]],
    output_layers: [['head', 0, 0]],
  },
});
export const SPECS: readonly (readonly [string, readonly number[]])[] = [
  ['conv/kernel', [3, 3, 2, 4]],
  ['conv/bias', [4]],
  ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => [`bn/${name}`, [4]] as const),
  ['depth/depthwise_kernel', [3, 3, 4, 1]],
  ['hidden/kernel', [4, 3]],
  ['hidden/bias', [3]],
  ['logits/kernel', [3, 2]],
];
export const VALUES = SPECS.flatMap(([name, shape], i) =>
  some(count(shape), i).map((v) => (name.endsWith('variance') ? Math.abs(v) + 1 : v)),
);
export const WEIGHTS = floats(...VALUES);
export const specs = (rename = (name: string): string => name): Json[] =>
  SPECS.map(([name, shape]) => ({ name: rename(name), shape, dtype: 'float32' }));
export const modelJson = (config: Json = network(), weights: Json[] = specs()): Json => ({
  format: 'layers-model',
  modelTopology: { keras_version: '2.10.0', backend: 'tensorflow', model_config: config },
  weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights }],
});
export const X = R.tensor(some(3 * 40)).reshape([3, 5, 4, 2]);
export const bitsOf = (model: R.Model): number[] => [
  ...new Uint32Array(Float32Array.from(model.predict(X).data()).buffer),
];

/** Changes each layer's entry in all networks of a configuration. */
export function mapped(net: Json, change: (entry: Json) => Json): Json {
  const config = net.config as Json;
  const layers = (config.layers as Json[]).map((entry) =>
    change((entry.config as Json).layers ? mapped(entry, change) : entry),
  );
  return { ...net, config: { ...config, layers } };
}
export const withConfig = (entry: Json, more: Json): Json => ({
  ...entry,
  config: { ...(entry.config as Json), ...more },
});
