// The program that every bundler, page and worker runs. ENTRY is the entry that it imports.
import { adam, mse, nn, runtimeInfo, setThreads, trainStep } from 'ENTRY';

/** Learns XOR; gives 'learned', and whether the build in another chunk could be loaded. */
export async function xor({ chunks = true } = {}) {
  const model = nn.sequential([nn.dense(8, { activation: 'tanh' }), nn.dense(1)]);
  const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: 0.05 }) });
  const x = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  let loss = 1;
  for (let i = 0; i < 300; i++) loss = step(x, [[0], [1], [1], [0]]);
  const learned = loss < 0.01 ? 'learned' : `a loss of ${loss}`;
  if (!chunks) return learned;
  await setThreads(1, { relaxed: true });
  return `${learned}, relaxed ${runtimeInfo().relaxed}`;
}
