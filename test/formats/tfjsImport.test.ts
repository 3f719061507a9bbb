import { describe, expect, test } from 'vitest';
import { fromTeachableMachine, fromTfjs, type FromTfjsOptions } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { bitsOf, floats, type Json, mapped, modelJson, network, specs, WEIGHTS, withConfig, X } from './keras2.js';
import { files, rowOf } from './keras3.js';

const data = (t: R.Tensor): number[] => [...t.data()];

describe('an imported model', () => {
  test('has the names of its layers as paths', () => {
    const model = fromTfjs(modelJson(), WEIGHTS);
    expect(model.parameters().map(({ name, shape, trainable }) => [name, shape, trainable])).toEqual([
      ['conv.weight', [3, 3, 2, 4], true],
      ['conv.bias', [4], true],
      ['bn.weight', [4], false],
      ['bn.bias', [4], false],
      ['bn.running_mean', [4], false],
      ['bn.running_var', [4], false],
      ['depth.weight', [3, 3, 1, 4], true],
      ['head.hidden.weight', [4, 3], true],
      ['head.hidden.bias', [3], true],
      ['head.logits.weight', [3, 2], true],
    ]);
    expect(model.summary()).toContain('head.logits_softmax');
  });

  test('ends where upTo says, before a softmax', () => {
    const whole = fromTfjs(modelJson(), WEIGHTS);
    const logits = fromTfjs(modelJson(), WEIGHTS, { upTo: 'head.logits' });
    expect(data(logits.predict(X).softmax(-1))).toEqual(data(whole.predict(X)));
    expect(bitsOf(logits)).toEqual(bitsOf(whole.upTo('head.logits')));
    expect(bitsOf(logits)).toEqual(bitsOf(fromTfjs(modelJson(), WEIGHTS, { logits: true })));
    expect(bitsOf(logits)).toEqual(bitsOf(fromTfjs(modelJson(), WEIGHTS, { upTo: 'head' })));
    for (const upTo of ['conv', 'leaky', 'pool', 'head.hidden'])
      expect(bitsOf(fromTfjs(modelJson(), WEIGHTS, { upTo }))).toEqual(bitsOf(whole.upTo(upTo)));
    const features = fromTfjs(modelJson(), WEIGHTS, { upTo: 'leaky' });
    expect(features.parameters().map(({ name }) => name.split('.')[0])).not.toContain('depth');
  });

  test('needs no layer behind the cut', () => {
    const json = modelJson(
      mapped(network(), (entry) => (entry.name === 'depth' ? { ...entry, class_name: 'Lambda' } : entry)),
      specs().slice(0, 6),
    );
    const weights = WEIGHTS.slice(0, 4 * (72 + 20));
    expect(fromTfjs(json, weights, { upTo: 'leaky' }).predict(X).shape).toEqual([3, 5, 4, 4]);
  });

  test('keeps a sigmoid within it where that of its end is left out', () => {
    const dense = (name: string, units: number, more: Json = {}): Json => ({
      class_name: 'Dense',
      config: { name, units, activation: 'sigmoid', use_bias: false, ...more },
    });
    const layers = [dense('gate', 2, { batch_input_shape: [null, 1] }), dense('end', 1)];
    const json = modelJson({ class_name: 'Sequential', config: { name: 's', layers } }, [
      { name: 'gate/kernel', shape: [1, 2], dtype: 'float32' },
      { name: 'end/kernel', shape: [2, 1], dtype: 'float32' },
    ]);
    const y = fromTfjs(json, floats(1, -2, 3, 4), { logits: true }).predict([[0.5]]);
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    expect(y.data()[0]).toBeCloseTo(3 * sigmoid(0.5) + 4 * sigmoid(-1), 5);
  });

  test('tells layers of one name apart by their models, else by their order', () => {
    const net = (name: string): Json => {
      const config = { name: 'dense', units: 1, use_bias: false, batch_input_shape: [null, 1] };
      return { class_name: 'Sequential', config: { name, layers: [{ class_name: 'Dense', config }] } };
    };
    const imported = (...names: string[]): R.Model =>
      fromTfjs(
        modelJson(
          { class_name: 'Sequential', config: { name: 'whole', layers: [net('a'), net('b')] } },
          names.map((name) => ({ name, shape: [1, 1], dtype: 'float32' })),
        ),
        floats(2, 3),
      );
    const weights = (model: R.Model): unknown => Object.values(model.state()).map(([value]) => value);
    expect(weights(imported('a/dense/kernel', 'b/dense/kernel'))).toEqual([2, 3]);
    expect(weights(imported('whole/b/dense/kernel', 'whole/a/dense/kernel'))).toEqual([3, 2]);
    expect(weights(imported('dense/kernel', 'dense/kernel'))).toEqual([2, 3]);
  });

  test('keeps the momentum of a normalization as the weight of a batch', () => {
    expect(JSON.stringify(fromTfjs(modelJson(), WEIGHTS).config)).toContain(
      '"momentum":0.01,"eps":0.001,"frozen":true',
    );
  });

  test('takes another shape of images', () => {
    const model = fromTfjs(modelJson(), WEIGHTS, { inputShape: [8, 6, 2] });
    expect(model.predict(R.zeros([2, 8, 6, 2])).shape).toEqual([2, 2]);
    const open = modelJson(
      mapped(network(), (entry) =>
        entry.name === 'pixels' ? withConfig(entry, { batch_input_shape: [null, null, null, 2] }) : entry,
      ),
    );
    expect(bitsOf(fromTfjs(open, WEIGHTS, { inputShape: { pixels: [5, 4, 2] } }))).toEqual(
      bitsOf(fromTfjs(modelJson(), WEIGHTS)),
    );
  });

  test('is trained, saved and read again with the same bits', async () => {
    const model = fromTfjs(modelJson(), WEIGHTS, { logits: true });
    const before = model.state();
    const y = Array.from({ length: 3 }, (_, i) => i % 2);
    await R.fit(model, R.dataset({ x: X, y: R.tensor(y), classes: 2 } as never), {
      loss: R.crossEntropy(),
      optimizer: R.adam({ learningRate: 0.01 }),
      epochs: 4,
      batchSize: 3,
    });
    const after = model.state();
    const changed = Object.keys(after).filter((name) => String(after[name]) !== String(before[name]));
    expect(changed).toEqual([
      'conv.weight',
      'conv.bias',
      'depth.weight',
      'head.hidden.weight',
      'head.hidden.bias',
      'head.logits.weight',
    ]);
    expect(bitsOf(R.loadSafetensors(R.saveSafetensors(model)))).toEqual(bitsOf(model));
  });

  test('of every kind of layer is saved and read again with the same bits', () => {
    for (const name of ['branch', 'twins', 'pairs', 'sequential', 'Bidirectional 76', 'PReLU 35', 'ReLU 28']) {
      const row = rowOf(name);
      const model = fromTfjs(...files(row));
      const again = R.loadSafetensors(R.saveSafetensors(model));
      const given = row.inputs.map((input) => [input.name, R.tensor(input.values).reshape(input.shape)] as const);
      const x = (given.length > 1 ? Object.fromEntries(given) : given[0][1]) as R.Tensor;
      const of = (own: R.Model): unknown =>
        JSON.stringify(
          R.isTensor(own.predict(x))
            ? data(own.predict(x))
            : Object.values(own.predict(x)).map((t) => data(t as R.Tensor)),
        );
      expect(of(again)).toEqual(of(model));
    }
  });
});

