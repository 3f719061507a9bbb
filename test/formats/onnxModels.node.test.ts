import { describe, expect, test } from 'vitest';
import { toOnnx } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { inputs, shaken } from './cases.js';
import { expectSame, run } from './onnxRuntime.js';
import { hasPeers, peer } from './peers.js';

const { nn } = R;

/** What onnx-buf reads of a file. */
interface Read {
  readonly irVersion: bigint;
  readonly producerName: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: bigint }[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
  readonly graph: {
    readonly node: readonly {
      readonly opType: string;
      readonly name: string;
      readonly input: readonly string[];
      readonly output: readonly string[];
    }[];
    readonly initializer: readonly {
      readonly name: string;
      readonly dims: readonly bigint[];
      readonly dataType: number;
    }[];
    readonly input: readonly Port[];
    readonly output: readonly Port[];
  };
}
interface Port {
  readonly name: string;
  readonly type: {
    readonly value: {
      readonly value: {
        readonly elemType: number;
        readonly shape: { readonly dim: readonly { readonly value: { readonly value: bigint | string } }[] };
      };
    };
  };
}
async function read(bytes: Uint8Array): Promise<Read> {
  const { fromBinary } = await peer<{ fromBinary(schema: unknown, bytes: Uint8Array): Read }>('@bufbuild/protobuf');
  const { ModelProtoSchema } = await peer<{ ModelProtoSchema: unknown }>('onnx-buf');
  return fromBinary(ModelProtoSchema, bytes);
}
const types = ({ graph }: Read): string[] => graph.node.map(({ opType }) => opType);
const sizes = ({ type }: Port): (number | string)[] =>
  type.value.value.shape.dim.map(({ value: { value } }) => (typeof value === 'string' ? value : Number(value)));

const IMAGE: R.Shape = [9, 7, 3];
/** A network of images whose parts all have another number of rows, columns and channels. */
const convolutional = (): R.Model =>
  nn.sequential([
    nn.conv2d(8, 3, { padding: 'same', stride: 2, bias: false }),
    nn.batchNorm(),
    nn.relu(),
    nn.conv2d(8, 3, {
      groups: 8,
      padding: [
        [0, 1],
        [1, 0],
      ],
      activation: nn.leakyRelu({ slope: 0.2 }),
    }),
    nn.rematerialize(nn.sequential([nn.maxPool2d(2, { stride: 1 }), nn.dropout()])),
    nn.flatten(),
    nn.dense(5, { activation: 'tanh' }),
    nn.dense(4),
  ]);
const residual = (): R.Model =>
  nn.graph(IMAGE, (x) => {
    const stem = nn.conv2d(6, 3, { padding: 'same' })(x);
    const block = nn.sequential([nn.batchNorm(), nn.silu(), nn.conv2d(6, 3, { padding: 'same' })], { name: 'block' });
    const once = nn.add()([stem, block(stem)]);
    const twice = nn.add()([once, block(once)]);
    const squeeze = nn.reshape([1, 1, 6])(nn.dense(6, { activation: 'sigmoid' })(nn.globalAvgPool2d()(twice)));
    const scaled = nn.multiply()([twice, squeeze]);
    const both = nn.concat()([scaled, nn.average()([stem, scaled, nn.prelu()(stem)])]);
    const up = nn.upsample2d(2)(nn.maxPool2d(2)(both));
    const framed = nn.op('mul', { operand: [12] })(
      nn.zeroPad2d([
        [1, 0],
        [0, 1],
      ])(
        nn.crop2d([
          [1, 0],
          [1, 0],
        ])(up),
      ),
    );
    const pair = [nn.flatten()(nn.groupNorm(3)(framed)), nn.flatten()(nn.hardSwish()(framed))];
    return nn.dense(3)(nn.maximum()([nn.add()(pair), nn.op('mean', { args: [[1, 2]] })(nn.conv2d(1, 1)(framed))]));
  });
const transformer = (kind: 'learned' | 'sinusoidal'): R.Model =>
  nn.sequential([
    nn.embedding(11, 12),
    nn.positions({ length: 9, kind }),
    nn.transformer({ heads: 3, hidden: 10, causal: true }),
    nn.transformer({ heads: 2, hidden: 7, rotary: true }),
    nn.rmsNorm(),
    nn.dense(5),
  ]);
