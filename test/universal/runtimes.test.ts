import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXPECTED } from './training.js';

const installed = 'tools/runtimes/node_modules';
// Deno needs no permission at all: the module is inlined.
const RUNTIMES = [
  { name: 'Deno', program: `${installed}/@deno/linux-x64-glibc/deno`, flags: ['run', '--cached-only', '--no-prompt'] },
  { name: 'Bun', program: `${installed}/@oven/bun-linux-x64-baseline/bin/bun`, flags: [] },
  { name: 'Node 22', program: `${installed}/node22/bin/node`, flags: ['--no-warnings'] },
  { name: 'Node 24', program: `${installed}/node24/bin/node`, flags: [] },
  {
    name: 'a place that lets no code be made from text',
    program: `${installed}/node24/bin/node`,
    flags: ['--disallow-code-generation-from-strings'],
  },
];

for (const { name, program, flags } of RUNTIMES)
  test(`a seeded training gives the same bits in ${name}`, ({ skip }) => {
    skip(!existsSync(program), `${name} is not installed: npm ci --prefix tools/runtimes`);
    const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1' };
    const printed = execFileSync(program, [...flags, 'test/universal/print.mjs'], { env, encoding: 'utf8' });
    expect(printed.trim()).toBe(EXPECTED);
  });

test('relaxed SIMD is another build on the same memory, and can be left again', ({ skip }) => {
  const { program } = RUNTIMES.find(({ name }) => name === 'Node 24') as (typeof RUNTIMES)[number];
  skip(!existsSync(program), 'Node 24 is not installed: npm ci --prefix tools/runtimes');
  const printed = execFileSync(program, ['test/universal/relaxed.mjs'], { encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual({ relaxed: true, close: true, equal: false, back: true });
});
