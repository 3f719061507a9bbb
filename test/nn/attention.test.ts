import { describe, expect, test } from 'vitest';
import { valueAndGrad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adamw } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
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

const TINY: Record<string, string> = {
  '0.weight': 'tokens',
  '1.weight': 'positions',
  '3.weight': 'ln3.weight',
  '3.bias': 'ln3.bias',
  '4.weight': 'head.weight',
  '4.bias': 'head.bias',
};
test('a tiny causal transformer is trained as by PyTorch', () => {
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
  const step = trainStep(model, {
    loss: crossEntropy(),
    optimizer: adamw({ learningRate: lr, weightDecay: weight_decay }),
  });
  const rows = (batch: readonly number[], from: number) =>
    tensor(
      batch.flatMap((row) => ids.data.slice(row * (length + 1) + from, row * (length + 1) + from + length)),
      [batch.length, length],
    );
  const losses = batches.map((batch) => step(rows(batch, 0), rows(batch, 1)));
  close(losses, { shape: [loss.length], data: loss }, training.loss_f32err, 'loss');
  for (const { name, get } of model.parameters())
    if (!training.ignore.startsWith(named(name))) close(get(), final[named(name)], training.final_f32err, name);
});
