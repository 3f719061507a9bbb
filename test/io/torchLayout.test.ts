import { describe, expect, test } from 'vitest';
import {
  type AnyModel,
  concat,
  type LoadOptions,
  loadSafetensors,
  type Model,
  nn,
  randomGenerator,
  readMetadata,
  saveSafetensors,
  type Tensor,
  tensor,
  UnsupportedError,
} from '../../src/index.js';
import { write } from '../../src/io/format.js';
import type { LayerLike } from '../../src/nn/partOf.js';
import { type Numbers, opCases, safetensorsBytes, tolerance, torchNetwork } from '../fixtures/index.js';

const torch: LoadOptions = { layout: 'torch' };
type Tensors = Record<string, Tensor>;
/** A model with numbers of every size, statistics too. */
function filled<M extends AnyModel>(model: M): M {
  const random = randomGenerator(3);
  for (const { name, shape, set } of model.parameters())
    set(random.uniform(shape, name.endsWith('var') ? { low: 0.5, high: 2 } : { low: -1, high: 1 }).data());
  return model;
}
const close = (found: Tensor, truth: ArrayLike<number>, tol: number): void => {
  const output = found.data();
  expect(output.length).toBe(truth.length);
  output.forEach((y, i) => expect(Math.abs(y - truth[i])).toBeLessThanOrEqual(tol));
};
/** Images of PyTorch [n, c, h, w] as ours, and back. */
const nhwc = ({ shape, data }: Numbers): Tensor => {
  const t = tensor(data, shape);
  return shape.length === 4 ? t.transpose([0, 2, 3, 1]) : shape.length === 3 ? t.transpose([0, 2, 1]) : t;
};

/** The tensors as they are stored. */
function raw(bytes: Uint8Array): Tensors {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length)).replace('"regulus"', '"Xegulus"');
  const copy = bytes.slice();
  copy.set(new TextEncoder().encode(header), 8);
  return loadSafetensors<Tensors>(copy);
}

test("a network of PyTorch's gives what it gives there", () => {
  const { x, y, tol } = torchNetwork();
  const model = nn.defineModel(
    {
      c1: nn.conv2d(3, 3, { padding: 1 }),
      bn: nn.batchNorm(),
      c2: nn.conv2d(4, 3, { stride: 2, padding: 1 }),
      flatten: nn.flatten(),
      fc: nn.dense(5),
    },
    ({ c1, bn, c2, flatten, fc }, t) => fc(flatten(c2(pool(bn(c1(t)).relu())).tanh())),
  );
  const pool = (t: Tensor): Tensor => nn.maxPool2d(2).call(t, {}, undefined as never);
  const bytes = safetensorsBytes('torch_cnn.safetensors');
  model.build([8, 8, 1]);
  expect(() => loadSafetensors(bytes, model)).toThrow('the model lacks bn.num_batches_tracked');
  loadSafetensors(bytes, model, torch);
  close(model.predict(nhwc(x)), y.data, tol);
  const theirs = loadSafetensors<Tensors>(bytes);
  const ours = raw(saveSafetensors(model, { layout: 'torch' }));
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
  for (const [name, t] of Object.entries(theirs)) {
    expect(ours[name].shape, name).toEqual(t.shape);
    if (!name.endsWith('tracked')) expect(ours[name].data(), name).toEqual(t.data());
  }
});

describe('layers of PyTorch', () => {
  const rows: Record<string, (attrs: Readonly<Record<string, unknown>>, w: readonly number[]) => LayerLike> = {
    conv2d: ({ stride, padding, dilation, groups }, [out, , ...kernel]) =>
      nn.conv2d(out, kernel as [number, number], { stride, padding, dilation, groups } as never),
    conv1d: ({ stride, padding, dilation, groups }, [out, , kernel]) =>
      nn.conv1d(out, kernel, { stride, padding, dilation, groups } as never),
    conv_transpose2d: ({ stride, padding }, [, out, ...kernel]) =>
      nn.convTranspose2d(out, kernel as [number, number], { stride, padding } as never),
    linear: (_, [out]) => nn.dense(out),
  };
  const cases = opCases().filter(
    ({ op, name, attrs }) => Object.hasOwn(rows, op) && (attrs.layout || name.includes('torch_layout')),
  );
  test('are all there', () => expect(new Set(cases.map(({ op }) => op))).toEqual(new Set(Object.keys(rows))));
  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, { op, attrs, inputs, out, f32err }) => {
    const { x, w, b } = inputs;
    const x4 = nhwc(x);
    const model = nn.sequential([rows[op](attrs, w.shape)]).build(x4.shape.slice(1));
    const stored = ({ shape, data }: Numbers) => ({ shape, values: Float32Array.from(data) });
    const units = model.parameters()[1].shape;
    const bias = b ?? { shape: units, data: new Array<number>(units[0]).fill(0) };
    loadSafetensors(
      write(
        new Map([
          ['0.weight', stored(w)],
          ['0.bias', stored(bias)],
        ]),
        {},
      ),
      model,
      torch,
    );
    close(model.predict(x4), nhwc(out).data(), tolerance(out.data, f32err));
  });
});

