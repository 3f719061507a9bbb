/** Random inputs and accidents, as many as are asked for. The tests run a short form of each:
 *
 *      npm run fuzz -- graphs 100000 [first seed]    random graphs against float64; 2,000 in the tests
 *      npm run fuzz -- models 2000 [first seed]      random models by every way of training; 30 in the tests
 *      npm run fuzz -- readers 100000 [first seed]   damaged files, for each of the readers; 5,000 in the tests
 *      npm run fuzz -- stops 200                     trainings of each kind that are stopped and resumed; 4 of each in the tests
 *      npm run fuzz -- kills 200                     processes that are killed while they train; 5 in the tests
 *
 *  Failures are reported with their seeds. */
import { spawnSync } from 'node:child_process';

const FILES = {
  graphs: 'test/graphs/graphs',
  models: 'test/graphs/models',
  readers: 'test/readers/readers',
  stops: 'test/checkpoint/resume',
  kills: 'test/checkpoint/killed',
};
const [what = '', count = '100000', first = '10000'] = process.argv.slice(2);
if (!Object.hasOwn(FILES, what))
  throw new Error(`npm run fuzz -- ${Object.keys(FILES).join(', ')}, and how many; not '${what}'`);
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project=node', FILES[what]],
  { stdio: 'inherit', env: { ...process.env, [what.toUpperCase()]: count, SEED: first } },
);
process.exitCode = status ?? 1;
