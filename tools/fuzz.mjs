/** Random graphs and random models, as many as are asked for: `npm run fuzz -- graphs 100000 [first seed]`, `npm run fuzz -- models 2000`. The tests take
 *  2,000 and 30 from seed 0 on. Failures are reported with their seeds. */
import { spawnSync } from 'node:child_process';

const [what, count = '100000', first = '10000'] = process.argv.slice(2);
if (what !== 'graphs' && what !== 'models')
  throw new Error(`npm run fuzz -- graphs or models, and how many; not ${what}`);
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project=node', `test/graphs/${what}`],
  { stdio: 'inherit', env: { ...process.env, [what.toUpperCase()]: count, SEED: first } },
);
process.exitCode = status ?? 1;
