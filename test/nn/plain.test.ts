import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { OptionError, UnsupportedError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as init from '../../src/init/index.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/index.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { relu } from '../../src/ops/index.js';
import { adam } from '../../src/optim/index.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

const half = (x: Tensor): Tensor => x.mul(0.5);
const scaled = {
  parameters: (shape: readonly number[]) => ({
    weight: { shape: shape.slice(-1), init: init.ones(), kind: 'weight' as const },
  }),
  call: (x: Tensor, { weight }: Readonly<Record<string, Tensor>>) => x.mul(weight),
};
class Shifted {
  #by = 3;
  call(x: Tensor): Tensor {
    return x.add(this.#by);
  }
}
const ones = () => nn.dense(4, { init: init.ones() });
const x = [
  [1, 2],
  [3, 4],
];

describe('a function is a layer without parameters', () => {
  test('in sequential, which its summary shows by name', () => {
    const model = nn.sequential([ones(), half, (t) => t.reshape([-1, 2, 2]), relu]).build([2]);
    expect(model.predict(x).shape).toEqual([2, 2, 2]);
    expect(model.predict(x).data()[0]).toBe(1.5);
    expect(model.summary()).toMatch(/^1 +half +\[n, 4\]$/m);
    expect(model.summary()).toMatch(/^2 +function +\[n, 2, 2\]$/m);
    expect(model.parameters().map(({ name }) => name)).toEqual(['0.weight', '0.bias']);
    expect(model.clone().predict(x).data()).toEqual(model.predict(x).data());
    expect(model.fold().predict(x).data()).toEqual(model.predict(x).data());
  });
  test('among the children of defineModel, multiTask and rematerialize', () => {
    const model = nn.defineModel({ first: ones(), half }, (layers, t) => layers.half(layers.first(t)));
    expect(model.build([2]).predict(x).data()[0]).toBe(1.5);
    const tasks = nn.multiTask({ trunk: half, heads: { a: half, b: (t) => t.sum(1, true) } }).build([2]);
    expect([...tasks.predict(x).a.data()]).toEqual([0.25, 0.5, 0.75, 1]);
    expect([...tasks.predict(x).b.data()]).toEqual([1.5, 3.5]);
    const again = nn.sequential([nn.rematerialize(half)]).build([2]);
    expect([...again.predict(x).data()]).toEqual([0.5, 1, 1.5, 2]);
  });
  test('which may know the mode', () => {
    const model = nn.sequential([(t, _, { training }) => (training ? t.mul(0) : t)]).build([2]);
    expect([...model.predict([[1, 2]]).data()]).toEqual([1, 2]);
    expect(
      model(model.predict([[1, 2]]))
        .sum()
        .item(),
    ).toBe(0);
  });
  test('and is no batch normalization, whatever its name', () => {
    const batchNorm = (t: Tensor): Tensor => t.sub(t.mean(-1, true));
    const model = nn.sequential([nn.dense(2), batchNorm]).build([2]);
    expect(model.fold().predict(x).data()).toEqual(model.predict(x).data());
  });
});

describe('an object that computes is a layer', () => {
  test('without a configuration, with its parameters', async () => {
    const model = nn.sequential([scaled, new Shifted(), nn.dense(1)]);
    await fit(model, dataset({ x, y: [0.5, 1.5] }), { loss: mse(), optimizer: adam(), epochs: 2 });
    expect(model.parameters().map(({ name }) => name)).toEqual(['0.weight', '2.weight', '2.bias']);
    expect(model.parameters()[0].get()[0]).not.toBe(1);
    expect(model.summary()).toMatch(/^0 +layer +\[n, 2\] +2$/m);
  });
});

test('files hold the numbers of such models, and refuse by its path what they cannot rebuild', () => {
  const models = [
    () => nn.sequential([scaled, half, nn.dense(1)]),
    () => nn.sequential([nn.dense(2), nn.sequential([half])]),
    () => nn.multiTask({ trunk: scaled, heads: { a: nn.dense(1) } }) as unknown as ReturnType<typeof nn.sequential>,
    () => nn.sequential([nn.rematerialize(scaled)]),
    () =>
      nn.sequential([
        nn.dense(2),
        function relu(t: Tensor) {
          return t.mul(2);
        },
      ]),
  ];
  const paths = ['layers[0] is', 'layers[1].layers[0] is', 'parts.trunk is', 'layers[0].layer is', 'layers[1] is'];
  models.forEach((make, i) => {
    const model = make().build([2]);
    const bytes = saveSafetensors(model);
    expect(loadSafetensors(bytes, make()).state()).toEqual(model.state());
    expect(() => loadSafetensors(bytes)).toThrow(UnsupportedError);
    expect(() => loadSafetensors(bytes)).toThrow(
      `the model.${paths[i]} a function of your own, which a file cannot hold`,
    );
  });
});

describe('what is no layer is refused in words', () => {
  test.each<[() => unknown, string]>([
    [
      () => nn.sequential([nn.relu as never]),
      'sequential: item 0 is not a layer but the factory relu itself; give what nn.relu(…) makes, or a function',
    ],
    [
      () => nn.sequential([nn.dense as never]),
      'item 0 is not a layer but the factory dense itself; give what nn.dense(…) makes',
    ],
    [() => nn.sequential([nn.conv2d as never]), 'the factory conv2d itself; give what nn.conv2d(…) makes'],
    [
      () => nn.sequential([nn.dense(1), 'relu' as never]),
      "sequential: item 1 is not a layer but 'relu'; give what nn.relu(…) makes, or a function",
    ],
    [() => nn.sequential([null as never]), 'item 0 is not a layer but null'],
    [() => nn.sequential(new Array(1)), 'item 0 is not a layer but undefined'],
    [
      () => nn.defineModel({ a: {} as never }, ({ a }, t) => a(t)),
      'defineModel: children.a is not a layer but an Object',
    ],
    [() => nn.multiTask({ trunk: half, heads: { a: 3 as never } }), 'multiTask: heads.a is not a layer but 3'],
    [() => nn.rematerialize('x' as never), "rematerialize: layer is not a layer but 'x'"],
    [
      () => nn.sequential([nn.dense(1), () => undefined as never]).build([2]),
      '1 (function) gives undefined; it must give a tensor',
    ],
    [
      () => nn.sequential([nn.dense(1), async (t: Tensor) => t] as never).build([2]),
      '1 (function) gives a Promise; it must give a tensor',
    ],
    [
      () => nn.defineModel({ a: nn.dense(1) }, () => undefined as never).build([2]),
      'model (defineModel) gives undefined; it must give a tensor',
    ],
  ])('%#', (attempt, text) => {
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow(text);
  });
});
