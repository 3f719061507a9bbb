// Rounds over 16 shards of digits. As a program: node averaged.mjs url options, without a url in threads; it prints what it has come to.
import { digits } from '../../dist/digits.js';
import { adam, crossEntropy, l2, nn, split } from '../../dist/index.js';
import { federated, redis, threads } from '../../dist/sweep.js';

export async function averaged(engine, options = {}) {
  const { train } = split(digits());
  const shards = Array.from({ length: 16 }, (_, i) => train.slice(i * 70, i * 70 + 40 + 2 * i));
  const model = nn.sequential([nn.dense(16, { activation: 'relu' }), nn.dropout({ keep: 0.8 }), nn.dense(10)]);
  const { rounds } = await federated(model, shards, {
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.01 }),
    penalties: l2(1e-4),
    rounds: 3,
    localSteps: 5,
    seed: 6,
    ...options,
    ...(engine && { engine }),
  });
  return [rounds, Object.values(model.state()).map((values) => [...values])];
}

if (process.argv[1]?.endsWith('averaged.mjs')) {
  const [url, options] = process.argv.slice(2);
  const module = new URL('./studies.mjs', import.meta.url);
  const engine = url === '-' ? threads({ module, workers: 2 }) : redis({ url });
  const onRound = ({ round }) => console.error(`round ${round}`);
  console.log(JSON.stringify(await averaged(engine, { ...JSON.parse(options), onRound })));
}
