import { json as read } from '../fixtures/index.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
/** A model of Keras 3, as `test/fixtures/keras3.py` wrote it. */
export interface KerasRow {
  readonly name: string;
  readonly config: object;
  readonly weights: readonly (Numbers & { readonly name: string })[];
  readonly inputs: readonly (Numbers & { readonly name: string })[];
  readonly outputs: readonly Numbers[];
}
export const { rows } = read<{ rows: readonly KerasRow[] }>('keras3.json');
export const rowOf = (name: string): KerasRow => rows.find((row) => row.name === name) as KerasRow;

/** A model.json and its weights, as the converter of TF.js writes them. */
export function files({ config, weights }: Pick<KerasRow, 'config' | 'weights'>): [json: object, weights: Uint8Array] {
  const json = {
    format: 'layers-model',
    generatedBy: 'keras v3.15.1',
    modelTopology: { keras_version: '3.15.1', backend: 'tensorflow', model_config: config },
    weightsManifest: [
      {
        paths: ['group1-shard1of1.bin'],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  return [json, new Uint8Array(Float32Array.from(weights.flatMap(({ values }) => values)).buffer)];
}
