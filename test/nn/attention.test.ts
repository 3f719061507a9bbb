import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { hvp, valueAndGrad } from '../../src/differentiate/grad.js';
import { constant } from '../../src/graph/leaves.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import { attended, attendedApart, composedAttention } from '../../src/nn/attended.js';
import * as nn from '../../src/nn/index.js';
import { scaledDotProductAttention } from '../../src/nn/scaledDotProductAttention.js';
import { slice } from '../../src/ops/index.js';
import { draws } from '../../src/random/draws.js';
import { adamw } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { fit, trainStep } from '../../src/train/index.js';
import { attentionFigures, type Numbers, tolerance } from '../fixtures/index.js';
import '../../src/tensor/methods.js';

const { cases, training } = attentionFigures();
const of = ({ data, shape }: Numbers): Tensor => tensor(data, shape);
const close = (given: ArrayLike<number>, truth: Numbers, f32err: number, where: string) => {
  const most = tolerance(truth.data, f32err);
  truth.data.forEach((v, i) => expect(Math.abs(given[i] - v), `${where} ${i}`).toBeLessThanOrEqual(most));
};

describe.each(cases)(
  'attention of PyTorch: $name',
  ({ heads, causal, lengths, x, params, out, dout, grads, f32err }) => {
    const model = nn.sequential([nn.attention({ heads, causal })]).build(x.shape.slice(1));
    for (const { name, set } of model.parameters()) set(params[name.slice(2)].data);
    const y = (t: Tensor) => model(t, { lengths: lengths && tensor(lengths as number[]) });

    test('output', () => {
      const given = y(of(x)).data();
      const [, t, d] = x.shape;
      const free = (i: number) => lengths && Math.floor(i / d) % t >= lengths[Math.floor(i / (t * d))];
      const most = tolerance(out.data, f32err.out);
      out.data.forEach((v, i) => void (free(i) || expect(Math.abs(given[i] - v)).toBeLessThanOrEqual(most)));
    });
    test('gradients', () => {
      const loss = (t: Tensor) => y(t).mul(of(dout)).sum();
      const { grads: found } = valueAndGrad(loss, { wrt: model })(of(x));
      close(valueAndGrad(loss)(of(x)).grads.data(), grads.x, f32err.x, 'x');
      for (const name of Object.keys(params)) close(found[`0.${name}`].data(), grads[name], f32err[name], name);
    });
  },
);

test('lengths that are computed and are none leave nothing to look at', () => {
  const y = scaledDotProductAttention([[[1]]], [[[1], [1]]], [[[2], [4]]], { lengths: tensor([0]).div(0) });
  expect(y.toArray()).toEqual([[[0]]]);
});

const TINY: Record<string, string> = {
  '0.weight': 'tokens',
  '1.weight': 'positions',
  '3.weight': 'ln3.weight',
  '3.bias': 'ln3.bias',
  '4.weight': 'head.weight',
  '4.bias': 'head.bias',
};
test.each(['trainStep', 'fit'])('a tiny causal transformer is trained as by PyTorch, in %s', async (how) => {
  const { vocabulary, length, width, heads, lr, weight_decay, ids, batches, initial, loss, final } = training;
  const model = nn
    .sequential([
      nn.embedding(vocabulary, width),
      nn.positions({ length }),
      nn.transformer({ heads, hidden: 4 * width, causal: true }),
      nn.layerNorm(),
      nn.dense(vocabulary),
    ])
    .build([length]);
  const named = (name: string) => TINY[name] ?? name.replace('2.', '');
  expect(
    model
      .parameters()
      .map(({ name }) => named(name))
      .sort(),
  ).toEqual(Object.keys(initial).sort());
  for (const { name, set } of model.parameters()) set(initial[named(name)].data);
  const optimizer = adamw({ learningRate: lr, weightDecay: weight_decay });
  const rows = (batch: readonly number[], from: number) =>
    tensor(
      batch.flatMap((row) => ids.data.slice(row * (length + 1) + from, row * (length + 1) + from + length)),
      [batch.length, length],
    );
  const losses: number[] = [];
  if (how === 'fit') {
    const order = batches.flat();
    const data = dataset({ x: rows(order, 0), y: rows(order, 1), classes: false });
    const options = { epochs: 1, batchSize: batches[0].length, shuffle: false };
    const onStep = ({ loss: value }: { loss: number }) => void losses.push(value);
    await fit(model, data, { loss: (o: Tensor, t: Tensor) => crossEntropy()(o, t), optimizer, onStep, ...options });
  } else {
    const step = trainStep(model, { loss: crossEntropy(), optimizer });
    for (const batch of batches) losses.push(step(rows(batch, 0), rows(batch, 1)));
  }
  close(losses, { shape: [loss.length], data: loss }, training.loss_f32err, 'loss');
  for (const { name, get } of model.parameters())
    if (!training.ignore.startsWith(named(name))) close(get(), final[named(name)], training.final_f32err, name);
});

