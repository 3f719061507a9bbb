import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { DataError } from '../../src/errors.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { AnyModel } from '../../src/nn/model.js';
import { sgd } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, fit, trainStep } from '../../src/train/index.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';

/** Models that look up ids: a factory, the width of rows, and the column of the id. */
const MODELS: Record<string, { make: () => AnyModel; width: number; column: number; path: string }> = {
  'at first': {
    make: () => nn.sequential([nn.embedding(5, 3), nn.flatten(), nn.dense(1)]),
    width: 2,
    column: 1,
    path: '0',
  },
  'inside of another model': {
    make: () => nn.sequential([nn.sequential([nn.embedding(5, 3)]), nn.flatten(), nn.dense(1)]),
    width: 1,
    column: 0,
    path: '0.0',
  },
  'of columns': {
    make: () =>
      nn.defineModel({ user: nn.embedding(9, 2), item: nn.embedding(5, 2), out: nn.dense(1) }, (layers, x) => {
        const column = (i: number) => x.slice([0, i], [x.shape[0], i + 1]).reshape([x.shape[0]]);
        return layers.out(layers.user(column(0)).mul(layers.item(column(2))));
      }),
    width: 3,
    column: 2,
    path: 'item',
  },
};
const BAD = [5, -1, 2.5, Number.NaN, 1e9];
const cases = Object.entries(MODELS).flatMap(([name, row]) => BAD.map((bad) => [name, bad, row] as const));
const rules = { loss: mse(), optimizer: sgd({ learningRate: 0.1 }) };
const options = { ...rules, epochs: 1 };

describe.each(cases)('an embedding %s, for the id %f', (_, bad, { make, width, column, path }) => {
  const rows = Array.from({ length: 7 }, (_, i) => Array.from({ length: width }, () => i % 5));
  const y = rows.map((__, i) => [i]);
  const wrong = rows.map((row, i) => row.map((id, k) => (i === 6 && k === column ? bad : id)));
  const text = `embedding '${path}': the id in row 6 is ${bad}; its 5 rows are the whole numbers from 0 to 4`;
  const refused = (f: () => unknown) => {
    expect(f).toThrow(DataError);
    expect(f).toThrow(text);
  };

  test('predict names the layer, the row and the id, and goes on after it', () => {
    const model = make().build([width]);
    refused(() => model.predict(wrong));
    refused(() => model.predict(wrong, { batchSize: 2 }));
    refused(() => model.classify(wrong));
    expect(model.predict(rows)).toMatchObject({ shape: [7, 1] });
    model.dispose();
  });
  test('training and judging stop before anything is changed', async () => {
    const model = make().build([width]);
    const before = model.state();
    const right = dataset({ x: rows, y });
    const used = memoryInfo().used;
    const step = trainStep(model, rules);
    refused(() => step(wrong, y));
    expect(() => step(wrong, y)).toThrow(`trainStep: ${text}`);
    expect(step(rows, y)).toBeGreaterThan(0);
    step.dispose();
    model.load(before);
    // A data set refuses NaN by itself.
    if (!Number.isNaN(bad)) {
      const data = dataset({ x: wrong, y });
      await expect(fit(model, data, options)).rejects.toThrow(`fit: ${text}`);
      await expect(fit(model, right, { ...options, validation: data })).rejects.toThrow(`fit, validation: ${text}`);
      refused(() => evaluate(model, data, { loss: mse() }));
    }
    expect(model.state()).toEqual(before);
    expect(memoryInfo().used).toBeLessThanOrEqual(used);
    await fit(model, right, { ...options, validation: right.with({ x: right.x.slice() }) });
    model.dispose();
  });
});

test('ids that a model computes are checked where it predicts', () => {
  const model = nn.defineModel({ lookup: nn.embedding(4, 2) }, ({ lookup }, x) => lookup(x.sum(1).floor()));
  model.build([2]);
  expect(model.predict([[0.7, 1.6]]).shape).toEqual([1, 2]);
  expect(() =>
    model.predict(
      tensor([
        [1, 1],
        [3, 1.5],
      ]),
    ),
  ).toThrow("embedding 'lookup': the id in row 1 is 4; its 4 rows");
});