const twoTowers = (): R.Model<Readonly<Record<'score' | 'kind', R.Tensor>>> =>
  nn.graph({ user: [4], item: [5, 2, 3], words: [6] }, ({ user, item, words }) => {
    const seen = nn.flatten()(nn.conv2d(4, 2)(item));
    const said = nn.gru(3)(nn.embedding(8, 4)(words));
    const all = nn.concat()([nn.dense(3)(user), seen, said]);
    const cosine = nn.dot({ normalize: true })([nn.dense(3, { name: 'a' })(user), nn.dense(3, { name: 'b' })(seen)]);
    return { score: nn.concat()([cosine, nn.dense(1)(all)]), kind: nn.dense(3, { name: 'kind' })(all) };
  });
const words = (shape: R.Shape, high: number): R.Tensor =>
  R.randomGenerator(3)
    .uniform([3, ...shape], { high })
    .floor();

const MODELS: Readonly<Record<string, readonly [R.AnyModel, R.Tensor | Readonly<Record<string, R.Tensor>>]>> = {
  'images to classes': [shaken(convolutional(), IMAGE, 1), inputs(3, IMAGE)],
  'a graph with shortcuts, shared parts and joins': [shaken(residual(), IMAGE, 2), inputs(3, IMAGE)],
  'images to images': [
    shaken(nn.sequential([nn.conv2d(4, 3), nn.convTranspose2d(2, 3, { stride: 2, padding: 'same' })]), IMAGE, 3),
    inputs(3, IMAGE),
  ],
  'convolutions of sequences, then steps': [
    shaken(
      nn.sequential([
        nn.conv1d(6, 3, { padding: 'causal', activation: 'gelu' }),
        nn.maxPool1d(2),
        nn.layerNorm(),
        nn.bidirectional(nn.lstm(4, { returnSequences: true })),
        nn.gru(3, { reverse: true, returnSequences: true }),
        nn.attention({ heads: 3 }),
        nn.flatten(),
        nn.dense(2),
      ]),
      [10, 3],
      4,
    ),
    inputs(3, [10, 3]),
  ],
  'a transformer with positions that it learned': [shaken(transformer('learned'), [7], 5), words([7], 11)],
  'a transformer with sines': [shaken(transformer('sinusoidal'), [9], 6), words([9], 11)],
  'several inputs and outputs': [
    shaken(twoTowers(), undefined as never, 7),
    { user: inputs(3, [4]), item: inputs(3, [5, 2, 3]), words: words([6], 8) },
  ],
  'a model with several inputs in another': [
    shaken(
      nn.sequential([nn.graph({ b: [2, 3], a: [4] }, ({ a, b }) => nn.concat()([a, nn.flatten()(b)])), nn.dense(2)]),
      [10],
      8,
    ),
    inputs(3, [10]),
  ],
  'heads that are images and classes': [
    shaken(
      nn.multiTask({
        trunk: nn.conv2d(4, 3),
        heads: { map: nn.conv2d(1, 1), digit: nn.sequential([nn.flatten(), nn.dense(3)]), trunk: nn.dropout() },
      }),
      IMAGE,
      9,
    ),
    inputs(3, IMAGE),
  ],
  'a part of a model': [shaken(convolutional(), IMAGE, 10).upTo('4.layer.0'), inputs(3, IMAGE)],
  'a function that only calls its parts': [
    shaken(
      nn.defineModel({ a: nn.dense(3), b: nn.add(), c: nn.tanh() }, ({ a, b, c }, x) => b([a(x), c(a(x))] as never)),
      [4],
      11,
    ),
    inputs(3, [4]),
  ],
  'images of two shapes, flattened and joined': [
    shaken(
      nn.graph(IMAGE, (x) =>
        nn.add()([nn.conv2d(2, 1), nn.conv2d(14, 1, { stride: 3 })].map((image) => nn.flatten()(image(x)))),
      ),
      undefined as never,
      14,
    ),
    inputs(3, IMAGE),
  ],
  'a layer with the weight of another one': [
    shaken(nn.sequential([nn.embedding(9, 4), nn.dense(4), nn.dense(9, { tie: '0', activation: 'tanh' })]), [5], 15),
    words([5], 9),
  ],
  'ids that are also numbers': [
    shaken(
      nn.graph([5], (x) => nn.concat()([nn.flatten()(nn.embedding(9, 2)(x)), x])),
      undefined as never,
      12,
    ),
    words([5], 9),
  ],
};

