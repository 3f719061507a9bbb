/** Times whole processes, from the start of Node to its end after the first training step. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => JSON.stringify(new URL(path, import.meta.url).href);
/** The program of a first step of a small network, made as in the other rows. */
const first = (peer) => `
  const peer = await import(${here(`peers/${peer}.mjs`)});
  await peer.init();
  const weights = [[100, 64], [64, 10]].map(([m, n]) => new Float32Array(m * n).fill(0.01));
  const problem = { sizes: [100, 64, 10], batch: 32, batches: 1, activation: 'relu', loss: 'crossEntropy', weights,
    optimizer: { name: 'adam', learningRate: 1e-3 }, x: new Float32Array(3200).fill(1), y: new Float32Array(32) };
  console.log(peer.trainer(problem).steps(1));
  process.exit(0);`;
const SCRIPTS = { regulus: first('regulus'), 'jax-js wasm': first('jax'), 'node -e 0': '0' };

export async function coldStarts(rounds) {
  const times = Object.fromEntries(Object.keys(SCRIPTS).map((name) => [name, []]));
  const node = process.execPath;
  for (let round = 0; round < rounds; round++)
    for (const [name, script] of Object.entries(SCRIPTS)) {
      const begun = performance.now();
      execFileSync(node, ['--input-type=module', '-e', script], {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        stdio: 'pipe',
      });
      times[name].push(performance.now() - begun);
    }
  const summary = Object.entries(times).map(([name, list]) => {
    list.sort((a, b) => a - b);
    const at = (share) => list[Math.round(share * (list.length - 1))];
    return [name, { median: at(0.5), spread: (at(0.75) - at(0.25)) / at(0.5) }];
  });
  return { what: 'cold start: a process from import to first step', times: Object.fromEntries(summary) };
}
