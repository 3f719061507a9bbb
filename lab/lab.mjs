// Proves claims in an engine of regulus/sweep, and tells each result in its turn.
import { threads } from 'regulus/sweep';
import { NAMES } from './prove.mjs';

export { NAMES };
/** Two threads, so that both cores of a small machine are used. */
const here = () => threads({ module: new URL('./worker.mjs', import.meta.url), workers: 2 });
/** Claims keep no checkpoints. */
const blobs = { get: async () => undefined, put: async () => undefined, drop: async () => undefined };

/** Proves the claims of these names, and calls `tell` with each result in their order. Begins no other once
 *  `ended` says so. Returns all results. */
export async function proveAll(
  names,
  { seeds = 3, engine = here(), tell = () => undefined, ended = () => false } = {},
) {
  const results = new Map();
  const waiting = [...names];
  let told = 0;
  const take = (result) => {
    results.set(result.name, result);
    for (; results.has(names[told]); told++) tell(results.get(names[told]));
  };
  const { signal } = new AbortController();
  // What a queue has found for an earlier state of the claims is not used.
  const version = globalThis.crypto.randomUUID();
  const runner = await engine.open({ where: 'lab', study: 'proved', blobs, signal, version });
  const lane = async () => {
    while (waiting.length && !ended()) {
      const name = waiting.shift();
      const job = { trial: names.indexOf(name), parameters: { name, seeds }, resource: 1, seed: 0 };
      const { state, reason, details } = await runner.run(job);
      if (state !== 'completed') throw new Error(`${name}: ${reason}`);
      take(details.result);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(runner.slots, names.length) }, lane));
  } finally {
    await runner.close();
  }
  return names.map((name) => results.get(name)).filter(Boolean);
}
