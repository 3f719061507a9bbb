import { afterAll, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { scan } from '../../src/differentiate/scan.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as init from '../../src/init/index.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { State } from '../../src/nn/model.js';
import * as ops from '../../src/ops/index.js';
import { adam } from '../../src/optim/index.js';
import { zeros } from '../../src/tensor/create.js';
import { fit } from '../../src/train/index.js';
import { runtimeInfo, setThreads } from '../../src/wasm/runtime.js';
import { values } from '../support/numeric.js';
import '../../src/tensor/methods.js';

afterAll(async () => void (await setThreads(1)));

const data = dataset({ x: values(50 * 12 * 5), shape: [12, 5], y: values(50, 3) });
/** A recurrent layer whose steps are wide enough for several threads. */
const written = {
  parameters: ([, , d]: readonly number[]) => ({
    recurrent: { shape: [d, d], init: init.orthogonal(), kind: 'weight' as const },
  }),
  call: (x: Tensor, { recurrent }: Readonly<Record<string, Tensor>>) => {
    const step = (h: Tensor, s: Tensor) => ({ carry: ops.tanh(ops.add(ops.matmul(h, recurrent), s)) });
    return scan(step, zeros([x.shape[0], x.shape[2]]), x).carry;
  },
};
const MODELS: Readonly<Record<string, () => nn.LayerLike[]>> = {
  'recurrent layers': () => [
    nn.bidirectional(nn.gru(20, { returnSequences: true, keep: 0.9 })),
    nn.lstm(36, { returnSequences: true, recurrentKeep: 0.8 }),
    nn.rnn(64),
  ],
  'a loop of its own': () => [nn.dense(192), written],
};

async function trained(layers: nn.LayerLike[]): Promise<State> {
  const model = nn.sequential([...layers, nn.dense(1)]);
  await fit(model, data, {
    loss: mse(),
    optimizer: adam(),
    epochs: 3,
    batchSize: layers.length > 2 ? 22 : 50,
    seed: 1,
  });
  return model.state();
}
const all = async (): Promise<State[]> => {
  const states: State[] = [];
  for (const layers of Object.values(MODELS)) states.push(await trained(layers()));
  return states;
};

test(`${Object.keys(MODELS).join(' and ')} give the same bits on one to three threads`, async () => {
  const alone = await all();
  for (const count of [2, 3]) {
    expect([await setThreads(count), runtimeInfo().reason]).toEqual([count, undefined]);
    expect(await all()).toEqual(alone);
  }
});
