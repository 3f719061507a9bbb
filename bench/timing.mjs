import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** The time in milliseconds that all processors were busy, and that this process and its children took of it; undefined
 *  where the system does not tell. */
function busy() {
  try {
    const ticks = (line, from, to) =>
      line
        .trim()
        .split(/\s+/)
        .slice(from, to)
        .reduce((sum, n) => sum + Number(n), 0);
    const [user, nice, system, , , irq, soft] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1);
    const all = [user, nice, system, irq, soft].reduce((sum, n) => sum + Number(n), 0);
    const stat = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1];
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
    const living = children.filter(Boolean).reduce((sum, pid) => sum + ticks(stat(pid), 11, 15), 0);
    return { all: 10 * all, own: 10 * (ticks(stat(process.pid), 11, 15) + living) };
  } catch {
    return undefined;
  }
}

/** Calls f, and returns the number of cores that other processes kept busy meanwhile. */
export async function withLoad(f) {
  const [before, begun] = [busy(), performance.now()];
  const result = await f();
  const after = busy();
  const elapsed = performance.now() - begun;
  const foreign = before && after && Math.max(0, after.all - before.all - (after.own - before.own)) / elapsed;
  return { result, foreign };
}
export const cores = cpus().length;

/** Measures the milliseconds of one step for each candidate. They take turns, so that disturbances affect all alike.
 *  Returns the median of the rounds, and the distance between the quartiles as a share of it. A candidate may time
 *  itself, and return { milliseconds }. */
export async function timed(candidates, { rounds, milliseconds }) {
  const once = async ({ run }, n) => {
    const begun = performance.now();
    const done = await run(n);
    const took = done?.milliseconds ?? performance.now() - begun;
    return took / (done?.steps ?? n);
  };
  const state = [];
  for (const candidate of candidates) {
    // First steps to warm up, then as many steps as fill a round.
    let each = await once(candidate, 1);
    for (let spent = 0, n = 1; spent < milliseconds && each < milliseconds; n *= 2) {
      each = await once(candidate, n);
      spent += n * each;
    }
    state.push({ candidate, each, count: Math.max(1, Math.round(milliseconds / each)), times: [] });
  }
  // A candidate that takes seconds for a step gets two rounds only.
  for (let round = 0; round < rounds; round++)
    for (const entry of state)
      if (round < 2 || entry.each < 2000) entry.times.push(await once(entry.candidate, entry.count));
  return Object.fromEntries(
    state.map(({ candidate, times }) => {
      times.sort((a, b) => a - b);
      const at = (share) => times[Math.round(share * (times.length - 1))];
      return [candidate.name, { median: at(0.5), spread: (at(0.75) - at(0.25)) / at(0.5) }];
    }),
  );
}
