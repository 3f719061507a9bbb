import { describe, expect, test } from 'vitest';
import { inspectInitialization, type LayerInspection } from '../../src/diagnose/index.js';
import * as init from '../../src/init/index.js';
import type { Initializer } from '../../src/init/initializer.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { sgd } from '../../src/optim/index.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { tensor } from '../../src/tensor/create.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { initializations } from '../fixtures/index.js';
import { spirals } from '../../src/data/synthetic/index.js';
import { clouds } from '../train/problems.js';

const { width, batch, layers, rows } = initializations().depth_propagation;
const x = randomGenerator(1).normal([batch, width]);
const deep = (act: 'tanh' | 'relu' | 'none', weights: Initializer, seed = 0) => {
  const dense = () => nn.dense(width, { init: weights, bias: false });
  const each = act === 'none' ? () => [dense()] : () => [dense(), nn[act]()];
  return nn.sequential(Array.from({ length: layers }, each).flat()).build([width], { seed });
};
const INITS: Record<string, Initializer> = {
  'std0.01': init.normal({ std: 0.01 }),
  std1: init.normal({ std: 1 }),
  xavier: init.xavierNormal(),
  kaiming: init.kaimingNormal(),
};
const outputsOf = (found: LayerInspection[], name: string) => found.filter((layer) => layer.name === name);

describe('ten layers of 256', () => {
  test.each(rows.map((row) => [row.act, row.init, row] as const))('%s, %s: scales are PyTorch’s', (act, name, row) => {
    const runs = [0, 1, 2].map((seed) => outputsOf(inspectInitialization(deep(act, INITS[name], seed), x), act));
    row.layer_std_mean_of_3.forEach((truth, i) => {
      const mean = runs.reduce((sum, found) => sum + found[i].std, 0) / runs.length;
      // With relu the scale of a single network varies by 5 % per layer; both sides are means of three.
      expect(Math.abs(mean / truth - 1), `layer ${i}`).toBeLessThan(act === 'relu' ? 0.1 + 0.02 * i : 0.1);
    });
  });
  test('repeated products explode by 16 a layer under N(0, 1) and vanish by 0.16 under N(0, 1) × 0.01', () => {
    for (const [name, growth, verdict] of [
      ['std1', 16, 'explodes'],
      ['std0.01', 0.16, 'vanishes'],
    ] as const) {
      const found = inspectInitialization(deep('none', INITS[name]), x);
      let scale = 1;
      for (const layer of found) {
        expect(Math.abs(layer.std / scale / growth - 1)).toBeLessThan(0.15);
        expect(layer.verdict).toBe(verdict);
        scale = layer.std;
      }
    }
  });
  test.each([
    ['tanh', 'xavier', 'healthy'],
    ['relu', 'kaiming', 'healthy'],
    ['relu', 'xavier', 'vanishes'],
    ['tanh', 'std0.01', 'vanishes'],
    ['tanh', 'std1', 'explodes'],
  ] as const)('%s with %s %s', (act, name, verdict) => {
    const found = outputsOf(inspectInitialization(deep(act, INITS[name]), x), act);
    expect(found[layers - 1].verdict).toBe(verdict);
    if (verdict === 'healthy') expect(found.every((layer) => layer.verdict === 'healthy')).toBe(true);
    if (name === 'std1') expect(found[0].saturated).toBeGreaterThan(0.5);
    else expect(found[0].saturated).toBeLessThan(0.5);
  });
});

describe('sixty layers', () => {
  const inspected = (act: 'tanh' | 'relu' | 'none', weights: Initializer, units = 256, count = 60) => {
    const each = () => [nn.dense(units, { init: weights, bias: false }), ...(act === 'none' ? [] : [nn[act]()])];
    const model = nn.sequential(Array.from({ length: count }, each).flat()).build([units], { seed: 3 });
    return inspectInitialization(model, randomGenerator(2).normal([64, units]));
  };
  const verdicts = (found: LayerInspection[]) => [...new Set(found.map(({ verdict }) => verdict))];
  test('of tanh with Xavier’s weights are healthy, though each is a little smaller: they learn', () => {
    for (const weights of [init.xavierNormal(), init.xavierUniform()]) {
      const found = inspected('tanh', weights);
      expect(verdicts(found)).toEqual(['healthy']);
      // 1/√(2n), of which the verdict allows half.
      expect(Math.abs((found.at(-1)?.std as number) * Math.sqrt(120) - 1)).toBeLessThan(0.25);
    }
  });
  test.each<[string, 'tanh' | 'relu' | 'none', Initializer, number]>([
    ['relu with Xavier’s weights', 'relu', init.xavierNormal(), 8],
    ['N(0, 0.01²)', 'none', init.normal({ std: 0.01 }), 1],
    ['tanh with U(±1/√m)', 'tanh', init.uniform({ limit: 1 / 16 }), 5],
  ])('of %s vanish, and stay so', (_, act, weights, from) => {
    const found = inspected(act, weights);
    expect(verdicts(found.slice(found.length - (60 - from) * (found.length / 60)))).toEqual(['vanishes']);
  });
  test('of relu with Kaiming’s weights are healthy', () => {
    expect(verdicts(inspected('relu', init.kaimingNormal()))).toEqual(['healthy']);
  });
  test('that are not finite any more explode', () => {
    const found = inspected('relu', init.normal({ std: 1 }));
    expect(Number.isFinite(found.at(-1)?.std)).toBe(false);
    expect(verdicts(found)).toEqual(['explodes']);
  });
});

