import { expect, test } from 'vitest';
import { grad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { dropout, sequential } from '../../src/nn/index.js';
import { ones } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

const x = ones([100, 400]);
const share = (t: Tensor): number => t.data().filter((v) => v !== 0).length / t.size;

test.each([0.2, 0.5, 0.8])('keep %f is the share of units that is retained', (keep) => {
  const kept = sequential([dropout({ keep })])(x);
  expect(Math.abs(share(kept) - keep)).toBeLessThan(0.01);
  const values = new Set(kept.data());
  expect([...values].sort()).toEqual([0, Math.fround(1 / keep)]);
});
test("with scaling 'test', training is not scaled and evaluation is", () => {
  const model = sequential([dropout({ keep: 0.25, scaling: 'test' })]);
  expect([...new Set(model(x).data())].sort()).toEqual([0, 1]);
  expect([...new Set(model.predict(x).data())]).toEqual([0.25]);
});
test('evaluation changes nothing else', () => {
  expect(sequential([dropout()]).predict(x).data()).toEqual(x.data());
});
test('the gradient flows through the units that were kept, and only through them', () => {
  const model = sequential([dropout({ keep: 0.5 })]);
  let y: Tensor | undefined;
  const slope = grad((t: Tensor) => {
    y = model(t);
    return y.sum();
  })(x);
  expect(slope.data()).toEqual((y as Tensor).data());
});
test('every call draws anew, every seed differs', () => {
  const model = sequential([dropout()]).build([400]);
  const [a, b] = [model(x).data(), model(x).data()];
  expect(a).not.toEqual(b);
  expect(sequential([dropout()]).build([400], { seed: 1 })(x).data()).not.toEqual(a);
  expect(sequential([dropout()]).build([400])(x).data()).toEqual(a);
});
