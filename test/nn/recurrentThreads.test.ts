import { afterAll, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import type { State } from '../../src/nn/model.js';
import { adam } from '../../src/optim/index.js';
import { fit } from '../../src/train/index.js';
import { runtimeInfo, setThreads } from '../../src/wasm/runtime.js';
import { values } from '../support/numeric.js';
import '../../src/tensor/methods.js';

afterAll(async () => void (await setThreads(1)));

const data = dataset({ x: values(50 * 12 * 5), shape: [12, 5], y: values(50, 3) });
async function trained(): Promise<State> {
  const model = nn.sequential([
    nn.bidirectional(nn.gru(20, { returnSequences: true, keep: 0.9 })),
    nn.lstm(36, { returnSequences: true, recurrentKeep: 0.8 }),
    nn.rnn(64),
    nn.dense(1),
  ]);
  await fit(model, data, { loss: mse(), optimizer: adam(), epochs: 3, batchSize: 22, seed: 1 });
  return model.state();
}

test('recurrent layers give the same bits on one to three threads', async () => {
  const alone = await trained();
  for (const count of [2, 3]) {
    expect([await setThreads(count), runtimeInfo().reason]).toEqual([count, undefined]);
    expect(await trained()).toEqual(alone);
  }
});