/** The kernels against the composition of ops, which the figures above hold: one block and several, whole ones and
 *  rests, each with every kind of mask. */
const SIZES = [
  { n: 2, t: 5, heads: 2, width: 3 },
  { n: 1, t: 64, heads: 1, width: 8 },
  { n: 2, t: 150, heads: 2, width: 5 },
  { n: 1, t: 260, heads: 3, width: 7 },
];
const MASKS = [0, 1, 2, 3, 4, 7].map((bits) => ({ causal: !!(bits & 1), padded: !!(bits & 2), drops: !!(bits & 4) }));
const { uniform } = draws([3, 1], 0);
const drawn = (...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => uniform(-2, 2)),
    shape,
  );
const far = (a: Tensor, b: Tensor): number => {
  const [x, y] = [a.data(), b.data()];
  expect(a.shape).toEqual(b.shape);
  return x.reduce((most, v, i) => Math.max(most, Math.abs(v - y[i])), 0);
};
const attendingOf = (n: number, t: number, heads: number, { causal, padded, drops }: (typeof MASKS)[number]) => ({
  heads,
  causal,
  // The first row has no step at all.
  lengths: padded
    ? tensor(Array.from({ length: n }, (_, i) => (i ? Math.ceil(0.7 * t) : n > 1 ? 0 : t - 1)))
    : undefined,
  dropout: drops
    ? { keep: 0.7, draw: { key: [1, 2] as const, stream: 5 }, step: constant(Int32Array.of(3), [1]) }
    : undefined,
});

describe.each(SIZES)('the kernels, $n × $t steps, $heads heads of $width', ({ n, t, heads, width }) => {
  test.each(MASKS)('compute what the ops compute: causal $causal, padded $padded, dropout $drops', (mask) => {
    const d = heads * width;
    const attending = attendingOf(n, t, heads, mask);
    const [x, v, dy] = [drawn(n, t, 3 * d), drawn(n, t, 3 * d), drawn(n, t, d)];
    const part = (y: Tensor, i: number) => slice(y, [0, 0, i * d], [n, t, (i + 1) * d]);
    const kernels = (y: Tensor) => attended(y, attending);
    const ops = (y: Tensor) => composedAttention(part(y, 0), part(y, 1), part(y, 2), attending);
    const loss = (f: typeof ops) => (y: Tensor) => f(y).mul(dy).sum();
    expect(far(kernels(x), ops(x))).toBeLessThan(3e-6);
    expect(far(valueAndGrad(loss(kernels))(x).grads, valueAndGrad(loss(ops))(x).grads)).toBeLessThan(3e-5);
    if (t < 10) expect(far(hvp(loss(kernels))(x, v), hvp(loss(ops))(x, v))).toBeLessThan(1e-4);
  });
});

test.each([
  { e: 8, t: 3, s: 140, causal: false },
  { e: 8, t: 140, s: 70, causal: true },
  { e: 4, t: 3, s: 5, causal: true },
])('queries from elsewhere: $t to $s keys, values of $e', ({ e, t, s, causal }) => {
  const [q, k, v, dy] = [drawn(2, t, 8), drawn(2, s, 8), drawn(2, s, e), drawn(2, t, e)];
  const attending = { heads: 2, causal, lengths: tensor([s - 2, s]) };
  const [kernels, ops] = [attendedApart, composedAttention].map((f) => ({
    y: f(q, k, v, attending),
    grads: [
      valueAndGrad((x: Tensor) => f(x, k, v, attending).mul(dy).sum())(q).grads,
      valueAndGrad((x: Tensor) => f(q, x, v, attending).mul(dy).sum())(k).grads,
      valueAndGrad((x: Tensor) => f(q, k, x, attending).mul(dy).sum())(v).grads,
    ],
  }));
  expect(far(kernels.y, ops.y)).toBeLessThan(3e-6);
  kernels.grads.forEach((g, i) => expect(far(g, ops.grads[i])).toBeLessThan(3e-5));
  expect(far(scaledDotProductAttention(q, k, v, attending), ops.y)).toBeLessThan(3e-6);
});

test('heads may stand in front, as in PyTorch, and lengths count for all of them', () => {
  const [q, k, v] = [drawn(2, 3, 5, 4), drawn(2, 3, 6, 4), drawn(2, 3, 6, 4)];
  const options = { lengths: tensor([2, 6]) };
  const joined = (x: Tensor) => x.transpose([0, 2, 1, 3]).reshape([2, x.shape[2], 12]);
  const y = scaledDotProductAttention(q, k, v, options);
  expect(far(joined(y), scaledDotProductAttention(joined(q), joined(k), joined(v), { heads: 3, ...options }))).toBe(0);
});

