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

describe('layers and networks of Keras 3', () => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const outputs = predicted(fromTfjs(...files(row)), row);
    expect(outputs.map(({ shape }) => shape)).toEqual(row.outputs.map(({ shape }) => shape));
    outputs.forEach((y, i) => {
      const { values } = row.outputs[i];
      const most = values.reduce((max, v) => Math.max(max, Math.abs(v)), 1);
      y.data().forEach((v, at) => {
        expect(Math.abs(v - values[at])).toBeLessThanOrEqual(1e-5 * most);
      });
    });
  });
});
