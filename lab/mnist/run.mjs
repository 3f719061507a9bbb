// npm run lab -- --mnist [names of claims] [--seeds n] [--data folder] [--write]: runs the claims and says which hold; --write puts the tables into
// lab/mnist/README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { claims } from './claims/index.mjs';
import { mnist } from './data.mjs';
import { measured } from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '3' },
    data: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const folder = values.data ?? join(process.env.REGULUS_SHARED ?? '../shared', 'data/mnist');
const data = await mnist(folder);
if (!data) {
  console.log(`MNIST is not in ${folder}; give its folder: npm run lab -- --mnist --data mnist`);
  process.exit(1);
}
const unknown = positionals.filter((name) => !claims[name]);
if (unknown.length) throw new Error(`no claim ${unknown.join(', ')}; there are ${Object.keys(claims).join(', ')}`);
const wanted = Object.entries(claims).filter(([name]) => !positionals.length || positionals.includes(name));

/** Means over the seeds, for each kind of network, labels and setting; what several claims need is measured once. */
const known = new Map();
const keyOf = (kind, noisy) => (noisy ? `${kind} noisy` : kind);
async function mean(kind, noisy, name) {
  const key = `${keyOf(kind, noisy)} ${name}`;
  if (known.has(key)) return known.get(key);
  const runs = [];
  for (let seed = 0; seed < Number(values.seeds); seed++) runs.push(await measured(data, { kind, noisy, name, seed }));
  const average = (field) => runs.reduce((sum, run) => sum + run[field], 0) / runs.length;
  const deviation = Math.sqrt(runs.reduce((sum, run) => sum + (run.test - average('test')) ** 2, 0) / runs.length);
  const found = Object.fromEntries(['train', 'test', 'nll', 'fgsm', 'norm'].map((field) => [field, average(field)]));
  known.set(key, { ...found, deviation });
  return known.get(key);
}

const verdicts = [];
for (const [name, { claim, kind, noisy, settings, holds }] of wanted) {
  const found = {};
  for (const setting of settings) found[setting] = await mean(kind, noisy, setting);
  for (const [what, holding] of holds(found)) {
    verdicts.push({ name, claim, what, holding });
    console.log(`${holding ? 'holds   ' : 'FAILS   '} ${name}: ${what}`);
  }
}

const torch = JSON.parse(readFileSync(new URL('./pytorch.json', import.meta.url), 'utf8'));
const TITLES = { MLP: 'MLP 784-256-128-10', CNN: 'CNN, 16 and 32 filters', 'MLP noisy': 'MLP, 30 % wrong labels' };
const cell = (own, other, digits) => `${own.toFixed(digits)} (${other === undefined ? '–' : other.toFixed(digits)})`;
const tables = Object.keys(TITLES).flatMap((group) => {
  const rows = [...known].filter(([key]) => key.startsWith(`${group} `) && !key.slice(group.length + 1).includes(' '));
  if (!rows.length) return [];
  const lines = rows.map(([key, own]) => {
    const name = key.slice(group.length + 1);
    const other = torch[group]?.[name] ?? {};
    const cells = [
      cell(own.train, other.train, 3),
      `${cell(own.test, other.test, 3)} ± ${own.deviation.toFixed(3)}`,
      cell(own.nll, other.nll, 3),
      cell(own.fgsm, other.fgsm, 3),
      cell(own.norm, other.norm, 1),
    ];
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const head = '| setting | training | test | test loss | under attack | ‖w‖ |\n|---|---|---|---|---|---|';
  return [`### ${TITLES[group]}\n\n${head}\n${lines.join('\n')}`];
});
const list = verdicts.map(
  ({ name, claim, what, holding }) => `| ${name} | ${claim} | ${what} | ${holding ? 'yes' : 'no'} |`,
);
const text = [`| claim | | effect | holds |\n|---|---|---|---|\n${list.join('\n')}`, ...tables].join('\n\n');
console.log(`\n${text}`);
if (values.write) {
  const path = new URL('./README.md', import.meta.url);
  const [head] = readFileSync(path, 'utf8').split('<!-- results -->');
  writeFileSync(path, `${head}<!-- results -->\n\n${text}\n`);
}
