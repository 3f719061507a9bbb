import { describe, expect, test } from 'vitest';
import {
  adam,
  crossEntropy,
  dataset,
  datasets,
  encode,
  fit,
  LeakageError,
  mse,
  nn,
  pipeline,
  split,
  type Tensor,
  UnsupportedError,
} from '../../src/index.js';
import { digits } from '../../src/digits.js';
import { interpret, preflight } from '../../src/generalization/index.js';

const failing = async (...args: Parameters<typeof preflight>): Promise<string[]> =>
  (await preflight(...args)).checks.filter(({ ok }) => !ok).map(({ name }) => name);
const moons = datasets.moons({ n: 200, noise: 0.1, seed: 1 });
const network = () => nn.sequential([nn.dense(32), nn.relu(), nn.dense(2)]);

describe('preflight', () => {
  test('a sound model and its data pass, and are not changed', async () => {
    const model = network().build([2]);
    const before = model.state();
    const found = await preflight(model, moons, { loss: crossEntropy() });
    expect(found.checks.map(({ name, ok }) => [name, ok])).toEqual(
      ['first loss', 'one batch', 'gradients', 'rows', 'shuffled labels'].map((name) => [name, true]),
    );
    expect(String(found)).toMatch(/^✓ first loss: /);
    expect(model.state()).toEqual(before);
    expect(await preflight(model, moons, { loss: crossEntropy() })).toEqual(found);
  });
  test.each<[string, () => Parameters<typeof preflight>, string[]]>([
    [
      'features that are not scaled',
      () => [network(), moons.map(({ x }) => ({ x: x.map((v) => 1000 * v) })), {}],
      ['first loss'],
    ],
    [
      'a layer that mixes rows',
      () => [nn.sequential([nn.dense(32), nn.relu(), (t: Tensor) => t.sub(t.mean(0)), nn.dense(2)]), moons, {}],
      ['rows'],
    ],
    [
      'a layer that lets nothing through',
      () => [nn.sequential([nn.dense(8), (t: Tensor) => t.mul(0), nn.dense(2)]), moons, {}],
      ['one batch', 'gradients'],
    ],
  ])('%s', async (_, args, names) => {
    const found = await failing(...args());
    expect(found).toEqual(expect.arrayContaining(names));
  });
  test('values, raw tables, and what is refused', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => ({
      a: i % 7,
      plan: i % 3 ? 'x' : 'y',
      price: (i % 7) + (i % 3 ? 1.5 : 0),
    }));
    const prices = dataset.fromRows(rows, { target: 'price' });
    const whole = pipeline([encode, nn.sequential([nn.dense(16), nn.relu(), nn.dense(1)])], { target: 'standardize' });
    expect(await failing(whole, prices, { loss: mse() })).toEqual([]);
    expect(whole.fitted).toBe(false);
    const far = prices.map(({ y }) => ({ y: 1000 + Number(y) }));
    expect(await failing(pipeline([encode, nn.sequential([nn.dense(1)])]), far, {})).toContain('first loss');
    await expect(preflight(network(), moons.with({ sealed: true }))).rejects.toThrow(LeakageError);
  });
});

describe('interpret', () => {
  test('digits: the worst rows, and the classes that are confused', async () => {
    const { train, validation, test: last } = split(digits(), { seed: 1 });
    const model = nn.sequential([nn.dense(10)]);
    await fit(model, train, { loss: crossEntropy(), optimizer: adam(), epochs: 3 });
    const found = interpret(model, validation);
    const worst = found.worst(validation.size);
    expect(worst).toHaveLength(validation.size);
    const probabilities = model.classify(validation).probabilities.toArray() as number[][];
    for (const { row, loss, target } of worst.slice(0, 5)) {
      expect(target).toBe(validation.y[row]);
      expect(loss).toBeCloseTo(-Math.log(probabilities[row][validation.y[row]]), 3);
    }
    expect(worst.map(({ loss }) => loss)).toEqual(worst.map(({ loss }) => loss).sort((a, b) => b - a));
    const mistakes = worst.filter(({ target, predicted }) => target !== predicted).length;
    const confused = found.confused();
    expect(confused.reduce((sum, { count }) => sum + count, 0)).toBe(mistakes);
    expect(found.confused(confused[0].count + 1)).toEqual([]);
    interpret(model, last);
    expect(last.opened).toBe(1);
  });
  test('values: a part in which the model is wrong is found', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      a: (i * 7) % 40,
      plan: ['x', 'y', 'z'][i % 3],
      price: i % 3 === 1 ? (i % 2 ? 9 : -9) : 0,
    }));
    const data = dataset.fromRows(rows, { target: 'price' });
    const whole = pipeline([encode, nn.sequential([nn.dense(1)])]);
    await fit(whole, data, { loss: mse(), optimizer: adam(), epochs: 1 });
    const found = interpret(whole, data);
    const [first, ...others] = found.segments();
    expect(first).toMatchObject({ feature: 'plan', segment: 'y', rows: 133 });
    expect(first.error).toBeGreaterThan(first.elsewhere + 5);
    expect(others).toEqual([]);
    expect(String(found)).toContain('plan: y');
    expect(() => found.confused()).toThrow(UnsupportedError);
    expect(found.worst(2)).toHaveLength(2);
  });
});
