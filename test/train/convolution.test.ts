import { describe, expect, test } from 'vitest';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { transpose } from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { trainStep } from '../../src/train/index.js';
import { convTrainings, type Numbers, tolerance } from '../fixtures/index.js';
import '../../src/tensor/methods.js';

const { X, Y, batches, init, cases } = convTrainings();
type Named = (typeof cases)[number]['final'];

const made = ({ data, shape }: Numbers) => tensor(data as number[], shape);
/** PyTorch's layout as ours: weights [kh, kw, cin, cout], the dense layer's rows by (h, w, c). */
function ours(name: keyof Named, numbers: Numbers): Float32Array {
  if (name === 'w1' || name === 'w2') return transpose(made(numbers), [2, 3, 1, 0]).data();
  if (name !== 'w3') return Float32Array.from(numbers.data);
  const [rows, classes] = numbers.shape;
  const channels = init.w2.shape[0];
  const side = Math.sqrt(rows / channels);
  return transpose(tensor(numbers.data as number[], [channels, side, side, classes]), [1, 2, 0, 3]).data();
}

describe('30 steps of a convolutional network agree with PyTorch', () => {
  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    const pool = c.pool === 'max' ? nn.maxPool2d : nn.avgPool2d;
    const block = (filters: number) => [
      nn.conv2d(filters, 3, { padding: 1 }),
      ...(c.batch_norm ? [nn.batchNorm()] : []),
      nn.relu(),
      pool(2),
    ];
    const model = nn.sequential([...block(init.w1.shape[0]), ...block(init.w2.shape[0]), nn.flatten(), nn.dense(10)]);
    model.build([8, 8, 1]);
    const second = c.batch_norm ? 4 : 3;
    const places = { w1: '0.weight', b1: '0.bias', w2: `${second}.weight`, b2: `${second}.bias`, w3: '', b3: '' };
    places.w3 = `${2 * second + 1}.weight`;
    places.b3 = `${2 * second + 1}.bias`;
    const entries = Object.entries(places) as [keyof Named, string][];
    for (const [name, path] of entries)
      model
        .parameters()
        .find((p) => p.name === path)
        ?.set(ours(name, init[name]));

    const { lr, momentum, beta1, beta2, eps } = c.config;
    const optimizer =
      c.optimizer === 'adam'
        ? adam({ learningRate: lr, beta1, beta2, delta: eps })
        : sgd({ learningRate: lr, momentum });
    const step = trainStep(model, { loss: crossEntropy(), optimizer });
    const images = batches.map((batch) => batch.flatMap((i) => X.data.slice(i * 64, (i + 1) * 64)));
    const losses = images.map((x, k) =>
      step(tensor(x, [batches[k].length, 8, 8, 1]), tensor(batches[k].map((i) => Y.data[i]))),
    );
    c.loss.forEach((loss, k) =>
      expect(Math.abs(losses[k] - loss), `step ${k}`).toBeLessThan(tolerance(c.loss, c.loss_f32err)),
    );
    const state = model.state();
    for (const [name, path] of entries) {
      // The gradient of a bias before batch normalization is nothing but rounding noise.
      if (c.batch_norm && (name === 'b1' || name === 'b2')) continue;
      const truth = [...ours(name, c.final[name])];
      const apart = truth.reduce((most, t, i) => Math.max(most, Math.abs(t - state[path][i])), 0);
      expect(apart, name).toBeLessThan(tolerance(truth, c.final_f32err));
    }
    step.dispose();
  });
});
