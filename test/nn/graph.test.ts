import { describe, expect, it } from 'vitest';
import * as r from '../../src/index.js';
import type { Tensor } from '../../src/index.js';

const { nn, tensor } = r;
const numbers = (t: Tensor): number[] => Array.from(t.data());
const rows = (n: number, width: number, seed = 0): Tensor => r.randomGenerator(seed).normal([n, width]);

/** Two inputs, a shared layer, joins and two heads. */
const both = () =>
  nn.graph({ user: [4], item: [4] }, ({ user, item }) => {
    const tower = nn.dense(6, { name: 'tower', activation: 'tanh' });
    const joint = nn.concat()([tower(user), tower(item)]);
    const body = nn.sequential([nn.dense(5), nn.batchNorm(), nn.relu()])(joint);
    return { score: nn.dense(1, { name: 'score' })(body), kind: nn.dense(3)(body) };
  });
const inputs = { user: rows(8, 4, 1), item: rows(8, 4, 2) };
const targets = { score: rows(8, 1, 3), kind: tensor([0, 1, 2, 0, 1, 2, 0, 1]) };
const options = {
  loss: { score: r.mse(), kind: r.crossEntropy() },
  optimizer: r.adam({ learningRate: 0.05 }),
};

describe('nn.graph', () => {
  it('names parameters by the option name, else by the kind and a number', () => {
    const model = nn.graph([3], (x) => nn.dense(1)(nn.dense(2, { name: 'body' })(nn.dense(2)(x)))).build();
    expect(model.parameters().map(({ name }) => name)).toEqual([
      'dense.weight',
      'dense.bias',
      'body.weight',
      'body.bias',
      'dense2.weight',
      'dense2.bias',
    ]);
  });

  it('shares the parameters of a layer that is called twice', () => {
    const model = both().build();
    const names = model.parameters().map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('tower'))).toEqual(['tower.weight', 'tower.bias']);
    const same = model.predict({ user: inputs.user, item: inputs.user });
    const swapped = model.predict({ item: inputs.user, user: inputs.user });
    expect(numbers(same.score)).toEqual(numbers(swapped.score));
  });

  it('calls a model of several outputs within a graph once, and tells its outputs apart', () => {
    const inner = nn.graph({ p: [3], q: [3] }, ({ p, q }) => ({ sum: nn.add()([p, q]), double: nn.concat()([q, q]) }));
    const outer = nn.graph({ a: [3], b: [3] }, ({ a, b }) => {
      const { sum, double } = inner({ p: a, q: b }) as unknown as Record<string, r.nn.GraphNode>;
      return nn.concat()([double, sum]);
    });
    expect(numbers(outer.predict({ a: [[1, 2, 3]], b: [[10, 20, 30]] }))).toEqual([10, 20, 30, 10, 20, 30, 11, 22, 33]);
  });

  it('takes numbers as names', () => {
    const model = nn.graph([3], (x) => nn.dense(2, { name: '1' })(nn.dense(4, { name: '2' })(x))).build();
    expect(model.parameters().map(({ name, shape }) => [name, shape])).toEqual([
      ['1.weight', [4, 2]],
      ['1.bias', [2]],
      ['2.weight', [3, 4]],
      ['2.bias', [4]],
    ]);
    expect(model.predict([[1, 2, 3]]).shape).toEqual([1, 2]);
  });

  it('computes what the same layers compute by hand', () => {
    const model = nn.graph({ a: [2], b: [2] }, ({ a, b }) =>
      nn.add()([nn.dense(2, { name: 'left' })(a), nn.tanh()(b)]),
    );
    model.build();
    const { 'left.weight': w, 'left.bias': bias } = model.state();
    const a = rows(3, 2, 4);
    const b = rows(3, 2, 5);
    const expected = a
      .matmul(tensor(w, [2, 2]))
      .add(tensor(bias))
      .add(b.tanh());
    expect(numbers(model({ a, b }))).toEqual(numbers(expected));
    expect(numbers(model.predict({ b: b.toArray() as number[][], a }))).toEqual(numbers(expected));
  });

  const joins: [name: string, layer: r.nn.CallableLayer, expected: number[]][] = [
    ['add', nn.add(), [5, 7, 9]],
    ['multiply', nn.multiply(), [4, 10, 18]],
    ['average', nn.average(), [2.5, 3.5, 4.5]],
    ['maximum', nn.maximum(), [4, 5, 6]],
    ['concat', nn.concat(), [1, 2, 3, 4, 5, 6]],
    ['concat of axis 1', nn.concat({ axis: 1 }), [1, 2, 3, 4, 5, 6]],
    ['dot', nn.dot(), [32]],
    ['dot of unit vectors', nn.dot({ normalize: true }), [32 / Math.sqrt(14 * 77)]],
  ];
  it.each(joins)('%s', (_, layer, expected) => {
    const model = nn.graph({ a: [3], b: [3] }, ({ a, b }) => layer([a, b]));
    const y = model.predict({ a: [[1, 2, 3]], b: [[4, 5, 6]] });
    expect(numbers(y).map((v) => Math.round(v * 1e6) / 1e6)).toEqual(expected.map((v) => Math.round(v * 1e6) / 1e6));
  });

  it('trains by fit and by trainStep to the same bits, from sets and from inputs by name', async () => {
    const [fitted, stepped] = [both().build(), both().build()];
    const data = r.dataset({
      x: { item: inputs.item, user: inputs.user },
      y: targets,
      classes: { kind: 3, score: false },
    });
    await r.fit(fitted, data, { ...options, epochs: 3, batchSize: 'full', shuffle: false });
    const step = r.trainStep(stepped, options);
    for (let i = 0; i < 3; i++) step(inputs, targets);
    expect(stepped.state()).toEqual(fitted.state());
    const split = fitted.predict(data);
    expect(numbers(split.kind)).toEqual(numbers(fitted.predict(inputs).kind));
  });

  it('survives files, clones and folds', () => {
    const model = both().build(undefined, { seed: 3 });
    const step = r.trainStep(model, options);
    step(inputs, targets);
    const expected = numbers(model.predict(inputs).score);
    const loaded = r.loadSafetensors(r.saveSafetensors(model)) as typeof model;
    expect(numbers(loaded.predict(inputs).score)).toEqual(expected);
    expect(numbers(model.clone().predict(inputs).score)).toEqual(expected);
    const slim = model.fold();
    expect(slim.parameters().some(({ name }) => name.includes('running'))).toBe(false);
    numbers(slim.predict(inputs).score).forEach((v, i) => expect(v).toBeCloseTo(expected[i], 5));
  });

  it('takes models as parts, which keep their numbers, and other graphs with several inputs and outputs', () => {
    const backbone = nn.sequential([nn.dense(3), nn.relu()]).build([2], { seed: 9 });
    const whole = nn.sequential([backbone, nn.dense(1)]).build([2], { seed: 1 });
    expect(whole.state()['0.0.weight']).toEqual(backbone.state()['0.weight']);
    const inner = nn.graph({ a: [2], b: [3] }, ({ a, b }) => ({ p: nn.dense(2)(a), q: nn.dense(2)(b) }));
    const outer = nn.graph({ u: [2], v: [3] }, ({ u, v }) => {
      const { p, q } = inner({ a: backbone(u).shape[0] === 3 ? u : u, b: v });
      return nn.add()([p, q]);
    });
    outer.build();
    expect(outer.parameters().map(({ name }) => name)).toEqual([
      'graph.dense.weight',
      'graph.dense.bias',
      'graph.dense2.weight',
      'graph.dense2.bias',
    ]);
    expect(outer.predict({ u: [[1, 2]], v: [[1, 2, 3]] }).shape).toEqual([1, 2]);
  });

  it('gives the model up to a part, with its parameters', () => {
    const model = nn.graph([2], (x) => nn.dense(1)(nn.dense(3, { name: 'body' })(x))).build();
    const features = model.upTo('body');
    expect(features.parameters().map(({ name }) => name)).toEqual(['body.weight', 'body.bias']);
    model.parameters()[1].set([1, 2, 3]);
    expect(numbers(features.predict([[0, 0]]))).toEqual([1, 2, 3]);
    const chain = nn.sequential([nn.sequential([nn.dense(2), nn.relu()]), nn.dense(1)]).build([2]);
    expect(chain.upTo('0.0').predict([[0, 0]]).shape).toEqual([1, 2]);
    expect(chain.upTo('0').parameters()).toHaveLength(2);
    expect(() => features.upTo('head')).toThrow(r.OptionError);
    expect(() =>
      r.trainStep(features, { loss: r.mse(), optimizer: r.sgd({ learningRate: 0.1 }) })([[0, 0]], [[0, 0, 0]]),
    ).toThrow(r.UnsupportedError);
  });

  it('loads in part, and by other names', () => {
    const model = nn.graph([2], (x) => nn.dense(1)(nn.dense(3, { name: 'body' })(x))).build();
    const before = model.state();
    model.load(
      { 'old.weight': new Float32Array(6).fill(7), other: [1] as never },
      {
        partial: true,
        rename: (name) => (name === 'old.weight' ? 'body.weight' : name),
      },
    );
    expect(model.state()).toEqual({ ...before, 'body.weight': new Float32Array(6).fill(7) });
    expect(() => model.load({ other: new Float32Array(1) }, { partial: true })).toThrow(r.OptionError);
  });

  it('is shown by summary', () => {
    expect(both().summary().split('\n').slice(0, 4)).toEqual([
      'path          layer      output   parameters  called with',
      'tower         dense      [n, 6]           30  user | item',
      'concat        concat     [n, 12]              tower, tower again',
      'sequential.0  dense      [n, 5]           65  concat',
    ]);
  });

  const wrong: [what: string, make: () => unknown][] = [
    ['a method of tensors', () => nn.graph([2], ((x: Tensor) => x.relu()) as never)],
    ['an activation that needs to know more', () => nn.dense(2, { activation: nn.dropout() })],
    ['no inputs', () => nn.graph({}, (() => 1) as never)],
    ['an output that is no node', () => nn.graph([2], (() => 3) as never)],
    ['an output of no name', () => nn.graph([2], ((x: unknown) => [x]) as never)],
    ['a layer called with a number', () => nn.graph([2], (() => nn.relu()(3 as never)) as never)],
    ['a join of one node', () => nn.graph([2], (x) => nn.add()(x))],
    ['a layer of several nodes', () => nn.graph([2], (x) => nn.dense(1)([x, x]))],
    ['a name twice', () => nn.graph([2], (x) => nn.dense(1, { name: 'a' })(nn.dense(1, { name: 'a' })(x)))],
    ['a name with dots', () => nn.dense(1, { name: 'a.b' })],
    [
      'a node of another graph',
      () => {
        let other: r.nn.GraphNode | undefined;
        nn.graph([2], (x) => {
          other = x;
          return x;
        });
        return nn.graph([2], () => other as r.nn.GraphNode);
      },
    ],
    ['shapes that do not join', () => nn.graph({ a: [2], b: [3] }, ({ a, b }) => nn.add()([a, b]))],
    ['another input', () => both().predict({ user: inputs.user, place: inputs.item } as never)],
    ['an input too few', () => both().predict({ user: inputs.user } as never)],
    ['unequal rows', () => both().predict({ user: inputs.user, item: rows(3, 4) })],
    ['a wide input', () => both().predict({ user: inputs.user, item: rows(8, 5) })],
    ['a set of other inputs', () => both().predict(r.dataset({ x: { user: rows(2, 4), place: rows(2, 4) } }))],
    [
      'inputs for a chain',
      () => nn.sequential([nn.dense(1)]).predict(r.dataset({ x: { user: rows(2, 4), item: rows(2, 4) } })),
    ],
    ['another shape', () => both().build([3])],
  ];
  it.each(wrong)('refuses %s', (_, make) => {
    expect(make).toThrow(r.RegulusError);
  });
});