describe('weights in fewer bits', () => {
  const dense = (weights: readonly Json[]): Json =>
    modelJson(
      {
        class_name: 'Sequential',
        config: {
          name: 's',
          layers: [
            {
              class_name: 'Dense',
              config: { name: 'd', units: 2, batch_input_shape: [null, 3], activation: 'linear' },
            },
          ],
        },
      },
      [...weights],
    );
  const bias = { name: 'd/bias', shape: [2], dtype: 'float32' };
  const kernel = { name: 'd/kernel', shape: [3, 2] };
  const rows: readonly (readonly [string, Json, ArrayBufferView, readonly number[]])[] = [
    [
      'uint8',
      { dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -1 } },
      Uint8Array.of(0, 1, 10, 255, 128, 3),
      [-1, -0.9, 0, 24.5, 11.8, -0.7],
    ],
    [
      'uint16',
      { dtype: 'float32', quantization: { dtype: 'uint16', scale: 0.5, min: 3 } },
      Uint16Array.of(0, 1, 2, 65535, 256, 5),
      [3, 3.5, 4, 32770.5, 131, 5.5],
    ],
    [
      'uint8 of int32',
      { dtype: 'int32', quantization: { dtype: 'uint8', scale: 0.5, min: 0.2 } },
      Uint8Array.of(0, 1, 2, 3, 4, 5),
      [0, 1, 1, 2, 2, 3],
    ],
    [
      'float16',
      { dtype: 'float32', quantization: { dtype: 'float16' } },
      Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x0400),
      [1, -2, 2 ** -24, -0, 65504, 2 ** -14],
    ],
    ['int32', { dtype: 'int32' }, Int32Array.of(1, -2, 3, 4, 5, 2 ** 30), [1, -2, 3, 4, 5, 2 ** 30]],
    ['bool', { dtype: 'bool' }, Uint8Array.of(1, 0, 0, 1, 1, 0), [1, 0, 0, 1, 1, 0]],
  ];
  test.each(rows)('%s', (_, spec, values, expected) => {
    const bytes = new Uint8Array(values.buffer);
    // At an odd byte, too.
    for (const first of [true, false]) {
      const list = [{ ...kernel, ...spec }, bias];
      const pieces = [...bytes, ...floats(0.5, 0.25)];
      const model = first
        ? fromTfjs(dense(list), Uint8Array.from(pieces))
        : fromTfjs(dense(list.reverse()), Uint8Array.of(9, ...floats(0.5, 0.25), ...bytes).subarray(1));
      expect(model.state()['d.weight']).toEqual(Float32Array.from(expected));
      expect(model.state()['d.bias']).toEqual(Float32Array.of(0.5, 0.25));
    }
  });
  test('text is refused', () => {
    expect(() => fromTfjs(dense([{ ...kernel, dtype: 'string' }, bias]), new Uint8Array(40))).toThrow(
      new R.UnsupportedError(
        "fromTfjs: the weight 'd/kernel' is of the type 'string'; float32, int32 and bool can be read",
      ),
    );
  });
});