describe('what comes after flattened images stands channels first', () => {
  const shape = [2, 3, 4];
  const x = randomGenerator(1).normal([5, ...shape]);
  const chw = x.transpose([0, 3, 1, 2]).reshape([5, 24]);
  const rows: Record<string, [LayerLike[], LayerLike[], Record<string, string>]> = {
    'a dense layer': [[nn.flatten(), nn.dense(7), nn.dense(3)], [nn.dense(7), nn.dense(3)], { 1: '0', 2: '1' }],
    'behind others': [
      [nn.relu(), nn.flatten(), nn.dropout(), nn.batchNorm(), nn.tanh(), nn.layerNorm(), nn.rmsNorm(), nn.dense(7)],
      [nn.relu(), nn.batchNorm(), nn.tanh(), nn.layerNorm(), nn.rmsNorm(), nn.dense(7)],
      { 3: '1', 5: '3', 6: '4', 7: '5' },
    ],
    'functions of your own': [
      [(t) => t.reshape([t.shape[0], -1]), (t) => t.mul(2).add(t), nn.dense(24), nn.batchNorm(), nn.dense(2)],
      [(t) => t.mul(3), nn.dense(24), nn.batchNorm(), nn.dense(2)],
      { 2: '1', 3: '2', 4: '3' },
    ],
  };
  test.each(Object.entries(rows))('%s', (_, [images, flat, places]) => {
    const model = filled(nn.sequential(images).build(shape));
    const bytes = saveSafetensors(model, { layout: 'torch' });
    const rename = (name: string): string => name.replace(/^\d+/, (place) => places[place]);
    // The same numbers in a model of rows, as PyTorch flattens images into them; the configuration is left out.
    const tensors = new Map(
      Object.entries(raw(bytes)).map(([name, t]) => [name, { shape: t.shape, values: t.data() }]),
    );
    const other = nn.sequential(flat).build([24]);
    loadSafetensors(write(tensors, {}), other, { ...torch, rename });
    close(other.predict(chw), model.predict(x).data(), 1e-4);
    const apart = other.predict(x.reshape([5, 24])).data();
    expect(
      Math.max(
        ...model
          .predict(x)
          .data()
          .map((v, i) => Math.abs(v - apart[i])),
      ),
    ).toBeGreaterThan(0.01);
    const back = nn.sequential(images).build(shape, { seed: 5 });
    expect(loadSafetensors(bytes, back, torch).state()).toEqual(model.state());
  });
  test('two that are joined', () => {
    const model = () =>
      nn.defineModel(
        { a: nn.conv2d(3, [1, 2]), b: nn.conv2d(2, [2, 1]), flat: nn.flatten(), out: nn.dense(2) },
        ({ a, b, flat, out }, t) => out(concat([flat(a(t)).relu(), flat(b(t))], 1)),
      );
    const one = filled(model().build(shape));
    const bytes = saveSafetensors(one, { layout: 'torch' });
    expect(loadSafetensors(bytes, model().build(shape), torch).state()).toEqual(one.state());
    const [ours, theirs] = [one.state()['out.weight'], raw(bytes)['out.weight'].data()];
    // Channel 1, place 2 of 6 (2×3 images less 1 column: 2·2), then the second piece from 12 on.
    expect(theirs[1 * 4 + 2]).toBe(ours[(2 * 3 + 1) * 2]);
    expect(theirs[12 + 1 * 3 + 2]).toBe(ours[(12 + 2 * 2 + 1) * 2]);
  });

  test('features of a sequence do not: embeddings stand there as here', () => {
    const model = filled(nn.sequential([nn.embedding(5, 3), nn.flatten(), nn.dense(2)]).build([4]));
    const { '0.weight': table, '2.weight': weight } = raw(saveSafetensors(model, { layout: 'torch' }));
    expect(table.data()).toEqual(model.state()['0.weight']);
    expect(weight.transpose().data()).toEqual(model.state()['2.weight']);
  });
  test('a convolution of sequences has them channels first', () => {
    const model = filled(nn.sequential([nn.conv1d(3, 2, { bias: false }), nn.flatten(), nn.dense(1)]).build([5, 2]));
    const { '2.weight': weight } = raw(saveSafetensors(model, { layout: 'torch' }));
    expect(weight.data()).toEqual(tensor(model.state()['2.weight'], [4, 3]).transpose().data());
  });

  test.each<[string, LayerLike[], string]>([
    [
      'an order that is not known',
      [nn.flatten(), (t) => t.flip(1), nn.dense(2)],
      "saveSafetensors: 2 (dense) follows functions after which the order of features is not known; use layout: 'regulus'",
    ],
    [
      'rows that become images',
      [nn.flatten(), nn.dense(24), (t) => t.reshape([-1, 2, 3, 4]), nn.flatten(), nn.dense(2)],
      '4 (dense) follows functions',
    ],
    ['groups', [nn.flatten(), nn.groupNorm(2)], '1 (groupNorm) has groups of flattened images'],
  ])('refused: %s', (_, layers, text) => {
    const model = nn.sequential(layers).build(shape);
    expect(() => saveSafetensors(model, { layout: 'torch' })).toThrow(UnsupportedError);
    expect(() => saveSafetensors(model, { layout: 'torch' })).toThrow(text);
    expect(() => loadSafetensors(saveSafetensors(model), model, torch)).toThrow("was saved with layout: 'regulus'");
  });
});

