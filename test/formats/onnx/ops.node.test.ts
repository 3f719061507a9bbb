import { describe, expect, test } from 'vitest';
import { fromOnnx } from '../../../src/formats/index.js';
import * as R from '../../../src/index.js';
import { hasPeers } from '../peers.js';
import { bytesOfModel, type Numbers, toLast, transposed, truthOf } from './oracle.js';
import { ROWS, type Row } from './opRows.js';

const random = (shape: readonly number[], seed: number): number[] =>
  Array.from(
    R.randomGenerator(seed)
      .normal([...shape, 1])
      .data(),
  );

/** The numbers of an input: random, or what the row says. */
function fed(row: Row, name: string, batch: number, seed: number): Numbers {
  const given = row.inputs[name];
  const { shape: own, type, values } = 'shape' in given ? given : { shape: given };
  const shape = own.map((n) => (n === 'n' ? batch : (n as number)));
  const size = shape.reduce((a, b) => a * b, 1);
  const data = random(shape, seed).slice(0, size);
  return { shape, data: values ? data.map((_, i) => values[i % values.length]) : data, ...(type && { type }) };
}

const LAYOUTS = {
  plain: (x: Numbers): Numbers => x,
  image: toLast,
  steps: (x: Numbers): Numbers => transposed(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]),
};

describe.skipIf(!hasPeers)('ops of ONNX give what onnxruntime computes', () => {
  const cases = ROWS.flatMap((row) =>
    (row.opsets ?? [17]).map((opset) => [`${row.name ?? row.op}, opset ${opset}`, row, opset] as const),
  );
  test.each(cases)('%s', async (_, row, opset) => {
    const names = Object.keys(row.inputs);
    const outputs = row.outputs ?? ['y'];
    const bytes = await bytesOfModel({
      opset,
      nodes: row.nodes ?? [
        {
          op: row.op as string,
          inputs: row.operands ?? [...names, ...Object.keys(row.initializers ?? {})],
          outputs,
          attributes: row.attributes,
        },
      ],
      inputs: Object.fromEntries(
        names.map((name) => {
          const given = row.inputs[name];
          return [name, 'shape' in given ? { type: given.type ?? 'float', shape: given.shape } : given];
        }),
      ),
      outputs: outputs.filter(Boolean),
      initializers: row.initializers,
      kinds: row.kinds,
      lists: row.lists,
    });
    const model = fromOnnx<R.Output>(bytes);
    for (const batch of row.batches ?? [1, 3]) {
      const feeds = Object.fromEntries(names.map((name, i) => [name, fed(row, name, batch, 10 * batch + i)]));
      const truth = await truthOf(bytes, feeds);
      const own = names.map((name) => [name, LAYOUTS[row.layout ?? 'plain'](feeds[name])] as const);
      const tensors = own.map(
        ([name, { data, shape }]) => [name, R.tensor(Float32Array.from(data)).reshape([...shape])] as const,
      );
      const found = model.predict(tensors.length === 1 ? tensors[0][1] : Object.fromEntries(tensors));
      for (const name of outputs.filter(Boolean)) {
        const tensor = R.isTensor(found) ? found : found[name];
        const wanted = LAYOUTS[row.result ?? row.layout ?? 'plain'](truth[name]);
        expect(tensor.shape).toEqual(wanted.shape);
        const values = tensor.data();
        const worst = Math.max(
          ...wanted.data.map((v, i) =>
            Object.is(v, values[i]) || v === values[i] ? 0 : Math.abs(v - values[i]) / Math.max(1, Math.abs(v)),
          ),
        );
        expect(worst).toBeLessThan(1e-5);
      }
    }
  });
});
