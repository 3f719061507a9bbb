import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { environment as env, hasRuntime, RUNTIMES } from '../../tools/hosts.mjs';
import { RESUMED } from './resumed.js';
import { ANSWERED } from './saved.js';
import { EXPECTED, THREADS } from './training.js';

/** No process may have to be ended by force. */
const timeout = 60_000;
const printed = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { env, timeout, encoding: 'utf8' }).trim();
const everywhere = [ANSWERED, RESUMED, ...THREADS.map((count) => `${count} ${EXPECTED}`)].join('\n');

test.for(Object.entries(RUNTIMES))(
  'a saved pipeline, a resumed training and a seeded one give the same bits in %s',
  { timeout },
  ([name, runtime], { skip }) => {
    skip(!hasRuntime(name), `${name} is not installed: npm ci --prefix tools/runtimes --ignore-scripts`);
    expect(printed(runtime.program, ...runtime.flags, 'test/universal/print.mjs')).toBe(everywhere);
  },
);

const { program } = RUNTIMES['Node 24'];
test('and in a place that lets no code be made from text', { timeout }, ({ skip }) => {
  skip(!hasRuntime('Node 24'), 'Node 24 is not installed: npm ci --prefix tools/runtimes --ignore-scripts');
  expect(printed(program, '--disallow-code-generation-from-strings', 'test/universal/print.mjs')).toBe(everywhere);
});
test('relaxed SIMD is another build on the same memory, and can be left again', ({ skip }) => {
  skip(!hasRuntime('Node 24'), 'Node 24 is not installed: npm ci --prefix tools/runtimes --ignore-scripts');
  const found: unknown = JSON.parse(printed(program, 'test/universal/relaxed.mjs'));
  expect(found).toEqual({ relaxed: true, close: true, equal: false, back: true });
});