describe('every layer comes back to the bit', () => {
  const rows: [string, LayerLike[], number[]][] = [
    ['dense', [nn.dense(3), nn.dense(3, { bias: false, activation: 'relu' })], [3]],
    ['dense of sequences', [nn.dense(4), nn.flatten(), nn.dense(2)], [3, 2]],
    ['conv1d', [nn.conv1d(4, 3, { groups: 2 }), nn.batchNorm(), nn.maxPool1d(2), nn.flatten(), nn.dense(1)], [9, 2]],
    ['conv2d', [nn.conv2d(4, [3, 2]), nn.relu(), nn.conv2d(8, 3, { groups: 4, padding: 'same' })], [5, 6, 2]],
    ['convTranspose2d', [nn.convTranspose2d(4, [3, 2], { groups: 2, stride: 2 }), nn.groupNorm(2)], [3, 4, 2]],
    ['normalizations', [nn.batchNorm(), nn.layerNorm(), nn.rmsNorm(), nn.groupNorm(2)], [3, 2, 4]],
    ['embedding', [nn.embedding(7, 3), nn.flatten(), nn.dense(2)], [4]],
    [
      'transformers',
      [
        nn.embedding(7, 4),
        nn.positions({ length: 3 }),
        nn.transformer({ heads: 2, hidden: 5 }),
        nn.attention({ heads: 1 }),
      ],
      [3],
    ],
    ['pools', [nn.avgPool2d(2), nn.conv2d(3, 1), nn.upsample2d(2), nn.flatten(), nn.dropout(), nn.dense(2)], [4, 6, 2]],
    ['one place', [nn.conv2d(3, 1), nn.globalAvgPool2d(), nn.dense(2)], [4, 5, 2]],
    ['within others', [nn.rematerialize(nn.sequential([nn.flatten(), nn.dense(3)])), nn.dense(3)], [2, 2, 3]],
  ];
  test.each(rows)('%s', (_, layers, shape) => {
    const model = filled(nn.sequential(layers).build(shape));
    const bytes = saveSafetensors(model, { layout: 'torch' });
    expect(readMetadata(bytes)).toEqual({ format: 'pt' });
    const again = loadSafetensors(bytes, undefined, torch) as Model;
    expect(again.state()).toEqual(model.state());
    expect(saveSafetensors(again, { layout: 'torch' })).toEqual(bytes);
    expect(() => loadSafetensors(bytes)).toThrow("the file was saved with layout: 'torch'");
    expect(() => loadSafetensors(bytes, model)).toThrow("the file was saved with layout: 'torch'");
  });
  test('several heads', () => {
    const model = filled(
      nn
        .multiTask({ trunk: nn.sequential([nn.conv2d(2, 1), nn.flatten()]), heads: { a: nn.dense(3), b: nn.dense(1) } })
        .build([2, 3, 2]),
    );
    const bytes = saveSafetensors(model, { layout: 'torch' });
    expect(loadSafetensors<AnyModel>(bytes, undefined, torch).state()).toEqual(model.state());
  });
  test('a layer that is called twice, for features in two orders, is refused', () => {
    const both = nn.defineModel({ norm: nn.batchNorm(), flat: nn.flatten() }, ({ norm, flat }, t) =>
      norm(flat(t)).add(norm(t.reshape([t.shape[0], -1]).flip(1).flip(1).mul(0).matmul(eye))),
    );
    const eye = tensor(Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (_, j) => (i === j ? 1 : 0))));
    expect(() => saveSafetensors(both.build([2, 2, 3]), { layout: 'torch' })).toThrow('in different orders');
  });
  test('a layer of your own keeps its numbers as they are', () => {
    const own: LayerLike = {
      parameters: () => ({
        table: {
          shape: [2, 3],
          init: {
            config: { name: 'x', options: {} },
            create: () =>
              tensor([
                [1, 2, 3],
                [4, 5, 6],
              ]),
          } as never,
          kind: 'weight',
        },
      }),
      call: (x, { table }) => x.matmul(table),
    };
    const model = nn.sequential([own]).build([2]);
    expect(loadSafetensors(saveSafetensors(model, { layout: 'torch' }), model, torch).state()['0.table']).toEqual(
      Float32Array.of(1, 2, 3, 4, 5, 6),
    );
  });
});

test('num_batches_tracked is an int64 scalar behind the statistics, and comes first in the data', () => {
  const bytes = saveSafetensors(nn.sequential([nn.dense(2), nn.batchNorm()]).build([3]), {
    layout: 'torch',
    dtype: 'f16',
  });
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
  expect(header['1.num_batches_tracked']).toEqual({ dtype: 'I64', shape: [], data_offsets: [0, 8] });
  expect(header['0.weight']).toEqual({ dtype: 'F16', shape: [2, 3], data_offsets: [8, 20] });
});
