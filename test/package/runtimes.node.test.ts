import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stranger, stranger } from './stranger.js';

const runtimes = resolve('tools/runtimes/node_modules');
/** Runs in the folder where the package is installed, with the least permissions. */
const ROWS = [
  { name: 'this Node', program: process.execPath, flags: [] },
  {
    name: 'Node where no code may be made from text',
    program: process.execPath,
    flags: ['--disallow-code-generation-from-strings'],
  },
  { name: 'Node 22', program: `${runtimes}/node22/bin/node`, flags: [] },
  { name: 'Node 24', program: `${runtimes}/node24/bin/node`, flags: [] },
  { name: 'Node 26', program: `${runtimes}/node26/bin/node`, flags: [] },
  { name: 'Bun', program: `${runtimes}/@oven/bun-linux-x64-baseline/bin/bun`, flags: [] },
  {
    name: 'Deno',
    program: `${runtimes}/@deno/linux-x64-glibc/deno`,
    flags: ['run', '--node-modules-dir=manual', '--cached-only', '--no-prompt'],
  },
];
const README = readFileSync('README.md', 'utf8').match(/```js\n([\s\S]*?)```/)?.[1] as string;

let consumer: Stranger;
beforeAll(() => {
  consumer = stranger();
  consumer.write('first.mjs', README);
  consumer.write(
    'external.mjs',
    "import { tensor } from 'regulus/external';\nconsole.log(tensor([1, 2]).square().sum().item());\n",
  );
}, 120000);
afterAll(() => consumer?.remove());

for (const { name, program, flags } of ROWS) {
  const run = (file: string, ...more: string[]): string =>
    execFileSync(program, [...flags, ...more, file], {
      cwd: consumer.folder,
      env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' },
      encoding: 'utf8',
    });
  const missing = `${name} is not installed: npm ci --prefix tools/runtimes --ignore-scripts`;

  test(`the README's first model trains in ${name}`, ({ skip }) => {
    skip(!existsSync(program), missing);
    const accuracy = Number(run('first.mjs').match(/accuracy: ([\d.]+)/)?.[1]);
    expect(accuracy).toBeGreaterThan(0.95);
  }, 120000);

  test(`regulus/external reads its file in ${name}`, ({ skip }) => {
    skip(!existsSync(program), missing);
    // The one permission that it needs.
    expect(run('external.mjs', ...(name === 'Deno' ? ['--allow-read'] : [])).trim()).toBe('5');
  }, 60000);
}
