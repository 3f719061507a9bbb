// Steps with V8's --experimental-wasm-revectorize, which joins neighbouring vectors of four floats into one of eight, and without it, in processes that take
// turns, in Node 24: node bench/revectorize.mjs [rounds]. The results must have the same bits. The best of many short rounds counts.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FLAG = '--experimental-wasm-revectorize';
const own = fileURLToPath(import.meta.url);

if (process.argv[2] === 'child') {
  const { convolver, mapper, multiplier, trainer } = await import('./peers/regulus.mjs');
  const { cnn, mlp, product, rows } = await import('./problems.mjs');
  const { left, right, forms } = product(512, 512, 512);
  const work = {
    'matmul AB 512×512×512': [multiplier(forms.AB, left, right), 4],
    'MLP 784-512-256-10, batch 128, Adam': [trainer(mlp), 4],
    'CNN 28×28, 16-32-128-10, batch 64, Adam': [convolver(cnn), 2],
    'exp of 4096×1024, compiled': [
      mapper('exp', rows.x, rows.shape, false),
      2,
      mapper('exp', rows.x, rows.shape, true),
    ],
  };
  const found = Object.entries(work).map(([what, [{ steps }, count, read]]) => {
    const warm = steps(60 * count);
    const value = read ? read.steps(1) : warm;
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 40; round++) {
      const begun = performance.now();
      steps(count);
      least = Math.min(least, (performance.now() - begun) / count);
    }
    return [what, { least, value }];
  });
  console.log(JSON.stringify(Object.fromEntries(found)));
} else {
  const node = fileURLToPath(new URL('../tools/runtimes/node_modules/node24/bin/node', import.meta.url));
  if (!existsSync(node)) throw new Error('Node 24 is missing: npm ci --prefix tools/runtimes');
  const run = (flags) => JSON.parse(execFileSync(node, [...flags, own, 'child'], { encoding: 'utf8' }));
  const best = {};
  for (let round = 0; round < Number(process.argv[2] ?? 3); round++) {
    const [without, joined] = [run([]), run([FLAG])];
    for (const [what, { least, value }] of Object.entries(without)) {
      const other = joined[what];
      if (other.value !== value) throw new Error(`${what}: ${other.value} with ${FLAG}, ${value} without`);
      const [a, b] = best[what] ?? [least, other.least];
      best[what] = [Math.min(a, least), Math.min(b, other.least)];
    }
  }
  for (const [what, [without, joined]] of Object.entries(best))
    console.log(
      `${what.padEnd(42)} ${without.toFixed(2)} ms, with ${FLAG} ${joined.toFixed(2)} ms: ${(without / joined).toFixed(2)} times as fast`,
    );
}
