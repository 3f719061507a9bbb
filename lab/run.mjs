// npm run lab [-- names of claims] [--seeds n] [--out file] [--url redis://…]: proves the claims of the lecture, here or on the workers of a queue,
// and writes the report. With --mnist, the long form.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

if (process.argv.includes('--mnist')) {
  process.argv.splice(process.argv.indexOf('--mnist'), 1);
  await import('./mnist/run.mjs');
} else await lab();

async function lab() {
  const { NAMES, proveAll } = await import('./lab.mjs');
  const { redis } = await import('regulus/sweep');
  const { playgroundFrom, reportOf } = await import('./report.mjs');
  const { bounds, line, range } = await import('./text.mjs');
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: 'string', default: '3' }, out: { type: 'string' }, url: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !NAMES.includes(name));
  if (unknown.length) throw new Error(`no claim ${unknown.join(', ')}; there are ${NAMES.join(', ')}`);
  const started = performance.now();
  const results = await proveAll(positionals.length ? positionals : NAMES, {
    seeds: Number(values.seeds),
    ...(values.url && { engine: redis({ url: values.url }) }),
    tell(result) {
      console.log(line(result));
      for (const m of result.margins)
        if (m.verdict !== 'holds') console.log(`    ${m.verdict}: ${m.what}: ${range(m.values)}, margin ${bounds(m)}`);
    },
  });
  const out = values.out ?? fileURLToPath(new URL('./report/index.html', import.meta.url));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, reportOf(results, { playground: playgroundFrom(out) }));
  console.log(
    `\n${out}\n${((performance.now() - started) / 1000).toFixed(0)} s; the slowest: ${[...results]
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, 5)
      .map((r) => `${r.name} ${r.seconds.toFixed(1)} s`)
      .join(', ')}`,
  );
  // What does not hold is known where the claim says what was seen.
  const surprises = results.filter(({ verdict, seen }) => verdict === 'does not hold' && !seen);
  if (surprises.length) {
    console.log(`not expected: ${surprises.map(({ name }) => name).join(', ')}`);
    process.exitCode = 1;
  }
}