test('what stands before the first weights is not judged harder than they are', () => {
  const model = nn.sequential([nn.relu(), nn.dropout({ keep: 0.5 }), nn.dense(8)]);
  expect(inspectInitialization(model, randomGenerator(1).normal([200, 8])).map(({ verdict }) => verdict)).toEqual([
    'healthy',
    'healthy',
    'healthy',
  ]);
});

describe('equal units', () => {
  const data = clouds(64);
  const network = () => nn.sequential([nn.dense(8, { init: init.constant(0.5) }), nn.tanh(), nn.dense(2)]);
  test('are seen, and stay equal however long they train: symmetry is never broken', async () => {
    const model = network().build([2]);
    expect(inspectInitialization(model, data).map(({ verdict }) => verdict)).toEqual([
      'symmetric',
      'symmetric',
      'healthy',
    ]);
    const start = model.state()['2.weight'];
    // Equal units need equal weights in the next layer, which give them equal gradients.
    model.load({ ...model.state(), '2.weight': start.map((_, i) => (i % 2 ? -0.3 : 0.3)) });
    await fit(model, data, { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), epochs: 10 });
    const weights = model.state()['0.weight'];
    expect(new Set(weights.slice(0, 8)).size).toBe(1);
    expect(new Set(weights.slice(8)).size).toBe(1);
    expect(weights[0]).not.toBe(0.5);
    expect(inspectInitialization(model, data)[0].verdict).toBe('symmetric');
  });
  test('that are dead are not taken for symmetric', () => {
    const model = nn.sequential([nn.dense(4), nn.relu(), nn.dense(2)]).build([2]);
    model.load({ ...model.state(), '0.bias': new Float32Array(4).fill(-100) });
    const [, relu] = inspectInitialization(model, data);
    expect([relu.dead, relu.verdict]).toEqual([1, 'vanishes']);
  });
});

test('numbers of a layer are those of its outputs', () => {
  const model = nn.sequential([nn.dense(2, { init: init.constant(1), activation: 'tanh' })]).build([1]);
  const [found] = inspectInitialization(model, tensor([[0], [100], [-100], [0]]));
  expect(found).toMatchObject({ layer: '0', name: 'dense', mean: 0, dead: 0, saturated: 0.5 });
  expect(found.std).toBeCloseTo(Math.SQRT1_2, 6);
  const { edges, counts } = found.histogram;
  expect([edges[0], edges.at(-1), edges.length, counts.length]).toEqual([-1, 1, 21, 20]);
  expect([counts[0], counts[10], counts[19]]).toEqual([2, 4, 2]);
});

test('inputs of layers drift during training, and less behind batch normalization', async () => {
  const data = spirals({ n: 200, noise: 0.05, seed: 1 });
  const drift = async (normalized: boolean): Promise<number> => {
    const block = () => [nn.dense(16), ...(normalized ? [nn.batchNorm()] : []), nn.relu()];
    const model = nn.sequential([...block(), ...block(), ...block(), nn.dense(3)]).build([2]);
    const inputs = () => outputsOf(inspectInitialization(model, data), normalized ? 'batchNorm' : 'dense').slice(1, 3);
    const before = inputs();
    await fit(model, data, { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.2 }), epochs: 60 });
    return inputs().reduce(
      (sum, { mean, std }, i) =>
        sum + (Math.abs(mean - before[i].mean) + Math.abs(std - before[i].std)) / before[i].std,
      0,
    );
  };
  const [plain, normalized] = [await drift(false), await drift(true)];
  expect(normalized).toBeLessThan(0.5 * plain);
});
