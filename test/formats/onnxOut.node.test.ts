import { describe, expect, test } from 'vitest';
import { type OnnxOptions, toOnnx } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { ARGUMENTS } from '../io/arguments.js';
import { factories, IMAGE, inputs, MORE, ROW, ROWS, SHAPES, shaken } from './cases.js';
import { run } from './onnxRuntime.js';
import { hasPeers } from './peers.js';

const { nn } = R;
type Outputs = Readonly<Record<string, R.Tensor>>;

/** The largest difference, by the largest number of all. */
function expectClose(found: { dims: readonly number[]; data: Float32Array }, expected: R.Tensor): void {
  expect([...found.dims]).toEqual([...expected.shape]);
  const b = expected.data();
  const size = Math.max(1e-3, ...b.map(Math.abs));
  const worst = b.reduce((most, v, i) => Math.max(most, Math.abs(v - found.data[i]) / size), 0);
  expect(worst).toBeLessThan(1e-5);
}
/** Whether onnxruntime gives what the model predicts, for one row and for three. */
async function expectSame(model: R.AnyModel, x: R.Tensor | Outputs, options: OnnxOptions = {}): Promise<void> {
  const bytes = toOnnx(model, options);
  for (const rows of [1, 3]) {
    const first = (t: R.Tensor): R.Tensor => t.slice(0, rows);
    const byName = R.isTensor(x) ? { input: first(x) } : named(x, first);
    const expected = model.predict(R.isTensor(x) ? byName.input : byName);
    const found = await run(bytes, byName);
    const outputs = R.isTensor(expected) ? { output: expected } : expected;
    expect(Object.keys(found).sort()).toEqual(Object.keys(outputs).sort());
    for (const [name, t] of Object.entries(outputs)) expectClose(found[name], t);
  }
}
const named = <A, B>(of: Readonly<Record<string, A>>, f: (x: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(of).map(([name, x]) => [name, f(x)]));

describe.skipIf(!hasPeers)('every layer alone gives what predict gives', () => {
  for (const [name, factory] of factories) {
    const calls = [ARGUMENTS[name] ?? [], ...(MORE[name] ?? [])];
    const shapes = SHAPES[name] ?? (name === 'multiTask' ? [ROW] : [ROW, ROWS, IMAGE]);
    for (const opset of [17, 13] as const)
      for (const [i, args] of calls.entries())
        for (const shape of shapes)
          test(`${name} ${i} of [${shape}], opset ${opset}`, async () => {
            const made = factory(...args);
            const model = shaken((name === 'multiTask' ? made : nn.sequential([made])) as R.Model, shape, 3 + i);
            const ids = R.randomGenerator(1).uniform([3, ...shape], { high: 10 });
            await expectSame(model, name === 'embedding' ? ids.floor() : inputs(3, shape), { opset });
          });
  }
});
