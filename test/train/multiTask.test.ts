import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { DataError, OptionError, UnsupportedError } from '../../src/errors.js';
import { binaryCrossEntropy, crossEntropy, mae, mse } from '../../src/losses/index.js';
import { accuracy } from '../../src/metrics/index.js';
import * as nn from '../../src/nn/index.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/index.js';
import { adam, optimizer as own, sgd } from '../../src/optim/index.js';
import { draws } from '../../src/random/draws.js';
import { earlyStopping, share } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { diagnose } from '../../src/diagnose/index.js';
import { configured } from '../../src/config.js';
import { evaluate, fit, type FitOptions, trainStep } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';

/** A class by the sign of a + b, and the value a − b, with labels missing for some. */
function both(n: number, seed: number, missing = 0) {
  const { normal, uniform } = draws([seed, 9], 0);
  const x = Array.from({ length: n }, () => [normal(), normal()]);
  return dataset({
    x,
    y: { side: x.map(([a, b]) => Number(a + b > 0)), width: x.map(([a, b]) => [a - b]) },
    ...(missing && { mask: { width: x.map(() => Number(uniform() >= missing)) } }),
  });
}
const network = () =>
  nn.multiTask({
    trunk: nn.sequential([nn.dense(8), nn.tanh()]),
    heads: { side: nn.dense(2), width: nn.dense(1) },
  });
const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  loss: { side: crossEntropy(), width: mse() },
  metrics: { side: accuracy() },
  optimizer: adam({ learningRate: 0.03 }),
  epochs: 30,
  ...more,
});

