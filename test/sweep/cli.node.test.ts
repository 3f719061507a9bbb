import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { choice, search, uniform } from '../../dist/sweep.js';
import { hasRedis, killed, said, startRedis } from './server.js';
import { numbers } from './studies.mjs';

const CLI = 'dist/cli.js';
const run = (...words: string[]) => spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8' });
const children: ChildProcess[] = [];
afterAll(() => Promise.all(children.map((child) => killed(child))));

const DIGITS = 'test/sweep/digits.mjs';
const STUDIES = 'test/sweep/studies.mjs';
const table = async (options: object): Promise<string> =>
  (await search(numbers, { x: uniform(0, 1), ms: choice([1]) }, options as never)).table();

test('prints the plan of a halving, and runs nothing', () => {
  const { stdout, status } = run('sweep', DIGITS, 'digits', '--trials', '27', '--method', 'halving', '--dry-run');
  expect(status).toBe(0);
  const [a, b, c, d, all, , first] = stdout.split('\n');
  expect([a, b, c, d].map((line) => line.replace(' of 27 trials', ''))).toEqual([
    'resource 1: 27',
    'resource 3: 9',
    'resource 9: 3',
    'resource 27: 1',
  ]);
  expect(all).toBe('resource in all: 81, of 729 if all trials were completed');
  expect(first).toMatch(/^ {2}0 {2}\{"rate":0\.0\d+,"units":(16|64),"keep":0\.\d+\}$/);
});

test('digits: halving ends with the best of running everything, at a quarter of the epochs', () => {
  const best = (...words: string[]): string =>
    run('sweep', DIGITS, 'digits', '--trials', '9', ...words)
      .stdout.trimEnd()
      .split('\n')
      .slice(-2)
      .join(' ');
  const halved = best('--method', 'halving');
  expect(halved).toMatch(/^best: trial \d, value 0\.\d+ \{"rate"/);
  expect(best('--max-resource', '9')).toBe(halved);
}, 60_000);

test('in threads: progress, the table, the curve of the best, and the best', async () => {
  const { stdout, status } = run('sweep', STUDIES, 'slowNumbers', '--trials', '20', '--workers', '2');
  expect(status).toBe(0);
  expect(stdout).toContain(await table({ trials: 20 }));
  expect(stdout).toMatch(/^ 1\/20 trials {2}trial \d (completed|failed)/);
  expect(stdout).toContain('· best so far');
});

test.each([
  [['sweep', 'none.mjs', 'a', '--trials', '3'], 'there is no module none.mjs'],
  [['sweep', DIGITS, 'digit', '--trials', '3'], "exports no study 'digit'; did you mean 'digits'? It exports digits"],
  [['sweep', DIGITS, 'digits'], 'sweep: trials is undefined; it must be a whole number from 1'],
  [['sweep', DIGITS], 'a module and the name of a study, and 1 is given'],
  [
    ['sweep', DIGITS, 'digits', '--trials', '3', '--url', 'redis://a', '--workers', '2'],
    '--workers is the number of threads here',
  ],
  [['sweep', DIGITS, 'digits', '--trials', '3', '--queue', 'a'], '--queue names a queue of a server; give its --url'],
  [['worker', DIGITS], 'where is the queue? Add --url redis://127.0.0.1:6379'],
])('%j is a wrong use', (words, message) => {
  const { status, stderr } = run(...words);
  expect(stderr).toMatch(/^regulus: .*\n$/);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
});

describe.skipIf(!hasRedis)('on a queue', () => {
  test('workers run the trials, and end at SIGTERM', async () => {
    const server = await startRedis();
    const worker = spawn(process.execPath, [CLI, 'worker', STUDIES, '--url', server.url, '--workers', '1']);
    children.push(worker);
    await said(worker, "takes trials of test/sweep/studies.mjs from the queue 'regulus'");
    const { stdout } = run('sweep', STUDIES, 'slowNumbers', '--trials', '20', '--url', server.url);
    expect(stdout).toContain(await table({ trials: 20 }));
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    expect(await ended).toBe(0);
    await server.kill();
  });
});
