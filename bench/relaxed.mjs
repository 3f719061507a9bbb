/** The relaxed build needs a Node that knows relaxed SIMD: a process of its own, in which the builds and jax-js take turns. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../tools/runtimes/node_modules/node24/bin/node', import.meta.url));

export async function relaxedRow(pace) {
  if (!existsSync(node)) {
    console.log('Node 24 is missing: npm ci --prefix tools/runtimes');
    return [];
  }
  const printed = execFileSync(node, [fileURLToPath(import.meta.url), JSON.stringify(pace)], { encoding: 'utf8' });
  const { version, times, peak } = JSON.parse(printed);
  const { flopsOf, mlp } = await import('./problems.mjs');
  return [{ what: `MLP 784-512-256-10 on Node ${version.slice(1)}, relaxed build`, flops: flopsOf(mlp), times, peak }];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { rounds } = JSON.parse(process.argv[2]);
  const [regulus, jax] = [await import('./peers/regulus.mjs'), await import('./peers/jax.mjs')];
  const { setThreads } = await import('../dist/index.js');
  const { mlp } = await import('./problems.mjs');
  const { peakLoop } = await import('./peak.mjs');
  await jax.init();
  const [ours, theirs, peak] = [regulus.trainer(mlp), jax.trainer(mlp), peakLoop()];
  // A build that has just been chosen first finds its fastest form; those steps do not count.
  const builds = {
    regulus: async (n) => {
      await setThreads(1, { relaxed: true });
      await ours.steps(n);
    },
    'regulus, base build': async (n) => {
      await setThreads(1);
      await ours.steps(n);
    },
    'jax-js wasm': (n) => theirs.steps(n),
  };
  const times = Object.fromEntries(Object.keys(builds).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(builds)) {
      await run(60);
      const begun = performance.now();
      await (name.startsWith('regulus') ? ours : theirs).steps(60);
      times[name].push((performance.now() - begun) / 60);
    }
  const summary = Object.entries(times).map(([name, list]) => {
    list.sort((a, b) => a - b);
    const at = (share) => list[Math.round(share * (list.length - 1))];
    return [name, { median: at(0.5), spread: (at(0.75) - at(0.25)) / at(0.5) }];
  });
  const highest = Math.max(...Array.from({ length: 5 }, peak));
  console.log(JSON.stringify({ version: process.version, times: Object.fromEntries(summary), peak: highest }));
  process.exit(0);
}
