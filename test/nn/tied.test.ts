import { describe, expect, it, test } from 'vitest';
import { toJavaScript, toOnnx } from '../../src/formats/index.js';
import * as r from '../../src/index.js';
import { streams, tolerance } from '../fixtures/index.js';
import { addressOf } from '../support/module.js';

const { nn } = r;
const { tied, tied: figures } = streams();
const [words, d] = figures.start['words.weight'].shape;
/** The network of the figures, with other ways of writing it. */
const MODELS: Readonly<Record<string, { make: () => r.Model; path: (name: string) => string }>> = {
  graph: {
    make: () =>
      nn.graph([6], (ids) => {
        const body = nn.dense(d, { name: 'body', activation: 'tanh' });
        return nn.dense(words, { name: 'head', tie: 'words' })(body(nn.embedding(words, d, { name: 'words' })(ids)));
      }),
    path: (name) => name,
  },
  sequential: {
    make: () =>
      nn.sequential([
        nn.embedding(words, d),
        nn.dense(d, { activation: 'tanh' }),
        nn.rematerialize(nn.dense(words, { tie: '0' })),
      ]),
    path: (name) => name.replace('words', '0').replace('body', '1').replace('head', '2.layer'),
  },
  'a part of a model': {
    make: () =>
      nn.sequential([
        nn.identity(),
        nn.sequential([nn.embedding(words, d), nn.dense(d, { activation: 'tanh' }), nn.dense(words, { tie: '0' })]),
      ]),
    path: (name) => name.replace('words', '1.0').replace('body', '1.1').replace('head', '1.2'),
  },
};
const started = (name: string): r.Model => {
  const { make, path } = MODELS[name];
  const state = Object.entries(figures.start).map(([own, { data }]) => [path(own), Float32Array.from(data)]);
  return make()
    .build([6])
    .load(Object.fromEntries(state) as r.State);
};
const close = (found: ArrayLike<number>, name: string): void => {
  const { data } = figures.numbers[name];
  expect(found.length, name).toBe(data.length);
  const worst = Math.max(...data.map((value, i) => Math.abs(value - found[i])));
  expect(worst, name).toBeLessThan(tolerance(data, figures.err[name]));
};

describe.each(Object.keys(MODELS))('a tied network, written as %s', (name) => {
  const { path } = MODELS[name];
  it('has one parameter for both, and the logits and gradients of PyTorch', () => {
    const model = started(name);
    expect(
      model
        .parameters()
        .map((own) => own.name)
        .sort(),
    ).toEqual(Object.keys(figures.start).map(path).sort());
    close(model.predict(tied.ids).data(), 'logits');
    const loss = r.crossEntropy();
    const { grads } = r.valueAndGrad((x: r.Tensor) => loss(model(x), r.tensor(tied.labels)), { wrt: model })(
      r.tensor(tied.ids),
    );
    for (const own of Object.keys(figures.start)) close(grads[path(own)].data(), `grad ${own}`);
  });
  it('learns as there', () => {
    const model = started(name);
    const step = r.trainStep(model, { loss: r.crossEntropy(), optimizer: r.adam({ learningRate: 0.05 }) });
    const losses = Array.from({ length: 6 }, () => step(tied.ids, tied.labels));
    close(losses, 'losses');
    const state = model.state();
    for (const own of Object.keys(figures.start)) close(state[path(own)], `final ${own}`);
  });
  it('comes back from files, and survives clone, summary and cuts', () => {
    const model = started(name);
    const expected = model.predict(tied.ids).toArray();
    const bytes = r.saveSafetensors(model);
    const torch = r.saveSafetensors(model, { layout: 'torch' });
    const loaded = started(name).load(started(name).state());
    r.loadSafetensors(torch, loaded, { layout: 'torch' });
    expect(loaded.predict(tied.ids).toArray()).toEqual(expected);
    const again = r.loadSafetensors(bytes) as r.Model;
    expect(again.predict(tied.ids).toArray()).toEqual(expected);
    expect(model.clone().predict(tied.ids).toArray()).toEqual(expected);
    expect(model.summary()).toContain(`${words * d + d * d + d + words} parameters`);
    const whole = nn.sequential([model, nn.identity()]).build([6]);
    expect(whole.predict(tied.ids).toArray()).toEqual(expected);
    expect(toOnnx(model).length).toBeLessThan(4 * (words * d + d * d + d + words) + 1000);
  });
  it('is exported to JavaScript', async () => {
    const { predict } = await import(/* @vite-ignore */ addressOf(toJavaScript(started(name))));
    close(predict(tied.ids).flat(2), 'logits');
  });
});

test('other layers have weights, too: an autoencoder whose decoder is its encoder', () => {
  const model = nn.sequential([nn.dense(3), nn.dense(5, { tie: '0', bias: false })]).build([5], { seed: 1 });
  const { '0.weight': weight, '0.bias': bias } = model.state();
  expect(Object.keys(model.state())).toEqual(['0.weight', '0.bias']);
  const x = r.tensor([[1, -2, 3, 0.5, 2]]);
  const w = r.tensor(weight, [5, 3]);
  const expected = x.matmul(w).add(r.tensor(bias)).matmul(w, { transposeB: true });
  expect(model.predict(x).sub(expected).abs().max().item()).toBeLessThan(1e-6);
});
test('normalizations stay where they are, since folding would change both layers', () => {
  const model = nn.sequential([nn.dense(3), nn.batchNorm(), nn.dense(5, { tie: '0' })]).build([5], { seed: 1 });
  const x = r.ones([2, 5]);
  model.parameters().at(-2)?.set([4, 5, 6]);
  expect(model.fold().predict(x).toArray()).toEqual(model.predict(x).toArray());
});
test('a frozen weight is shared as a constant', () => {
  const body = nn.frozen(nn.sequential([nn.embedding(4, 2)]).build([3], { seed: 2 }));
  const model = nn.sequential([body, nn.dense(4, { tie: '0.0' })]).build([3]);
  const before = model.state()['0.0.weight'];
  const step = r.trainStep(model, { loss: r.crossEntropy(), optimizer: r.sgd({ learningRate: 1 }) });
  step([[1, 2, 3]], [[0, 1, 2]]);
  expect(model.state()['0.0.weight']).toEqual(before);
  expect(model.state()['1.bias']).not.toEqual(new Float32Array(4));
});

test.each<[string, () => unknown, string]>([
  [
    'no layer',
    () => nn.sequential([nn.embedding(4, 2), nn.dense(4, { tie: 'words' })]).build([3]),
    "dense '1': tie is 'words', which is no layer with a weight that is called before",
  ],
  [
    'a layer without a weight',
    () => nn.sequential([nn.relu(), nn.dense(4, { tie: '0' })]).build([3]),
    "dense '1': tie is '0', which is no layer with a weight",
  ],
  [
    'a layer that comes later',
    () => nn.sequential([nn.dense(3, { tie: '1' }), nn.dense(3)]).build([3]),
    "dense '0': tie is '1', which is no layer with a weight that is called before",
  ],
  [
    'another shape',
    () => nn.sequential([nn.embedding(4, 2), nn.dense(5, { tie: '0' })]).build([3]),
    "dense: tie: '0' has the weight [4, 2]; it must be [5, 2]",
  ],
  ['an empty path', () => nn.dense(3, { tie: '' }), "dense: tie is ''; it must be text"],
  [
    'an initial weight',
    () => nn.dense(3, { tie: '0', init: r.init.zeros() }),
    "dense: unknown option 'init'. Known: bias, activation, tie, name",
  ],
])('a tie with %s is refused', (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(r.RegulusError);
});