describe('what cannot be imported is refused in words', () => {
  const altered = (name: string, change: (entry: Json) => Json): Json =>
    modelJson(mapped(network(), (entry) => ((entry.config as Json).name === name ? change(entry) : entry)));
  const replaced = (name: string, class_name: string, more: Json = {}): Json =>
    altered(name, (entry) => ({ ...withConfig(entry, more), class_name }));
  type Row = readonly [
    name: string,
    kind: new (...args: never[]) => Error,
    message: string,
    json: unknown,
    weights?: unknown,
    options?: FromTfjsOptions,
  ];
  const { FormatError, OptionError, UnsupportedError } = R;
  const rows: readonly Row[] = [
    [
      'all kinds at once',
      UnsupportedError,
      "fromTfjs: these layers cannot be imported: Conv2D with data_format 'channels_first' ×1 (first 'conv'), Lambda ×2 (first 'depth'), Dense with activation 'maxout' ×1 (first 'head.hidden'); cut the network before them with { upTo: 'the name of a layer' }",
      modelJson(
        mapped(
          network(),
          (entry) =>
            ({
              conv: withConfig(entry, { data_format: 'channels_first' }),
              depth: { ...entry, class_name: 'Lambda' },
              pool: { ...entry, class_name: 'Lambda' },
              hidden: withConfig(entry, { activation: 'maxout' }),
            })[(entry.config as Json).name as string] ?? entry,
        ),
      ),
    ],
    [
      'an axis',
      UnsupportedError,
      "fromTfjs: layer 'bn' (BatchNormalization) cannot be imported with axis 1 of 4; cut the network before it with { upTo: 'the name of a layer' }",
      altered('bn', (entry) => withConfig(entry, { axis: 1 })),
    ],
    [
      'GRU of another formula',
      UnsupportedError,
      "fromTfjs: these layers cannot be imported: GRU with reset_after false ×1 (first 'pool'); cut the network before them with { upTo: 'the name of a layer' }",
      replaced('pool', 'GRU', { units: 2, activation: 'tanh', recurrent_activation: 'sigmoid', reset_after: false }),
    ],
    [
      'images that TF.js enlarges',
      UnsupportedError,
      "fromTfjs: these layers cannot be imported: UpSampling2D with interpolation as TF.js has it ×1 (first 'leaky'); cut the network before them with { upTo: 'the name of a layer' }",
      {
        ...modelJson(),
        modelTopology: {
          ...mapped(network(), (entry) =>
            entry.name === 'leaky'
              ? { ...entry, class_name: 'UpSampling2D', config: { size: [2, 2], interpolation: 'bilinear' } }
              : entry,
          ),
          keras_version: 'tfjs-layers 4.22.0',
        },
      },
    ],
    [
      'a model of the user',
      UnsupportedError,
      "fromTfjs: the model is of the class 'MyModel', whose layers the file does not list; Sequential and Functional models can be read",
      modelJson({ class_name: 'MyModel', config: {} }),
    ],
    [
      'a call in training',
      UnsupportedError,
      "fromTfjs: these layers cannot be imported: LeakyReLU with the argument 'training' ×1 (first 'leaky'); cut the network before them with { upTo: 'the name of a layer' }",
      altered('leaky', (entry) => ({ ...entry, inbound_nodes: [[['bn', 0, 0, { training: true }]]] })),
    ],
    [
      'no such layer',
      OptionError,
      "fromTfjs: upTo is 'leaki', which is no layer; did you mean 'leaky'?",
      modelJson(),
      WEIGHTS,
      { upTo: 'leaki' },
    ],
    [
      'no layer within a layer',
      OptionError,
      "fromTfjs: upTo is 'leaky.inner', which is no layer; there are pixels, conv, bn, leaky, depth, add, pool, head",
      modelJson(),
      WEIGHTS,
      { upTo: 'leaky.inner' },
    ],
    [
      'the input',
      OptionError,
      'fromTfjs: the model would end with its input; give upTo another layer',
      modelJson(),
      WEIGHTS,
      { upTo: 'pixels' },
    ],
    [
      'another number of axes',
      OptionError,
      "fromTfjs: inputShape is [40], but the input 'pixels' is [5, 4, 2]",
      modelJson(),
      WEIGHTS,
      { inputShape: [40] },
    ],
    [
      'an unknown input',
      OptionError,
      "fromTfjs: inputShape has 'image'; the inputs are pixels",
      modelJson(),
      WEIGHTS,
      { inputShape: { image: [5, 4, 2] } },
    ],
    [
      'a shape that does not fit',
      FormatError,
      "fromTfjs: layer 'conv' (Conv2D) takes kernel [3, 3, 3, 4], bias [4]; the weights have conv/kernel [3, 3, 2, 4], conv/bias [4]; inputShape is [5, 4, 3]",
      modelJson(),
      WEIGHTS,
      { inputShape: [5, 4, 3] },
    ],
    [
      'missing weights',
      FormatError,
      "fromTfjs: layer 'conv' (Conv2D) takes kernel [3, 3, 2, 4], bias [4]; the weights have none of them",
      modelJson(
        network(),
        specs((name) => name.replace('conv', 'other')),
      ),
    ],
    [
      'weights of another shape',
      FormatError,
      "fromTfjs: layer 'head.hidden' (Dense) takes kernel [4, 3], bias [3]; the weights have hidden/kernel [3, 4], hidden/bias [3]",
      modelJson(
        network(),
        specs().map((spec) => (spec.name === 'hidden/kernel' ? { ...spec, shape: [3, 4] } : spec)),
      ),
    ],
    [
      'too few bytes',
      FormatError,
      `fromTfjs: the weights are ${WEIGHTS.length - 4} bytes, where model.json says ${WEIGHTS.length}; give all of its files: group1-shard1of1.bin`,
      modelJson(),
      WEIGHTS.subarray(4),
    ],
    [
      'too few files',
      OptionError,
      'fromTfjs: weights has 2 files, where model.json names 1: group1-shard1of1.bin',
      modelJson(),
      [WEIGHTS, WEIGHTS],
    ],
    [
      'a file of another name',
      OptionError,
      "fromTfjs: weights has no 'group1-shard1of1.bin', which model.json names; it has other.bin",
      modelJson(),
      { 'other.bin': WEIGHTS },
    ],
    ['no JSON', FormatError, 'fromTfjs: modelJson is not JSON; give the text or the bytes of the whole file', '{'],
    [
      'weights in place of the model',
      FormatError,
      'fromTfjs: modelJson is not JSON; give the text or the bytes of the whole file',
      WEIGHTS,
    ],
    [
      'a topology alone',
      FormatError,
      'fromTfjs: modelJson has no modelTopology; give the model.json of TensorFlow.js',
      network(),
    ],
    [
      'two layers of one name',
      FormatError,
      "fromTfjs: two layers have the name 'conv'; the file is damaged or of another format",
      altered('bn', (entry) => ({ ...entry, name: 'conv' })),
    ],
    [
      'a circle',
      FormatError,
      "fromTfjs: layer 'leaky' is its own input; the file is damaged or of another format",
      altered('bn', (entry) => ({ ...entry, inbound_nodes: [[['leaky', 0, 0, {}]]] })),
    ],
    [
      'an unknown layer',
      FormatError,
      "fromTfjs: there is no layer 'nothing'; the file is damaged or of another format",
      altered('bn', (entry) => ({ ...entry, inbound_nodes: [[['nothing', 0, 0, {}]]] })),
    ],
    [
      'a size that is none',
      FormatError,
      "fromTfjs: layer 'conv' (Conv2D): filters is -4; it must be a whole number from 1",
      altered('conv', (entry) => withConfig(entry, { filters: -4 })),
    ],
  ];
  test.each(rows.map((row) => ({ name: row[0], row })))('$name', ({ row }) => {
    const [, kind, message, json, weights = WEIGHTS, options = {}] = row;
    const call = (): unknown => fromTfjs(json as object, weights as Uint8Array, options);
    expect(call).toThrow(message);
    expect(call).toThrow(kind);
  });

  test('names are names, whatever they are', () => {
    const json = modelJson(
      mapped(network(), (entry) =>
        (entry.config as Json).name === 'hidden'
          ? { ...entry, config: { ...(entry.config as Json), name: '__proto__' } }
          : (entry.config as Json).name === 'logits'
            ? { ...entry, config: { ...(entry.config as Json), name: 'a.b' } }
            : entry,
      ),
      specs((name) => name.replace('hidden', '__proto__').replace('logits', 'a.b')),
    );
    const model = fromTfjs(json, WEIGHTS);
    expect(bitsOf(model)).toEqual(bitsOf(fromTfjs(modelJson(), WEIGHTS)));
    expect(
      model
        .parameters()
        .map(({ name }) => name)
        .slice(-3),
    ).toEqual(['head._proto_.weight', 'head._proto_.bias', 'head.a_b.weight']);
    expect('polluted' in {}).toBe(false);
  });
});

