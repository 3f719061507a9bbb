import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environment as env, RUNTIMES } from '../../tools/hosts.mjs';

const SCRIPTS = [
  { name: 'Node', program: process.execPath, words: ['examples/node/classify.mjs'], atLeast: 0.9 },
  {
    name: 'Deno',
    program: RUNTIMES.Deno.program,
    words: [...RUNTIMES.Deno.flags, '--config', 'examples/deno/deno.json', 'examples/deno/spirals.ts'],
    atLeast: 0.95,
  },
  { name: 'Bun', program: RUNTIMES.Bun.program, words: ['examples/bun/digits.ts'], atLeast: 0.9 },
];

for (const { name, program, words, atLeast } of SCRIPTS)
  test(`the example for ${name} learns`, { timeout: 60_000 }, ({ skip }) => {
    skip(!existsSync(program), `${name} is not installed: npm ci --prefix tools/runtimes --ignore-scripts`);
    const printed = execFileSync(program, words, { env, encoding: 'utf8' });
    const accuracy = Number(/test accuracy (0\.\d+|1\.0+)\s*$/.exec(printed)?.[1]);
    expect(accuracy).toBeGreaterThanOrEqual(atLeast);
  });

test('the example for Node takes a table of yours, and saves the model', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  const file = join(folder, 'model.safetensors');
  execFileSync(process.execPath, ['examples/node/classify.mjs', 'examples/node/iris.csv', 'species', file]);
  expect(statSync(file).size).toBeGreaterThan(500);
  rmSync(folder, { recursive: true });
});