describe('several tasks', () => {
  test('have a trunk in common, and parameters and outputs by their names', () => {
    const model = network().build([2]);
    expect(model.parameters().map(({ name }) => name)).toEqual([
      'trunk.0.weight',
      'trunk.0.bias',
      'heads.side.weight',
      'heads.side.bias',
      'heads.width.weight',
      'heads.width.bias',
    ]);
    const x = [
      [1, 2],
      [3, 4],
      [0, 0],
    ];
    const { side, width } = model.predict(x);
    expect([side.shape, width.shape]).toEqual([
      [3, 2],
      [3, 1],
    ]);
    const called = model(tensor(x), { training: false });
    expect(called.side.data()).toEqual(side.data());
    expect(model.classify(x).side.labels.length).toBe(3);
    const read = loadSafetensors(saveSafetensors(model as never)) as unknown as typeof model;
    expect(read.predict(x).width.data()).toEqual(width.data());
    expect(model.clone().predict(x).side.data()).toEqual(side.data());
    expect(model.summary()).toContain('heads.width');
  });

  test('are learned together, with scores by head', async () => {
    const [train, validation] = [both(200, 1), both(100, 2)];
    const model = network();
    const run = await fit(
      model,
      train,
      options({ validation, stop: earlyStopping({ monitor: 'validation.side.accuracy', mode: 'max' }) }),
    );
    const last = run.history.at(-1);
    expect(Object.keys(last?.validation ?? {})).toEqual(['loss', 'side.loss', 'side.accuracy', 'width.loss']);
    expect(run.best?.value).toBeGreaterThan(0.95);
    const scores = evaluate(model, validation);
    expect(scores.loss).toBeCloseTo(scores['side.loss'] + scores['width.loss'], 5);
    expect(run.baseline?.['side.accuracy']).toBeGreaterThan(0.4);
    expect(run.lossWeights).toEqual({ side: 1, width: 1 });
    expect(diagnose(run).verdict).toBe('good');
  });

  test('count as their weights say: a weight of 0 is no task, and the gradient is the sum', async () => {
    const data = both(64, 3);
    const trained = async (more: Partial<FitOptions>) => {
      const model = network();
      await fit(model, data, options({ optimizer: sgd({ learningRate: 0.1 }), epochs: 2, ...more }));
      return model.state();
    };
    const start = network().build([2]).state();
    const alone = await trained({ lossWeights: { width: 0 } });
    expect(alone['heads.width.weight']).toEqual(start['heads.width.weight']);
    expect(alone['heads.side.weight']).not.toEqual(start['heads.side.weight']);
    const x = [
      [1, 2],
      [-1, 1],
    ];
    const y = { side: tensor([1, 0]), width: tensor([[0.5], [2]]) };
    const model = network();
    const step = trainStep(model, { ...only(options()), lossWeights: { width: 0.1 } });
    const outputs = network().build([2])(tensor(x), { training: false });
    const expected = crossEntropy()(outputs.side, y.side).item() + 0.1 * mse()(outputs.width, y.width).item();
    expect(step(x, y)).toBeCloseTo(expected, 5);
  });

  test('learn how much they count by their uncertainty', async () => {
    const { normal } = draws([4, 4], 0);
    const x = Array.from({ length: 300 }, () => [normal(), normal()]);
    const data = dataset({
      x,
      y: { quiet: x.map(([a]) => [a + 0.1 * normal()]), loud: x.map(([, b]) => [b + 2 * normal()]) },
    });
    for (const optimizer of [adam({ learningRate: 0.02 }), heavyBall]) {
      const model = nn.multiTask({ trunk: nn.dense(2), heads: { quiet: nn.dense(1), loud: nn.dense(1) } });
      const run = await fit(model, data, {
        loss: { quiet: mse(), loud: mse() },
        lossWeights: 'uncertainty',
        optimizer,
        epochs: 150,
      });
      const { quiet, loud } = run.lossWeights as Record<string, number>;
      // ½/σ², with σ² of 0.01 and 4.
      expect(quiet).toBeGreaterThan(10);
      expect(Math.abs(loud / (0.5 / 4) - 1)).toBeLessThan(0.3);
    }
    const refused = fit(network(), both(8, 1), options({ lossWeights: 'uncertainty', accumulate: 2 }));
    await expect(refused).rejects.toThrow(UnsupportedError);
  });

  test('may lack labels: rows without one say nothing', async () => {
    const data = both(120, 5, 0.5);
    const mask = data.target('width').mask as Float32Array;
    const rows = Int32Array.from(mask.keys()).filter((i) => mask[i] === 1);
    const loss = { side: crossEntropy(), width: mae() };
    const model = network();
    await fit(model, data, options({ loss, lossWeights: { side: 0 }, batchSize: 'full', shuffle: false, epochs: 5 }));
    const other = network();
    const there = data.rows(rows);
    await fit(other, there, options({ loss, lossWeights: { side: 0 }, batchSize: 'full', shuffle: false, epochs: 5 }));
    const [a, b] = [model.state(), other.state()];
    for (const name of Object.keys(a)) a[name].forEach((w, i) => expect(w).toBeCloseTo(b[name][i], 4));
    expect(evaluate(model, data)['width.loss']).toBeCloseTo(evaluate(model, there)['width.loss'], 5);
  });

  test('a batch without any label of a task is no harm', () => {
    const model = network();
    const data = both(4, 6);
    const none = dataset({ x: [[1, 2]], y: { side: [1], width: [[3]] }, mask: { width: [0] } });
    return expect(fit(model, data.concat(none).slice(4), options({ epochs: 1, trainSample: 1 }))).rejects.toThrow(
      'no row of this set has the target',
    );
  });

  test('are refused where names do not fit', async () => {
    const refused = (more: object, data = both(8, 1)) => fit(network(), data, options(more as Partial<FitOptions>));
    await expect(refused({ loss: mse() })).rejects.toThrow('the model has several heads; give a loss for each');
    await expect(refused({ loss: { side: crossEntropy() } })).rejects.toThrow('loss.width is missing');
    await expect(refused({ loss: { side: crossEntropy(), with: mse() } })).rejects.toThrow("did you mean 'width'?");
    await expect(refused({ lossWeights: { side: -1 } })).rejects.toThrow(OptionError);
    await expect(refused({}, dataset({ x: [[1, 2]], y: { side: [0] } }) as never)).rejects.toThrow(DataError);
    await expect(
      fit(nn.sequential([nn.dense(1)]), both(8, 1), { ...options(), loss: mse(), metrics: [] }),
    ).rejects.toThrow(UnsupportedError);
    expect(() => nn.multiTask({ trunk: nn.dense(1), heads: { 'a.b': nn.dense(1) } })).toThrow('it has no dots');
    const inner = nn.sequential([
      nn.defineModel({ a: nn.dense(1) }, (({ a }: never, x: never) => ({
        one: (a as never as (x: never) => never)(x),
      })) as never),
    ]);
    // A part may give several outputs; a layer takes one.
    expect(Object.keys(inner.build([2]).predict([[1, 2]]))).toEqual(['one']);
    expect(() => nn.sequential([inner, nn.dense(1)]).build([2])).toThrow('takes one tensor');
  });

  test('return their memory', async () => {
    const before = memoryInfo().used;
    const model = network();
    await fit(model, both(20, 1, 0.3), options({ epochs: 1, lossWeights: 'uncertainty' }));
    model.dispose();
    // It may be less, because garbage may have been collected meanwhile.
    expect(memoryInfo().used).toBeLessThanOrEqual(before);
  });
});
const only = ({ loss, optimizer }: FitOptions) => ({ loss, optimizer });
const heavyBall = own({
  state: ['v'],
  update: ({ theta, grad, state, learningRate }) => {
    const v = state.v.mul(0.9).sub(grad.mul(learningRate));
    return { theta: theta.add(v), state: { v } };
  },
})({ learningRate: 0.003 });

