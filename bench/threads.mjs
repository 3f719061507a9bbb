// Compares steps with several threads and steps with one, in turns, in one process: node bench/threads.mjs [threads]
// [rounds]. The best round of many short ones counts, because other processes disturb two threads more than one; the
// load is printed with the figures.
import { loadavg } from 'node:os';
import { runtimeInfo, setThreads } from '../dist/index.js';
import * as regulus from './peers/regulus.mjs';
import * as torch from './peers/torch.mjs';
import { cnn, mlp, regularized, tiny } from './problems.mjs';

const [threads, rounds] = [Number(process.argv[2] ?? 2), Number(process.argv[3] ?? 30)];
const hasTorch = await torch.init().then(
  () => true,
  () => false,
);
const candidates = [
  { what: 'MLP 784-512-256-10, batch 128, Adam', count: 2, of: (peer) => peer.trainer(mlp) },
  { what: 'the same, normalized, dropout, L2, momentum', count: 2, of: (peer) => peer.trainer(regularized) },
  { what: 'CNN 28×28, 16-32-128-10, batch 64, Adam', count: 1, of: (peer) => peer.convolver(cnn) },
  { what: 'MLP 2-16-16-1, batch 64, tanh, SGD', count: 500, of: (peer) => peer.trainer(tiny) },
].map((one) => ({
  ...one,
  trainer: one.of(regulus),
  other: hasTorch ? one.of(torch) : undefined,
}));
const times = candidates.map(() => [[], [], []]);

/** Milliseconds of a step, the best of some groups of steps. */
function best({ steps }, count) {
  steps(50 * count); // workers have woken up, shares are balanced, caches are filled
  let least = Number.POSITIVE_INFINITY;
  for (let group = 0; group < 12; group++) {
    const begun = performance.now();
    steps(count);
    least = Math.min(least, (performance.now() - begun) / count);
  }
  return least;
}

/** The milliseconds of a step of PyTorch. */
async function bestOfOther({ steps }, count) {
  await steps(count);
  let least = Number.POSITIVE_INFINITY;
  for (let group = 0; group < 12; group++) least = Math.min(least, (await steps(count)).milliseconds / count);
  return least;
}

const load = () =>
  loadavg()
    .map((x) => x.toFixed(1))
    .join(' ');
console.log(`Node ${process.version}, load ${load()} before`);
for (const { trainer, count } of candidates) trainer.steps(100 * count);
for (let round = 0; round < rounds; round++)
  for (const [way, n] of [1, threads].entries()) {
    if ((await setThreads(n)) !== n) throw new Error(runtimeInfo().reason);
    candidates.forEach(({ trainer, count }, i) => times[i][way].push(best(trainer, count)));
    if (way && hasTorch)
      for (const [i, { other, count }] of candidates.entries()) times[i][2].push(await bestOfOther(other, count));
  }
candidates.forEach(({ what }, i) => {
  const sorted = times[i].map((list) => list.sort((a, b) => a - b));
  const [one, several, other] = sorted.map(([least]) => least);
  const [median, medians] = sorted.map((list) => list[rounds >> 1]);
  const figures = `best ${one.toFixed(4)} ms → ${several.toFixed(4)} ms: ${(one / several).toFixed(2)}×`;
  const beside = other === undefined ? '' : `; ${(several / other).toFixed(2)} of ${torch.name}'s time`;
  console.log(`${what.padEnd(45)} ${figures}; medians ${median.toFixed(4)} → ${medians.toFixed(4)}${beside}`);
});
console.log(`load ${load()} after`);
if (hasTorch) torch.close();
