import type * as R from '../../src/index.js';
import { peer } from './peers.js';

/** What the tests use of TensorFlow.js. */
export interface TfTensor {
  readonly shape: number[];
  dataSync(): Float32Array;
  dispose(): void;
}
export interface TfModel {
  readonly inputs: TfNode[];
  readonly outputs: TfNode[];
  getLayer(name: string): { readonly output: TfNode };
  predict(x: TfTensor | TfTensor[]): TfTensor | TfTensor[];
  save(handler: { save(artifacts: Artifacts): Promise<unknown> }): Promise<unknown>;
  getWeights(): TfTensor[];
  setWeights(weights: TfTensor[]): void;
}
export interface Artifacts {
  readonly modelTopology: Record<string, unknown>;
  readonly weightSpecs: Record<string, unknown>[];
  readonly weightData: ArrayBuffer | ArrayBuffer[];
}
export type TfNode = object;
interface TfLayer {
  apply(x: TfNode | TfNode[]): TfNode;
}
export interface Tf {
  readonly core: {
    tensor(values: Float32Array, shape: readonly number[], dtype?: string): TfTensor;
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    io: { fromMemory(artifacts: object): object };
  };
  readonly layers: {
    readonly layers: Readonly<Record<string, (options: object) => TfLayer>>;
    input(options: { shape: readonly (number | null)[]; name?: string; dtype?: string }): TfNode;
    model(options: { inputs: TfNode | TfNode[]; outputs: TfNode | TfNode[]; name?: string }): TfModel & TfLayer;
    sequential(options?: object): TfModel & TfLayer & { add(layer: unknown): void };
    loadLayersModel(handler: object): Promise<TfModel>;
  };
}

/** TensorFlow.js on its processor backend. */
export async function tensorflow(): Promise<Tf> {
  const core = await peer<Tf['core']>('@tensorflow/tfjs-core');
  await peer('@tensorflow/tfjs-backend-cpu');
  const layers = await peer<Tf['layers']>('@tensorflow/tfjs-layers');
  await core.setBackend('cpu');
  await core.ready();
  return { core, layers };
}

/** A model as its own handler saves it: the value of model.json, and the weights. */
export async function saved(model: TfModel): Promise<{ json: object; weights: Uint8Array }> {
  let found: Artifacts | undefined;
  await model.save({
    save: (artifacts) => {
      found = artifacts;
      return Promise.resolve({});
    },
  });
  const { modelTopology, weightSpecs, weightData } = found as unknown as Artifacts;
  const parts = Array.isArray(weightData) ? weightData : [weightData];
  const bytes = parts.flatMap((part) => [...new Uint8Array(part)]);
  const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  return { json: { modelTopology, format: 'layers-model', weightsManifest }, weights: Uint8Array.from(bytes) };
}

/** Numbers around 0, by a seed. */
export function numbers(size: number, seed: number, spread = 1): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return spread * (state / 2 ** 31 - 1);
  });
}
/** Gives the weights of a model numbers of their own; those of a variance are positive. */
export function randomize(tf: Tf, model: TfModel, seed: number): void {
  const weights = model.getWeights();
  model.setWeights(
    weights.map((weight, i) => {
      const name = String((weight as { name?: string }).name);
      const size = weight.shape.reduce((a, b) => a * b, 1);
      const values = numbers(size, seed + i, 0.5);
      const own = (model as unknown as { weights: { name: string }[] }).weights[i].name;
      const isVariance = /variance/.test(own + name);
      return tf.core.tensor(isVariance ? values.map((v) => 0.5 + Math.abs(v)) : values, weight.shape);
    }),
  );
}

/** The largest difference, relative to the largest number. */
export function difference(a: R.Tensor | Float32Array, b: Float32Array): number {
  const own = a instanceof Float32Array ? a : a.data();
  if (own.length !== b.length) return Number.POSITIVE_INFINITY;
  const most = b.reduce((max, v) => Math.max(max, Math.abs(v)), 1e-3);
  return own.reduce((max, v, i) => Math.max(max, Math.abs(v - b[i]) || (Number.isFinite(v) ? 0 : 1)), 0) / most;
}
