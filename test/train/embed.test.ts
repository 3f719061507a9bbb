import { describe, expect, test } from 'vitest';
import * as R from '../../src/index.js';
import { digits } from '../../src/digits.js';

const { nn } = R;
const data = digits({ images: true }).take(150);
const backbone = (): R.Model =>
  nn
    .sequential([
      nn.conv2d(6, 3, { padding: 'same', stride: 2 }),
      nn.batchNorm(),
      nn.relu(),
      nn.dropout({ keep: 0.8 }),
      nn.flatten(),
    ])
    .build([8, 8, 1], { seed: 1 });
const head = (classes = 10): R.Model => nn.sequential([nn.dense(classes)]);
const options = {
  loss: R.crossEntropy(),
  optimizer: R.adam({ learningRate: 0.01 }),
  epochs: 3,
  batchSize: 16,
  clip: R.clip.globalNorm(1),
  penalties: [R.l2(1e-3)],
} as const;
const bits = (model: R.AnyModel, of: (name: string) => boolean = () => true): unknown[] =>
  model
    .parameters()
    .filter(({ name }) => of(name))
    .map(({ get }) => get());

describe('embed', () => {
  test('gives what the model predicts, whatever the size of a batch', () => {
    const model = backbone();
    const features = R.embed(model, data);
    expect(features.shape).toEqual([4 * 4 * 6]);
    expect(features.x).toEqual(model.predict(data).data());
    expect(R.embed(model, data, { batchSize: 7 }).x).toEqual(features.x);
    expect(features.y).toBe(data.y);
    expect(features.classes).toBe(10);
  });
  test('appends changed copies, which do not depend on the size of a batch', () => {
    const model = backbone();
    const augment = R.augment.translate({ pixels: 1 });
    const three = R.embed(model, data, { augment, copies: 2, seed: 5 });
    expect(three.size).toBe(450);
    const plain = R.embed(model, data);
    expect(three.slice(0, 150).x).toEqual(plain.x);
    expect([...three.y]).toEqual([...data.y, ...data.y, ...data.y]);
    expect(three.slice(150, 300).x).not.toEqual(plain.x);
    expect(three.slice(150, 300).x).not.toEqual(three.slice(300).x);
    expect(R.embed(model, data, { augment, copies: 2, seed: 5, batchSize: 5 }).x).toEqual(three.x);
    expect(R.embed(model, data, { augment, copies: 1, seed: 5 }).x).toEqual(three.slice(0, 300).x);
    expect(R.embed(model, data, { augment, seed: 6 }).x).not.toEqual(three.slice(0, 300).x);
  });
  test('leaves a sealed set sealed, and does not count as a look at it', () => {
    const { train, test: sealed } = R.split(data, { seed: 1 });
    const features = R.embed(backbone(), sealed as R.Dataset);
    expect(features.sealed).toBe(true);
    expect(features.opened).toBe(0);
    const model = head().build(features.shape);
    R.evaluate(model, features, { loss: R.crossEntropy() });
    expect(sealed?.opened).toBe(1);
    expect(R.embed(backbone(), train).sealed).toBe(false);
  });
  test('gives a stream of features for a stream of rows, on which training has the same bits', async () => {
    const model = backbone();
    const stream = R.dataset.stream(() => [data.slice(0, 40), data.slice(40)], { shape: data.shape, classes: 10 });
    const features = R.embed(model, stream, { batchSize: 11 });
    expect(features.shape).toEqual([96]);
    const [streamed, whole] = [head(), head()];
    await R.fit(streamed, features, options);
    await R.fit(whole, R.embed(model, data), options);
    expect(bits(streamed)).toEqual(bits(whole));
  });
  test.each<[string, () => unknown, string]>([
    [
      'two outputs',
      () => R.embed(nn.multiTask({ trunk: nn.flatten(), heads: { a: nn.dense(1), b: nn.dense(2) } }) as never, data),
      'take one of them',
    ],
    [
      'a mixing augmentation',
      () => R.embed(backbone(), data, { augment: R.augment.mixup({ alpha: 1 }) }),
      'mixes targets',
    ],
    ['copies that are equal', () => R.embed(backbone(), data, { copies: 2 }), 'augment says how they differ'],
    [
      'copies of a stream',
      () =>
        R.embed(
          backbone(),
          R.dataset.stream(() => [], { shape: [8, 8, 1] }),
          { augment: R.augment.gaussianNoise({ std: 1 }) } as never,
        ),
      'a stream has no copies',
    ],
    [
      'rows of another shape',
      () => R.embed(backbone(), R.dataset({ x: [[1, 2]], y: [0] })),
      'built for examples of [8, 8, 1]',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe('frozen', () => {
  test('trains the head on a frozen model to the bits of the head on its features', async () => {
    const body = backbone();
    const before = bits(body);
    const top = head().build([96], { seed: 2 });
    const cached = top.clone();
    const whole = nn.sequential([nn.frozen(body), top]);
    await R.fit(whole, data, options);
    await R.fit(cached, R.embed(body, data), options);
    expect(bits(whole, (name) => name.startsWith('1.'))).toEqual(bits(cached));
    expect(bits(whole, (name) => name.startsWith('0.'))).toEqual(before);
    const together = nn.sequential([body, cached]);
    expect(together.predict(data).data()).toEqual(whole.predict(data).data());
    expect(bits(together)).toEqual(bits(whole));
  });
  test('keeps the paths, in files too, so that all of it can be trained further', async () => {
    const whole = nn.sequential([nn.frozen(backbone()), head()]);
    await R.fit(whole, data, { ...options, epochs: 1 });
    const again = R.loadSafetensors(R.saveSafetensors(whole)) as R.Model;
    expect(again.predict(data).data()).toEqual(whole.predict(data).data());
    expect(again.parameters().filter(({ trainable }) => trainable)).toHaveLength(2);
    const open = nn.sequential([backbone(), head()]).build([8, 8, 1]).load(whole.state());
    expect(open.predict(data).data()).toEqual(whole.predict(data).data());
    expect(open.parameters().filter(({ trainable }) => trainable)).toHaveLength(6);
  });
  test('a part of a model, in a file with its head', async () => {
    const body = nn.graph([8, 8, 1], (x) => nn.dense(3)(nn.flatten({ name: 'end' })(nn.conv2d(4, 3)(x)))).build();
    const whole = nn.sequential([nn.frozen(nn.sequential([body.upTo('end')])), head()]).build([8, 8, 1]);
    const again = R.loadSafetensors(R.saveSafetensors(whole)) as R.Model;
    expect(again.predict(data).data()).toEqual(whole.predict(data).data());
    expect((R.loadSafetensors(R.saveSafetensors(body.upTo('end'))) as R.Model).predict(data).data()).toEqual(
      body.upTo('end').predict(data).data(),
    );
  });
  test('holds within graphs and other frozen models, and is folded', () => {
    const body = backbone();
    const model = nn.graph([8, 8, 1], (x) => head()(nn.frozen(nn.frozen(body), { name: 'body' })(x))).build();
    expect(
      model
        .parameters()
        .filter(({ trainable }) => trainable)
        .map(({ name }) => name),
    ).toEqual(['sequential.0.weight', 'sequential.0.bias']);
    const x = data.take(9);
    model
      .fold()
      .predict(x)
      .data()
      .forEach((value, i) => expect(value).toBeCloseTo(model.predict(x).data()[i], 5));
    expect(model.summary()).toContain('body');
  });
});

test('a head with another class keeps what it has learned of the others', async () => {
  const features = R.embed(backbone(), data);
  const three = features.rows([...data.y].flatMap((label, row) => (label < 3 ? [row] : []))).with({});
  const old = nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dense(3)]);
  await R.fit(old, R.dataset({ x: R.tensor(three.x, [three.size, 96]), y: three.y, classes: 3 }), options);
  const more = nn.sequential([nn.dense(8, { activation: 'relu' }), nn.dense(4)]).build([96], { seed: 9 });
  const fresh = more.state();
  more.load(old.state(), { widen: true });
  const [a, b] = [old.predict(three).toArray() as number[][], more.predict(three).toArray() as number[][]];
  b.forEach((row, i) => expect(row.slice(0, 3)).toEqual(a[i]));
  expect(more.state()['1.bias'][3]).toBe(fresh['1.bias'][3]);
  expect(() => more.load(old.state())).toThrow('widen: true fills the first columns');
  expect(() => old.load(more.state(), { widen: true })).toThrow('1.weight has 32 numbers, but [8, 3] needs 24');
});
