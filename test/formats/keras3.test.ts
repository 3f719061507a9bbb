import { describe, expect, test } from 'vitest';
import { fromTfjs } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { files, type KerasRow, rows } from './keras3.js';

/** What an imported model predicts for the inputs of its row, an array for each output. */
function predicted(model: R.Model, { inputs }: KerasRow): readonly R.Tensor[] {
  const given = inputs.map(({ name, shape, values }) => [name, R.tensor(values).reshape(shape)] as const);
  const x = given.length > 1 ? Object.fromEntries(given) : given[0][1];
  const y: unknown = model.predict(x as R.Tensor);
  return R.isTensor(y) ? [y] : Object.values(y as Record<string, R.Tensor>);
}

function check(outputs: readonly R.Tensor[], truth: KerasRow['outputs']): void {
  expect(outputs.map(({ shape }) => shape)).toEqual(truth.map(({ shape }) => shape));
  outputs.forEach((y, i) => {
    const { values } = truth[i];
    const most = values.reduce((max, v) => Math.max(max, Math.abs(v)), 1);
    y.data().forEach((v, at) => {
      expect(Math.abs(v - values[at])).toBeLessThanOrEqual(1e-5 * most);
    });
  });
}

interface Network {
  readonly class_name: string;
  readonly config: {
    readonly layers: readonly { readonly name: string; readonly inbound_nodes: readonly unknown[] }[];
  };
}
/** The network of one layer, which is called twice. */
function twice(row: KerasRow): KerasRow {
  const { config, ...rest } = row.config as Network;
  const last = config.layers.at(-1) as Network['config']['layers'][number];
  const again = { ...last, inbound_nodes: [...last.inbound_nodes, ...last.inbound_nodes] };
  const layers = [...config.layers.slice(0, -1), again];
  const output_layers = [0, 1].map((call) => [last.name, call, 0]);
  return {
    ...row,
    config: { ...rest, config: { ...config, layers, output_layers } },
    outputs: [row.outputs[0], row.outputs[0]],
  };
}
const singles = rows.filter(({ name }) => / \d+$/.test(name));

describe('layers and networks of Keras 3', () => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
    check(predicted(fromTfjs(...files(row)), row), row.outputs);
  });
  test.each(singles.map((row) => [row.name, twice(row)] as const))('%s, called twice', (_, row) => {
    check(predicted(fromTfjs(...files(row)), row), row.outputs);
  });
});