test('a padded row gets the outputs and gradients that it has alone', () => {
  const model = nn.sequential([nn.transformer({ heads: 2, hidden: 8 }), nn.positions({ length: 7 })]).build([7, 4]);
  const [short, long] = [drawn(1, 3, 4), drawn(1, 7, 4)];
  const padding = tensor(new Float32Array(16).fill(9), [1, 4, 4]);
  const both = tensor([...short.data(), ...padding.data(), ...long.data()], [2, 7, 4]);
  const y = model(both, { lengths: tensor([3, 7]) });
  const alone = nn.sequential([nn.transformer({ heads: 2, hidden: 8 }), nn.positions({ length: 7 })]).build([3, 4]);
  alone.load(model.state());
  expect(far(y.slice([0, 0], [1, 3]), alone(short))).toBeLessThan(1e-6);
  expect(far(y.slice([1, 0], [2, 7]), model(long))).toBeLessThan(1e-6);
});

test('rotary products depend on distances only', () => {
  const turn = nn.sequential([nn.positions({ length: 9, kind: 'rotary' })]).build([9, 6]);
  const [q, k] = [drawn(1, 1, 6), drawn(1, 1, 6)].map((x) => turn(x.add(tensor(new Float32Array(54), [1, 9, 6]))));
  const products = q.matmul(k.transpose([0, 2, 1])).data();
  const first = (i: number) => products[i <= 0 ? -i * 9 : i];
  for (let i = 0; i < 9; i++) for (let j = 0; j < 9; j++) expect(products[i * 9 + j]).toBeCloseTo(first(j - i), 4);
  expect(Math.abs(first(0) - first(3))).toBeGreaterThan(1e-3);
});

test('rotary attention sees the order of steps, which plain attention does not', () => {
  const x = drawn(1, 6, 8).data();
  const swapped = Float32Array.from([...x.subarray(8, 16), ...x.subarray(0, 8), ...x.subarray(16)]);
  for (const rotary of [false, true]) {
    const model = nn.sequential([nn.attention({ heads: 2, rotary })]).build([6, 8], { seed: 3 });
    const last = (values: Float32Array) => model(tensor(values, [1, 6, 8])).slice([0, 5], [1, 6]);
    expect(far(last(x), last(swapped)) > 1e-4).toBe(rotary);
  }
});

test('dropout of attention weights draws anew at every step, and not in evaluation', () => {
  const model = nn.sequential([nn.attention({ heads: 2, keep: 0.5 })]).build([6, 4]);
  const x = drawn(2, 6, 4);
  expect(far(model(x), model(x))).toBeGreaterThan(1e-3);
  expect(far(model(x, { training: false }), model(x, { training: false }))).toBe(0);
});

test.each([
  [() => nn.sequential([nn.attention({ heads: 3 })]).build([5, 4]), /4 features cannot be divided among 3 heads/],
  [() => nn.sequential([nn.attention({ heads: 2 })]).build([4]), /attention: x is \[2, 4\]; it must be \[n, steps/],
  [() => nn.sequential([nn.attention({ heads: 4, rotary: true })]).build([5, 4]), /each of the 4 heads has 1/],
  [() => nn.sequential([nn.positions({ length: 4 })]).build([5, 4]), /x has 5 steps, but there are 4 positions/],
  [() => nn.sequential([nn.positions({ length: 9, kind: 'rotary' })]).build([5, 3]), /pairs of features, but x has 3/],
  [() => nn.positions({ length: 4, kind: 'fixed' as 'learned' }), /kind/],
  [() => nn.attention({ heads: 1, keep: 0 }), /keep is 0/],
  [() => nn.transformer({ heads: 2, hidden: 0 }), /transformer: hidden is 0/],
  [() => nn.attention({ head: 1 } as never), /did you mean 'heads'/],
  [() => scaledDotProductAttention([[1]], [[1]], [[1]]), /do not fit; they must be/],
  [() => scaledDotProductAttention([[[1]]], [[[1]]], [[[1]]], { lengths: [1, 2] }), /one for each of 1 rows/],
  [() => scaledDotProductAttention([[[1]]], [[[1]]], [[[1]]], { lengths: [2] }), /length 2 in row 0 is not a whole/],
  [
    () =>
      nn.sequential([nn.attention({ heads: 1 })]).build([2, 2])(
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
        { lengths: [1, 1] },
      ),
    /1 rows/,
  ],
])('wrong use is refused %#', (wrong, message) => expect(wrong).toThrow(message));