describe.skipIf(!hasPeers)('whole models give what predict gives', () => {
  for (const [name, [model, x]] of Object.entries(MODELS))
    for (const opset of [17, 13] as const) test(`${name}, opset ${opset}`, () => expectSame(model, x, { opset }));
});

describe.skipIf(!hasPeers)('what stands in the file', () => {
  const [image] = MODELS['images to classes'];
  test('versions, ports, parameters by path, and nothing that computes nothing', async () => {
    const file = await read(toOnnx(image));
    expect([file.irVersion, file.producerName, file.opsetImport[0].version]).toEqual([8n, 'regulus', 17n]);
    expect(
      JSON.stringify(file, (key, value) =>
        key === '$unknown' && value ? 'unknown' : typeof value === 'bigint' ? Number(value) : value,
      ),
    ).not.toContain('"unknown"');
    expect(types(file)).toEqual([
      ...['Transpose', 'Conv', 'BatchNormalization', 'Relu', 'Conv', 'LeakyRelu', 'MaxPool', 'Flatten'],
      ...['Gemm', 'Tanh', 'Gemm'],
    ]);
    expect(file.graph.initializer.map(({ name, dims }) => [name, ...dims.map(Number)])).toEqual([
      ['0.weight', 8, 3, 3, 3],
      ...['weight', 'bias', 'running_mean', 'running_var'].map((name) => [`1.${name}`, 8]),
      ['3.weight', 8, 1, 3, 3],
      ['3.bias', 8],
      ['6.weight', 48, 5],
      ['6.bias', 5],
      ['7.weight', 5, 4],
      ['7.bias', 4],
    ]);
    expect(file.graph.node.map(({ name }) => name)).toContain('4.layer.0/MaxPool');
    expect(file.graph.input.map((port) => [port.name, ...sizes(port)])).toEqual([['input', 'N', 9, 7, 3]]);
    expect(file.graph.output.map((port) => [port.name, ...sizes(port)])).toEqual([['output', 'N', 4]]);
  });
  test('older programs get the older version', async () => {
    const [model] = MODELS['a transformer with sines'];
    const file = await read(toOnnx(model, { opset: 13 }));
    expect([file.irVersion, file.opsetImport[0].version]).toEqual([7n, 13n]);
    expect(types(file)).not.toContain('LayerNormalization');
    expect(types(await read(toOnnx(model)))).toContain('LayerNormalization');
  });
  test('channels first, on request: no transposition is left', async () => {
    const bytes = toOnnx(image, { input: 'NCHW' });
    const file = await read(bytes);
    expect(types(file)).not.toContain('Transpose');
    expect(sizes(file.graph.input[0])).toEqual(['N', 3, 9, 7]);
    const x = inputs(3, IMAGE);
    const found = await run(bytes, { input: x.transpose([0, 3, 1, 2]) });
    const expected = (image as R.Model).predict(x).data();
    found.output.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 4);
    });
  });
  test('ids are int32, where nothing else reads them', async () => {
    const kinds = async (model: R.AnyModel): Promise<number[]> =>
      (await read(toOnnx(model))).graph.input.map(({ type }) => type.value.value.elemType);
    expect(await kinds(MODELS['several inputs and outputs'][0])).toEqual([1, 1, 6]);
    expect(await kinds(MODELS['ids that are also numbers'][0])).toEqual([1]);
  });
  test('a shared layer is stored once, a mask too', async () => {
    const file = await read(toOnnx(MODELS['a graph with shortcuts, shared parts and joins'][0]));
    const names = file.graph.initializer.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('block.'))).toHaveLength(6);
    expect(new Set(names).size).toBe(names.length);
    const all = file.graph.node.flatMap(({ output }) => output).filter(Boolean);
    expect(new Set([...all, ...names]).size).toBe(all.length + names.length);
  });
  test('an input may be an output; its name gets a number', async () => {
    const model = shaken(
      nn.graph({ a: [2] }, ({ a }) => ({ a, b: a, c: nn.relu()(a) })),
      undefined as never,
      13,
    );
    const x = inputs(2, [2]);
    const found = await run(toOnnx(model), { a: x });
    expect(Object.keys(found)).toEqual(['a_2', 'b', 'c']);
    for (const name of ['a_2', 'b']) expect(found[name].data).toEqual(x.data());
  });
  test('folded models have no normalizations', async () => {
    expect(types(await read(toOnnx((image as R.Model).fold())))).not.toContain('BatchNormalization');
  });
  test('probabilities, as classify gives them', async () => {
    const x = inputs(3, [4]);
    for (const units of [1, 3]) {
      const model = shaken(nn.sequential([nn.dense(units)]), [4], units);
      const { output } = await run(toOnnx(model, { probabilities: true }), { input: x });
      const { probabilities } = model.classify(x);
      const expected = units === 1 ? probabilities.slice([0, 1], [3, 2]).data() : probabilities.data();
      output.data.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 5);
      });
    }
    const [heads] = MODELS['several inputs and outputs'];
    expect(types(await read(toOnnx(heads, { probabilities: true }))).filter((type) => type === 'Softmax')).toHaveLength(
      2,
    );
  });
});