describe('Teachable Machine', () => {
  /** What it exports: a cut MobileNet with a pool in one network, and two dense layers in another. */
  const dense = (name: string, units: number, activation: string, more: Json): Json => ({
    class_name: 'Dense',
    config: { name, units, activation, ...more },
  });
  const features = { ...network(), class_name: 'Model' } as Json;
  const inner = features.config as { layers: Json[] } & Json;
  const backbone = {
    class_name: 'Model',
    config: { ...inner, layers: inner.layers.slice(0, 6), output_layers: [['add', 0, 0]] },
  };
  const config = [
    {
      class_name: 'Sequential',
      config: {
        name: 'sequential_1',
        layers: [backbone, { class_name: 'GlobalAveragePooling2D', config: { name: 'global_average_pooling2d_1' } }],
      },
    },
    {
      class_name: 'Sequential',
      config: {
        name: 'sequential_3',
        layers: [
          dense('dense_Dense1', 3, 'tanh', { batch_input_shape: [null, 4] }),
          dense('dense_Dense2', 2, 'softmax', { use_bias: false }),
        ],
      },
    },
  ];
  const json = {
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'sequential_4', layers: config },
      keras_version: 'tfjs-layers 1.3.1',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: specs((name) => name.replace('hidden', 'dense_Dense1').replace('logits', 'dense_Dense2')),
      },
    ],
  };
  const metadata = {
    tfjsVersion: '1.3.1',
    tmVersion: '2.4.4',
    packageName: '@teachablemachine/image',
    labels: ['cat', 'dog'],
    imageSize: 224,
  };

  test('is a pipeline that knows the names of its classes', () => {
    const model = fromTeachableMachine(JSON.stringify(json), WEIGHTS, JSON.stringify(metadata));
    const probabilities = fromTfjs(json, WEIGHTS).predict(X);
    const found = model.classify(X);
    expect([...found.probabilities.data()]).toEqual([...probabilities.data()]);
    const rows = probabilities.toArray() as number[][];
    expect(found.labels).toEqual(rows.map(([a, b]) => (a >= b ? 'cat' : 'dog')));
    expect(data(model.predict(X).softmax(-1))).toEqual(data(probabilities));
    const again = R.loadSafetensors<R.Pipeline>(R.saveSafetensors(model));
    expect(again.classify(X).labels).toEqual(found.labels);
    expect(fromTfjs(json, WEIGHTS, { upTo: 'sequential_1.net.leaky' }).predict(X).shape).toEqual([3, 5, 4, 4]);
  });
  test('needs labels, one for each output', () => {
    expect(() => fromTeachableMachine(json, WEIGHTS, { ...metadata, labels: ['cat'] })).toThrow(
      new R.FormatError(
        "fromTeachableMachine: metadataJson has 1 labels, and the model's output is [2]; give the three files of one export",
      ),
    );
    expect(() => fromTeachableMachine(json, WEIGHTS, {})).toThrow(
      new R.FormatError(
        'fromTeachableMachine: the labels in metadataJson are undefined; give the metadata.json of the export',
      ),
    );
  });
});
