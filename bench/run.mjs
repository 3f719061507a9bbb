// Ratios to TensorFlow.js and jax-js in one run, one thread, same weights and data. node bench/run.mjs [--json]
import * as jax from './peers/jax.mjs';
import * as regulus from './peers/regulus.mjs';
import * as tfjs from './peers/tfjs.mjs';
import { cnn, left, matrices, mlp, right, tiny } from './problems.mjs';
import { timed } from './timing.mjs';

await tfjs.init();
await jax.init();
const peers = [tfjs, jax];
const rows = [];

/** Times all candidates of a line and notes how many times as long the others take. */
async function line(what, candidates, unit) {
  const times = await timed(candidates);
  const [[ours, own], ...others] = Object.entries(times);
  rows.push({ what, ours: own, ...Object.fromEntries(others.map(([name, time]) => [name, time / own])) });
  const ratios = others.map(([name, time]) => `${name} ×${(time / own).toFixed(2)}`);
  console.log(`${what.padEnd(44)} ${ours} ${unit(own).padStart(10)}   ${ratios.join('   ')}`);
}
const milliseconds = (time) => `${time < 1 ? (1000 * time).toFixed(1) : time.toFixed(2)} ${time < 1 ? 'µs' : 'ms'}`;

/** What all compute must be the same before it is timed. */
function agree(what, values) {
  const [truth] = values;
  for (const value of values)
    if (!(Math.abs(value - truth) <= 1e-4 * Math.max(1, Math.abs(truth))))
      throw new Error(`${what}: ${values.join(', ')} differ`);
}

console.log(`Node ${process.version}, one thread; how many times as long as ours the others take\n`);

for (const [form, shapes] of Object.entries(matrices)) {
  const all = [regulus, ...peers].map((peer) => ({ name: peer.name, ...peer.multiplier(shapes, left, right) }));
  agree(
    form,
    all.map(({ steps }) => steps(1)),
  );
  await line(
    `matmul 128×784×512, ${form}`,
    all.map(({ name, steps }) => ({ name, run: steps })),
    milliseconds,
  );
}

for (const [what, problem] of [
  ['MLP 784-512-256-10, batch 128, Adam', mlp],
  ['MLP 2-16-16-1, batch 64, tanh, SGD', tiny],
]) {
  const all = [regulus, ...peers].map((peer) => ({ name: peer.name, ...peer.trainer(problem) }));
  agree(
    `${what}: the loss after 10 steps`,
    all.map(({ steps }) => steps(10)),
  );
  const others = all.slice(1).map(({ name, steps }) => ({ name, run: steps }));
  await line(`${what}: trainStep`, [{ name: 'regulus', run: all[0].steps }, ...others], milliseconds);
  await line(`${what}: fit`, [{ name: 'regulus', run: regulus.fitter(problem).steps }, ...others], milliseconds);
}

// TensorFlow.js cannot train a convolution on its WASM backend.
{
  const what = 'CNN 28×28, batch 64, Adam: trainStep';
  const all = [regulus, jax].map((peer) => ({ name: peer.name, ...peer.convolver(cnn) }));
  agree(
    `${what}: the loss after 10 steps`,
    all.map(({ steps }) => steps(10)),
  );
  await line(
    what,
    all.map(({ name, steps }) => ({ name, run: steps })),
    milliseconds,
  );
}

if (process.argv.includes('--json')) console.log(JSON.stringify({ node: process.version, rows }));
