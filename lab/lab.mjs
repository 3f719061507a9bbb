// Proves claims in two worker threads, so that both cores of a small machine are used, and tells each result in its turn.
import { Worker } from 'node:worker_threads';
import { NAMES } from './prove.mjs';

export { NAMES };
const AT_ONCE = 2;

/** Proves the claims of these names, and calls `tell` with each result in their order. Begins no other once
 *  `ended` says so. Returns all results. */
export async function proveAll(names, { seeds = 3, tell = () => undefined, ended = () => false } = {}) {
  const results = new Map();
  const waiting = [...names];
  let told = 0;
  const take = (result) => {
    results.set(result.name, result);
    for (; results.has(names[told]); told++) tell(results.get(names[told]));
  };
  const work = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { seeds } });
      const next = () => worker.postMessage((!ended() && waiting.shift()) || null);
      worker.on('message', (result) => {
        take(result);
        next();
      });
      worker.on('error', reject);
      worker.on('exit', resolve);
      next();
    });
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, names.length) }, work));
  return names.map((name) => results.get(name)).filter(Boolean);
}
