import { expect } from 'vitest';
import { type ToOnnxOptions, toOnnx } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { peer } from './peers.js';

interface OrtTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}
interface Ort {
  readonly env: { wasm: { numThreads: number }; logLevel: string };
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: object,
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      readonly inputMetadata: readonly { readonly name: string; readonly type: string }[];
      run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, OrtTensor>>>;
      release(): Promise<void>;
    }>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
}
const load = async (): Promise<Ort> => {
  const ort = await peer<Ort>('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'fatal';
  return ort;
};
let ort: Promise<Ort> | undefined;

/** What onnxruntime makes of inputs by name. */
export async function run(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, R.Tensor>>,
): Promise<Readonly<Record<string, OrtTensor>>> {
  ort ??= load();
  const { InferenceSession, Tensor } = await ort;
  // Nothing is rewritten, so that each node is tested as it is.
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled' });
  const feeds = session.inputMetadata.map(({ name, type }) => {
    const { shape } = inputs[name];
    const data = inputs[name].data();
    return [name, new Tensor(type, type === 'int32' ? Int32Array.from(data) : data, shape)];
  });
  const found = await session.run(Object.fromEntries(feeds));
  await session.release();
  return found;
}

type Outputs = Readonly<Record<string, R.Tensor>>;

/** The largest difference, by the largest number of all. */
function expectClose(found: OrtTensor, expected: R.Tensor): void {
  expect([...found.dims]).toEqual([...expected.shape]);
  const b = expected.data();
  const size = Math.max(1e-3, ...b.map(Math.abs));
  const worst = b.reduce((most, v, i) => Math.max(most, Math.abs(v - found.data[i]) / size), 0);
  expect(worst).toBeLessThan(1e-5);
}
/** Whether onnxruntime gives what the model predicts, for one row and for three. */
export async function expectSame(model: R.AnyModel, x: R.Tensor | Outputs, options: ToOnnxOptions = {}): Promise<void> {
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
export const named = <A, B>(of: Readonly<Record<string, A>>, f: (x: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(of).map(([name, x]) => [name, f(x)]));
