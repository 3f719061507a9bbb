/** Milliseconds of one step: candidates take turns, so that a disturbed machine disturbs all alike; the median of the rounds. */
export async function timed(candidates, { rounds = 7, milliseconds = 250 } = {}) {
  const state = [];
  for (const { name, run } of candidates) {
    // Warm: compiled and settled. Then as many steps as fill a round.
    await run(10);
    const begun = performance.now();
    const warm = await run(10);
    const each = (performance.now() - begun) / (warm?.steps ?? 10);
    state.push({ name, run, count: Math.max(3, Math.round(milliseconds / each)), times: [] });
  }
  for (let round = 0; round < rounds; round++)
    for (const { run, count, times } of state) {
      const begun = performance.now();
      const done = await run(count);
      times.push((performance.now() - begun) / (done?.steps ?? count));
    }
  return Object.fromEntries(state.map(({ name, times }) => [name, times.sort((a, b) => a - b)[times.length >> 1]]));
}
