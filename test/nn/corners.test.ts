import { expect, test } from 'vitest';
import { dataset, nn, tensor } from '../../src/index.js';
import { full } from '../../src/tensor/create.js';

test('a dropout that is called twice in one pass draws other numbers the second time', () => {
  const drop = nn.dropout({ keep: 0.5 });
  const model = nn.defineModel({ drop }, ({ drop: d }, x) => d(x).sub(d(x))).build([64]);
  expect(
    model(full([1, 64], 1), { training: true })
      .abs()
      .sum()
      .item(),
  ).toBeGreaterThan(0);
});
test('predictions of bytes are those of the numbers that they stand for', () => {
  const model = nn.sequential([nn.dense(2)]).build([2]);
  const bytes = dataset({ x: Uint8Array.of(10, 200, 30, 40), shape: [2], scale: 1 / 255 });
  const floats = tensor(
    Float32Array.from(bytes.x, (v) => v * Math.fround(1 / 255)),
    [2, 2],
  );
  expect(model.predict(bytes).data()).toEqual(model.predict(floats).data());
});
