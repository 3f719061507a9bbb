import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const installed = 'tools/runtimes/node_modules';
const firstOf = (...paths: string[]): string => paths.find((path) => existsSync(path)) ?? paths[0];
const deno = `${installed}/@deno/linux-x64-glibc/deno`;
const bun = firstOf(`${installed}/@oven/bun-linux-x64/bin/bun`, `${installed}/@oven/bun-linux-x64-baseline/bin/bun`);

const SCRIPTS = [
  { name: 'Node', program: process.execPath, words: ['examples/node/classify.mjs'], atLeast: 0.9 },
  {
    name: 'Deno',
    program: deno,
    words: ['run', '--cached-only', '--no-prompt', '--config', 'examples/deno/deno.json', 'examples/deno/spirals.ts'],
    atLeast: 0.95,
  },
  { name: 'Bun', program: bun, words: ['examples/bun/digits.ts'], atLeast: 0.9 },
];

for (const { name, program, words, atLeast } of SCRIPTS)
  test(`the example for ${name} learns`, { timeout: 60_000 }, ({ skip }) => {
    skip(!existsSync(program), `${name} is not installed: npm ci --prefix tools/runtimes`);
    const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1' };
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
