import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { full, tensor } from '../../src/tensor/create.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { adam, crossEntropy, l2, type Model, nn, sgd, trainStep } from '../../src/index.js';

const x = tensor([
  [1, -2],
  [3, 4],
]);
/** The kernels that a compiled function of x runs, in order. */
function kernels(f: (x: Tensor) => unknown): string[] {
  const compiled = compile(f as (x: Tensor) => Tensor);
  compiled(x);
  const names = [...compiled.describe().matchAll(/^[ ┌│└] (\w+)/gm)].map(([, name]) => name);
  compiled.dispose();
  return names;
}

describe('what a program does not compute', () => {
  const rows: [what: string, f: (x: Tensor) => unknown, expected: string[]][] = [
    ['the same expression twice', (t) => t.exp().add(t.exp()), ['exp', 'add']],
    ['the same chain under other names', (t) => [t.mul(2).tanh(), t.mul(2).tanh().sum()], ['mul', 'tanh', 'sum']],
    ['the same draw twice', (t) => draw(t, 1).add(draw(t, 1)), ['normal', 'mul', 'add']],
    ['another draw is another number', (t) => draw(t, 1).add(draw(t, 2)), ['normal', 'mul', 'normal', 'mul', 'add']],
    ['other attributes', (t) => t.sum(0).add(t.sum(1)), ['sum', 'sum', 'add']],
    [
      'what depends on constants only',
      (t) =>
        t.add(
          tensor([3, 4])
            .exp()
            .mul(tensor([1, 2])),
        ),
      ['add'],
    ],
    ['what nobody reads', (t) => [t.exp().log(), t.neg()][1], ['neg']],
  ];
  test.each(rows)('%s', (_, f, expected) => {
    expect(kernels(f)).toEqual(expected);
  });
  test('and 0 is not −0', () => {
    const compiled = compile((t: Tensor) => [t.div(full([], 0)), t.div(full([], -0))]);
    expect(compiled(tensor([1, -1])).map((t) => t.toArray())).toEqual([
      [Infinity, -Infinity],
      [-Infinity, Infinity],
    ]);
    compiled.dispose();
  });
  test('and merging and folding change no bit', () => {
    const f = (t: Tensor) =>
      t
        .exp()
        .add(t.exp())
        .mul(tensor([0.1, 0.2]).exp().softmax());
    const compiled = compile(f);
    expect(compiled(x).toArray()).toEqual(f(x).toArray());
    compiled.dispose();
  });
});
const draw = (t: Tensor, seed: number): Tensor => randomGenerator(seed).normal(t.shape).mul(t);

/** The kernels of one training step. */
function steps(model: Model, options: Parameters<typeof trainStep>[1], width: number): string[] {
  const step = trainStep(model, options);
  step(tensor(new Float32Array(4 * width), [4, width]), tensor([0, 1, 2, 0]));
  const names = [...step.describe().matchAll(/^[ ┌│└] (\w+)/gm)].map(([, name]) => name);
  step.dispose();
  model.dispose();
  return names;
}
describe('one instruction for a product, its bias and its activation', () => {
  const rows: [what: string, layer: Parameters<typeof nn.sequential>[0][number], shape: number[], kernel: string][] = [
    ['of rows', nn.dense(4, { activation: 'relu' }), [3], 'gemm'],
    ['of rows of rows', nn.dense(4, { activation: 'tanh' }), [5, 3], 'gemm'],
    ['of pixels', nn.conv2d(4, 1, { activation: 'sigmoid' }), [3, 2, 3], 'gemm'],
    ['of patches', nn.conv2d(4, 3, { activation: 'relu', padding: 'same' }), [3, 2, 3], 'conv'],
    ['of patches of sequences', nn.conv1d(4, 3, { activation: 'relu', padding: 'same' }), [6, 3], 'conv'],
  ];
  test.each(rows)('%s', (_, layer, shape, kernel) => {
    const model = nn.sequential([layer]).build(shape);
    const input = randomGenerator(1).normal([2, ...shape]);
    const compiled = compile((t: Tensor) => model(t, { training: false }));
    expect(compiled(input).toArray()).toEqual(model.predict(input).toArray());
    expect([...compiled.describe().matchAll(/^[ ┌│└] (\w+)/gm)].map(([, name]) => name)).toEqual([kernel]);
    compiled.dispose();
    model.dispose();
  });
});
describe('a training step', () => {
  const tail = (update: string) => ['sumSquares', 'sqrt', 'record', 'halt', 'halt', 'feed', update];
  test('of a dense network has no instruction too many', () => {
    const model = nn.sequential([nn.dense(8), nn.relu(), nn.dense(3)]);
    expect(steps(model, { loss: crossEntropy(), optimizer: adam() }, 5)).toEqual([
      ...['gemm', 'gemm', 'crossEntropy', 'sum', 'record', 'fill', 'crossEntropyGradient'],
      ...['sum', 'gemm', 'gemm', 'reluGradient', 'sum', 'gemm'],
      ...tail('adam'),
    ]);
  });
  test('draws the mask of dropout again instead of storing it, and walks twice over θ for a penalty', () => {
    const model = nn.sequential([nn.dense(8), nn.tanh(), nn.dropout({ keep: 0.5 }), nn.dense(3)]);
    const names = steps(
      model,
      { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), penalties: l2(0.1) },
      5,
    );
    expect(names.filter((name) => name === 'dropout').length).toBe(2);
    expect(names.filter((name) => ['penalty', 'momentum'].includes(name))).toEqual(['penalty', 'momentum']);
  });
});

describe('the arena of a training step is close to what is alive at once', () => {
  const conv = (filters: number) => [nn.conv2d(filters, 3, { padding: 'same' }), nn.relu(), nn.maxPool2d(2)];
  const normed = (units: number) => [nn.dense(units), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.5 })];
  const rows: [name: string, layers: Parameters<typeof nn.sequential>[0], shape: number[]][] = [
    ['dense', [nn.dense(512), nn.relu(), nn.dense(256), nn.relu(), nn.dense(10)], [128, 784]],
    ['tiny', [nn.dense(16), nn.tanh(), nn.dense(16), nn.tanh(), nn.dense(3)], [64, 2]],
    ['normalized', [...normed(300), ...normed(100), nn.dense(10)], [64, 200]],
    ['deep', [...Array.from({ length: 12 }, (_, i) => nn.dense(32 + 16 * i, { activation: 'tanh' }))], [100, 20]],
    ['convolutional', [...conv(8), ...conv(16), nn.flatten(), nn.dense(64), nn.relu(), nn.dense(10)], [16, 28, 28, 1]],
    ['layer norm', [nn.dense(64), nn.layerNorm(), nn.relu(), nn.dense(64), nn.layerNorm(), nn.dense(4)], [50, 30]],
  ];
  test.each(rows)('%s', (_, layers, shape) => {
    const model = nn.sequential(layers);
    const step = trainStep(model, { loss: crossEntropy(), optimizer: adam() });
    const x = randomGenerator(1).normal(shape);
    step(x, tensor(new Float32Array(shape[0])));
    const [, arena, bound] = /arena (\d+) for (\d+) alive/.exec(step.describe()) as RegExpExecArray;
    expect(Number(arena)).toBeLessThanOrEqual(1.2 * Number(bound));
    step.dispose();
    model.dispose();
  });
});
