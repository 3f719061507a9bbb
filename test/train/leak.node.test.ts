import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { dataset } from '../../src/data/dataset.js';
import { valueAndGrad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam } from '../../src/optim/index.js';
import { l2 } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { fit, fitEpochs, trainStep } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';
import { clouds } from './problems.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Bytes of JavaScript's heap after a full collection. */
const heap = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

test('10,000 steps leave linear memory where it was, and the heap', { timeout: 60_000 }, () => {
  const model = nn.sequential([nn.dense(16), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.8 }), nn.dense(2)]);
  const step = trainStep(model, { loss: crossEntropy(), optimizer: adam(), penalties: l2(1e-4) });
  const { x, y } = clouds(32);
  const [rows, labels] = [tensor(x, [32, 2]), tensor(y)];
  for (let i = 0; i < 2000; i++) step(rows, labels);
  const [before, start] = [memoryInfo(), heap()];
  for (let i = 0; i < 10_000; i++) step(rows, labels);
  const grown = heap() - start;
  expect(memoryInfo()).toEqual(before);
  expect(grown / 10_000).toBeLessThan(64);
  step.dispose();
  model.dispose();
});

test('10,000 steps by hand leave linear memory where it was, and the heap', { timeout: 60_000 }, () => {
  const model = nn.sequential([nn.dense(16, { activation: 'tanh' }), nn.dense(2)]).build([2]);
  const { x, y } = clouds(32);
  const [rows, labels] = [tensor(x, [32, 2]), tensor(y)];
  const loss = crossEntropy();
  const slopes = valueAndGrad((a: Tensor, b: Tensor) => loss(model(a), b), { wrt: model });
  const rate = 0.01;
  const once = (): number => {
    const { value, grads } = slopes(rows, labels);
    for (const { name, get, set } of model.parameters()) {
      if (!(name in grads)) continue;
      const slope = grads[name].data();
      set(get().map((w, i) => w - rate * slope[i]));
    }
    return value.item();
  };
  const first = once();
  for (let i = 0; i < 2000; i++) once();
  const [before, start] = [memoryInfo(), heap()];
  for (let i = 0; i < 10_000; i++) once();
  expect(once()).toBeLessThan(first);
  expect(memoryInfo()).toEqual(before);
  expect((heap() - start) / 10_000).toBeLessThan(64);
  model.dispose();
});

test('images stay bytes in memory until a batch is gathered', async () => {
  const [n, side] = [500, 16];
  const x = Uint8Array.from({ length: n * side * side }, (_, i) => i % 251);
  const images = dataset({
    x,
    shape: [side, side, 1],
    scale: 1 / 255,
    y: Int32Array.from({ length: n }, (_, i) => i % 2),
  });
  const model = nn.sequential([nn.flatten(), nn.dense(2)]);
  let resident = 0;
  await fit(model, images, {
    loss: crossEntropy(),
    optimizer: adam(),
    epochs: 1,
    onStep: () => {
      resident = memoryInfo().datasets;
    },
  });
  expect(resident).toBeGreaterThan(x.length);
  expect(resident).toBeLessThan(1.2 * x.length);
  expect(memoryInfo().datasets).toBe(0);
  model.dispose();
});

test('fit returns what it borrowed', async () => {
  const model = nn.sequential([nn.dense(4), nn.relu(), nn.dense(2)]).build([2]);
  const before = memoryInfo().used;
  await fit(model, clouds(100), { loss: crossEntropy(), optimizer: adam(), epochs: 2, validation: clouds(50) });
  expect(memoryInfo().used).toBe(before);
  model.dispose();
});

test('100,000 expressions in one synchronous loop leave memory where it was', { timeout: 60_000 }, () => {
  const x = tensor([1, 2, 3, 4]);
  const once = (): number => x.mul(2).add(1).relu().sum().item();
  for (let i = 0; i < 1000; i++) once();
  const [before, start] = [memoryInfo(), heap()];
  let sum = 0;
  for (let i = 0; i < 100_000; i++) sum += once();
  expect(sum).toBe(24 * 100_000);
  expect(memoryInfo()).toEqual(before);
  expect((heap() - start) / 100_000).toBeLessThan(64);
});

/** Collects garbage until finalizers have run: until `isDone`, or often enough for garbage of earlier tests. */
async function forget(isDone?: () => boolean): Promise<void> {
  for (let i = 0; i < (isDone ? 50 : 10) && !isDone?.(); i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a loop over epochs that is dropped is returned when it is collected, and its model is free', async () => {
  const model = nn.sequential([nn.dense(4), nn.dense(2)]).build([2]);
  const options = { loss: crossEntropy(), optimizer: adam(), epochs: 5 };
  await forget();
  const before = memoryInfo().used;
  await (async () => {
    await fitEpochs(model, clouds(100), options).next();
  })();
  expect(memoryInfo().used).toBeGreaterThan(before);
  await forget(() => memoryInfo().used === before);
  expect(memoryInfo().used).toBe(before);
  await fit(model, clouds(100), options);
  model.dispose();
});

test('compiled functions that are dropped are returned', async () => {
  await forget();
  const before = memoryInfo().programs;
  for (let i = 0; i < 200; i++) compile((t: Tensor) => t.mul(i).sum())(tensor([1, 2]));
  expect(memoryInfo().programs).toBeGreaterThan(before);
  await forget(() => memoryInfo().programs === before);
  expect(memoryInfo().programs).toBe(before);
});

test('programs of many shapes and numbers are bounded, and made again when they are wanted', () => {
  const before = memoryInfo().programs;
  const f = compile((t: Tensor, by: number) => t.mul(by).sum());
  for (let i = 1; i <= 1000; i++) expect(f(tensor([1, 1]), i).item()).toBe(2 * i);
  expect(f.describe().split('\n\n').length).toBe(128);
  expect(f(tensor([1, 1]), 1).item()).toBe(2);
  f.dispose();
  const model = nn.sequential([nn.dense(2)]).build([2]);
  const step = trainStep(model, { loss: crossEntropy(), optimizer: adam() });
  const used = memoryInfo().used;
  for (let n = 1; n <= 300; n++) step(new Array(n).fill([1, 2]), new Array(n).fill(1));
  const held = memoryInfo().used - used;
  for (let n = 1; n <= 300; n++) step(new Array(n).fill([1, 2]), new Array(n).fill(1));
  expect(step.describe().split('\n\n').length).toBe(128);
  expect(memoryInfo().used - used).toBe(held);
  step.dispose();
  model.dispose();
  expect(memoryInfo().programs).toBe(before);
});
