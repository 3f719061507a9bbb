import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environment, hasRuntime, RUNTIMES } from '../../tools/hosts.mjs';
import { type Stranger, stranger } from './stranger.js';

const ROWS = [
  { name: 'this Node', program: process.execPath, flags: [] as string[] },
  ...Object.entries(RUNTIMES).map(([name, { program }]) => ({
    name,
    program,
    flags: name === 'Deno' ? ['run', '--node-modules-dir=manual', '--cached-only', '--no-prompt', '--allow-read'] : [],
  })),
];

/** A program that both requires and imports the package, in either order. */
const both = (first: string, second: string): string => `
${first}
${second}
const others = (entry) => import(entry).then((module) => Object.keys(require(entry)).filter((key) => module[key] !== require(entry)[key]));
const answers = [imported.tensor === wanted.tensor, imported.ShapeError === wanted.ShapeError];
answers.push(imported.add(wanted.tensor([1]), imported.tensor([2])).item() === 3);
try { wanted.tensor([1, 2]).add(imported.tensor([1, 2, 3])).item() } catch (error) { answers.push(error instanceof imported.ShapeError) }
for (const entry of ['regulus/nn', 'regulus/augment', 'regulus/digits', 'regulus/formats', 'regulus/generalization', 'regulus/pictures', 'regulus/sweep', 'regulus/node', 'regulus/worker']) answers.push((await others(entry)).join('+') || true);
answers.push(require('regulus/nn').dense === imported.nn.dense);
console.log(answers.join());
`;
const REQUIRE =
  "const require = (await import('node:module')).createRequire(import.meta.url); const wanted = require('regulus');";
const IMPORT = "const imported = await import('regulus');";

/** Workers and other builds of the kernels, from CommonJS. */
const ALL = `
const { adam, mse, nn, dataset, setThreads, runtimeInfo } = require('regulus');
const { trainInWorker } = require('regulus/worker');
(async () => {
  const data = dataset({ x: [[0], [1], [2], [3]], y: [1.5, 3.5, 5.5, 7.5], classes: 0 });
  const model = nn.sequential([nn.dense(1)]);
  const { run } = await trainInWorker(model, data, { loss: mse(), optimizer: adam(), epochs: 2 }).result;
  console.log(run.history.length, await setThreads(2));
  await setThreads(1, { relaxed: true });
  console.log(runtimeInfo().relaxed);
})();
`;

let consumer: Stranger;
beforeAll(() => {
  consumer = stranger();
  consumer.write('required-first.mjs', both(REQUIRE, IMPORT));
  consumer.write('imported-first.mjs', both(IMPORT, REQUIRE));
  consumer.write('all.cjs', ALL);
}, 120_000);
afterAll(() => consumer?.remove());

for (const { name, program, flags } of ROWS) {
  const run = (file: string): string =>
    execFileSync(program, [...flags, file], { cwd: consumer.folder, env: environment, encoding: 'utf8' }).trim();

  test.each(['required-first', 'imported-first'])(
    `what is required and what is imported are one library in ${name}: %s`,
    { timeout: 60_000 },
    (file) => {
      if (!existsSync(program)) return;
      expect(run(`${file}.mjs`)).toBe(new Array(14).fill(true).join());
    },
  );
}

test.skipIf(!hasRuntime('Node 24'))(
  'workers, threads and the relaxed build start from CommonJS',
  { timeout: 60_000 },
  () => {
    const answer = execFileSync(RUNTIMES['Node 24'].program, ['all.cjs'], { cwd: consumer.folder, encoding: 'utf8' });
    expect(answer).toBe('2 2\ntrue\n');
  },
);

test('Node shows the line where an error was thrown, and no more', () => {
  consumer.write('fails.mjs', "import { tensor } from 'regulus';\ntensor([1, 2]).add(tensor([1, 2, 3]));\n");
  const { stderr } = spawnSync(process.execPath, ['fails.mjs'], { cwd: consumer.folder, encoding: 'utf8' });
  expect(stderr).toContain('ShapeError: ');
  expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(300);
});

const jest = resolve('tools/consumers/node_modules/jest/bin/jest.js');
test.skipIf(!existsSync(jest))(
  'jest runs tests that require the package, without any configuration',
  { timeout: 60_000 },
  () => {
    consumer.write(
      'jest/first.test.js',
      `const { nn, tensor, ShapeError } = require('regulus');
const { digits } = require('regulus/digits');
test('learns', async () => {
  expect(tensor([1, 2]).square().sum().item()).toBe(5);
  expect(() => tensor([1, 2]).add(tensor([1, 2, 3]))).toThrow(ShapeError);
  expect(require('regulus/nn').dense).toBe(nn.dense);
  expect(digits().size).toBeGreaterThan(1000);
});
`,
    );
    consumer.write('jest/package.json', '{}');
    const { status, stderr } = spawnSync(process.execPath, [jest, '--rootDir', resolve(consumer.folder, 'jest')], {
      cwd: resolve(consumer.folder, 'jest'),
      encoding: 'utf8',
    });
    expect(stderr).toContain('1 passed');
    expect(status).toBe(0);
  },
);
