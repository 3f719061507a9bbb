// Regulus and others, side by side in one run: see README.md here. node bench/run.mjs [--quick] [--only text] [--json]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { coldStarts } from './cold.mjs';
import { csvRows } from './csv.mjs';
import { peakLoop } from './peak.mjs';
import { loadPeers } from './peers/index.mjs';
import { mnist } from './mnist.mjs';
import { relaxedRow } from './relaxed.mjs';
import { printed, report } from './report.mjs';
import { rowsOf } from './rows.mjs';
import { timed, withLoad } from './timing.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const { quick, only } = options;
const pace = quick ? { rounds: 3, milliseconds: 100 } : { rounds: 9, milliseconds: 300 };
const chosen = (what) => !only || what.includes(only);
/** The fraction of a core that other processes may take; a row that was disturbed more is measured again. */
const QUIET = 0.3;
const ATTEMPTS = quick ? 1 : 4;

const { peers, missing, close } = await loadPeers();
for (const [name, why] of missing) console.log(`${name} is missing: ${why}`);
const peak = peakLoop();
const results = [];
const note = (row) => {
  results.push(row);
  console.log(printed(row));
};

/** Checks that all candidates compute the same before they are timed, except for those that do not take initial
 *  weights. */
async function agree(what, candidates, steps) {
  if (!steps) return;
  const values = [];
  for (const { name, run } of candidates) {
    const done = await run(steps);
    const value = done?.value ?? done;
    if (typeof value === 'number') values.push([name, value]);
  }
  const [[, truth]] = values;
  for (const [name, value] of values)
    if (!(Math.abs(value - truth) <= 2e-4 * Math.max(1, Math.abs(truth))))
      throw new Error(`${what}: ${name} has ${value}, not ${truth}`);
}

for (const row of rowsOf({ quick }).filter(({ what }) => chosen(what))) {
  const taking = [peers.regulus, ...row.names.flatMap((name) => peers[name] ?? [])];
  await agree(row.what, row.agreed?.(taking) ?? row.make(taking), row.steps ?? 10);
  const candidates = row.make(taking);
  let best;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const peaks = [];
    const measure = async () => {
      peaks.push(peak(), peak());
      const times = await timed(candidates, pace);
      peaks.push(peak(), peak());
      return times;
    };
    const { result: times, foreign } = await withLoad(measure);
    const found = { what: row.what, flops: row.flops, rows: row.rows, times, foreign, peak: Math.max(...peaks) };
    if (!best || foreign < best.foreign) best = found;
    if (!(foreign > QUIET)) break;
  }
  note({ ...best, disturbed: best.foreign > QUIET });
}
if (chosen('relaxed')) for (const row of await relaxedRow(pace)) note(row);
if (chosen('CSV')) for (const row of await csvRows(pace)) note(row);
if (chosen('cold start')) note(await coldStarts(quick ? 3 : 11));
const images = !quick && chosen('MNIST') ? await mnist(peers.torch) : [];
close();

const text = report(results, images, { peers, missing });
if (!quick && !only) writeFileSync(new URL('RESULTS.md', import.meta.url), text);
if (options.json) console.log(JSON.stringify(results));
process.exit(0);