describe.skipIf(!hasPeers)('pipelines', () => {
  const table = R.dataset.fromRows(
    Array.from({ length: 40 }, (_, i) => ({
      age: 20 + (i % 30),
      plan: ['free', 'pro'][i % 2],
      churned: ['no', 'yes'][+(i % 3 === 0)],
    })),
    { target: 'churned' },
  );
  const metadata = async (bytes: Uint8Array): Promise<Record<string, unknown>> =>
    Object.fromEntries((await read(bytes)).metadataProps.map(({ key, value }) => [key, JSON.parse(value)]));
  test('what encodes columns is told as JSON, and the graph takes the numbers that it makes', async () => {
    const whole = R.pipeline([
      R.encode.with({ numbers: 'asis' }),
      R.standardize,
      nn.sequential([nn.dense(2)]),
    ] as never) as R.Pipeline;
    whole.fit(table);
    shaken(whole.model, [3], 1);
    const bytes = toOnnx(whole);
    const told = await metadata(bytes);
    expect(told).toMatchObject({ classes: ['no', 'yes'], features: ['age', 'plan=free', 'plan=pro'] });
    expect(told.preparation).toMatchObject([
      { name: 'encode', options: { fields: [{ name: 'age' }, { name: 'plan' }] } },
    ]);
    const [encoding] = whole.steps as unknown as [R.Encoding];
    const rows = [
      { age: 33, plan: 'pro' },
      { age: -2, plan: 'free' },
    ];
    const { output } = await run(bytes, { input: encoding.apply(rows) });
    const expected = whole.predict(rows).data();
    output.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 5);
    });
  });
  test('scalings are part of the graph, and so are the units of the target', async () => {
    const data = R.dataset.fromRows(
      Array.from({ length: 30 }, (_, i) => ({ a: i / 7, b: (i * i) % 11, y: 900 + 40 * i })),
      { target: 'y' },
    );
    const whole = R.pipeline([R.minMax, R.standardize, nn.sequential([nn.dense(1)])] as never, {
      target: 'standardize',
    }) as R.Pipeline;
    whole.fit(data);
    shaken(whole.model, [2], 1);
    const bytes = toOnnx(whole);
    expect(await metadata(bytes)).toEqual({ features: ['a', 'b'] });
    const x = inputs(3, [2]);
    const [found, expected] = [(await run(bytes, { input: x })).output.data, whole.predict(x).data()];
    found.forEach((value, i) => {
      expect(value / expected[i]).toBeCloseTo(1, 5);
    });
    expect(() => toOnnx(whole, { probabilities: true })).toThrow("the pipeline's target is values");
  });
});