describe('rows with weights', () => {
  const x = [[0], [1], [2], [3]];
  const y = [[1], [0], [5], [2]];
  const weights = [1, 0, 2, 0];
  test.each([
    ['mse', mse()],
    ['mae', mae()],
  ] as const)('count in %s as if they stood there so often', async (_, loss) => {
    const trained = async (data: ReturnType<typeof dataset>) => {
      const model = nn.sequential([nn.dense(1)]);
      await fit(model, data, {
        loss,
        optimizer: sgd({ learningRate: 0.02 }),
        epochs: 5,
        batchSize: 'full',
        shuffle: false,
      });
      return { state: model.state(), score: evaluate(model, data).loss };
    };
    const weighted = await trained(dataset({ x, y, weights }));
    const repeated = await trained(dataset({ x: [x[0], x[2], x[2]], y: [y[0], y[2], y[2]] }));
    for (const [name, values] of Object.entries(repeated.state))
      values.forEach((w, i) => expect(weighted.state[name][i]).toBeCloseTo(w, 5));
    expect(weighted.score).toBeCloseTo(repeated.score, 5);
  });
  test('count in cross-entropies, with weights of classes too', () => {
    const output = tensor([
      [1, 2],
      [0, 1],
      [3, -1],
    ]);
    const labels = tensor([0, 1, 1]);
    const each = [0, 1, 2].map((i) => crossEntropy()(output.slice([i], [i + 1]), labels.slice([i], [i + 1])).item());
    const w = [0.5, 2, 1];
    const mean = (own: readonly number[]) =>
      each.reduce((s, l, i) => s + own[i] * l, 0) / own.reduce((s, v) => s + v, 0);
    expect(crossEntropy()(output, labels, tensor(w)).item()).toBeCloseTo(mean(w), 5);
    const classes = crossEntropy({ classWeights: [3, 1] })(output, labels, tensor(w)).item();
    expect(classes).toBeCloseTo(mean([1.5, 2, 1]), 5);
    expect(crossEntropy()(output, labels, tensor([0, 0, 0])).item()).toBe(0);
    expect(binaryCrossEntropy()(tensor([1, 2]), tensor([1, 0]), tensor([0, 1])).item()).toBeCloseTo(
      Math.log1p(Math.exp(2)),
      5,
    );
    expect(() => mse()(output, output, tensor([1]))).toThrow('mse: 1 weights for 3 rows');
  });
  test('are refused by a loss of one’s own that does not take them', async () => {
    const mine = configured('mine', {}, (o: never, t: never) => mse()(o, t));
    const run = fit(nn.sequential([nn.dense(1)]), dataset({ x, y, weights }), {
      loss: mine as never,
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 1,
    });
    await expect(run).rejects.toThrow('the set has weights or a mask, which the loss mine does not take');
  });
});

describe('soft sharing', () => {
  test('pulls the weights of two models together', () => {
    const make = (seed: number) => nn.sequential([nn.dense(2)]).build([2], { seed });
    const [a, b] = [make(1), make(2)];
    const apart = (): number => Math.hypot(...a.state()['0.weight'].map((w, i) => w - b.state()['0.weight'][i]));
    const before = apart();
    const pull = { loss: mse(), optimizer: sgd({ learningRate: 0.5 }) };
    const step = trainStep(a, { ...pull, penalties: share(b, { strength: 1 }) });
    const [w, v] = [a.state()['0.weight'], b.state()['0.weight']];
    const zeros = [[0, 0]];
    const loss = step(zeros, zeros);
    expect(loss).toBeCloseTo(0.5 * before ** 2, 4);
    a.state()['0.weight'].forEach((x, i) => expect(x).toBeCloseTo(w[i] - 0.5 * (w[i] - v[i]), 5));
    expect(apart()).toBeCloseTo(0.5 * before, 5);
    b.load(a.state());
    expect(step(zeros, zeros)).toBeCloseTo(0, 6);
    expect(() =>
      trainStep(a, { ...pull, penalties: share(nn.sequential([nn.dense(3)]).build([2])) })(zeros, zeros),
    ).toThrow('share: the models have no such parameters');
  });
});
