import type * as R from '../../src/index.js';
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
