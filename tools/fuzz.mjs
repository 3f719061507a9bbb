/** Random graphs, random models and damaged files, as many as are asked for: `npm run fuzz -- graphs 100000 [first seed]`, `npm run fuzz -- models 2000`,
 *  `npm run fuzz -- readers 100000` (for each of the readers). The tests take 2,000, 30 and 5,000 from seed 0 on. Failures are reported with
 *  their seeds. */
import { spawnSync } from 'node:child_process';

const [what, count = '100000', first = '10000'] = process.argv.slice(2);
const FILES = { graphs: 'test/graphs/graphs', models: 'test/graphs/models', readers: 'test/readers/readers' };
if (!Object.hasOwn(FILES, what ?? ''))
  throw new Error(`npm run fuzz -- graphs, models or readers, and how many; not ${what}`);
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project=node', FILES[what]],
  { stdio: 'inherit', env: { ...process.env, [what.toUpperCase()]: count, SEED: first } },
);
process.exitCode = status ?? 1;
