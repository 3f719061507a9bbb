import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasChromium, launched, serve, titleOf, WITHOUT } from './browser.js';
import { type Stranger, stranger } from './stranger.js';

const installed = existsSync('tools/consumers/node_modules');
const reason = installed ? WITHOUT : 'the bundlers are not installed: npm ci --prefix tools/consumers --ignore-scripts';

/** Which bundlers find `new URL('./base.wasm', import.meta.url)` in the package and copy the file. With the others,
 *  users copy it. */
const ROWS = [
  { bundler: 'vite', entry: 'regulus', copies: false },
  { bundler: 'vite', entry: 'regulus/external', copies: true },
  { bundler: 'rollup', entry: 'regulus', copies: false },
  { bundler: 'webpack', entry: 'regulus', copies: false },
  { bundler: 'webpack', entry: 'regulus/external', copies: true },
  { bundler: 'esbuild', entry: 'regulus', copies: false },
];

let consumer: Stranger | undefined;
let browser: Browser | undefined;
beforeAll(async () => {
  if (!installed || !hasChromium) return;
  consumer = stranger();
  browser = await launched();
}, 120000);
afterAll(async () => {
  await browser?.close();
  consumer?.remove();
});

for (const { bundler, entry, copies } of ROWS)
  test(`a program that imports ${entry} trains, built with ${bundler}`, async ({ skip }) => {
    if (!consumer || !browser) return skip(reason);
    // Within the consumer's folder, so that its node_modules are found.
    const folder = join(consumer.folder, `${bundler}-${entry.replace('/', '-')}`);
    mkdirSync(folder);
    for (const name of ['xor.js', 'page.js']) {
      const text = readFileSync(`test/package/programs/${name}`, 'utf8');
      writeFileSync(join(folder, name), text.replace("'ENTRY'", `'${entry}'`));
    }
    execFileSync(process.execPath, ['tools/consumers/build.mjs', bundler, join(folder, 'page.js'), folder]);
    const out = join(folder, 'out');
    const names = readdirSync(out, { recursive: true, encoding: 'utf8' });
    expect(names.some((name) => name.endsWith('.wasm'))).toBe(copies);
    writeFileSync(
      join(out, 'index.html'),
      '<!doctype html><meta charset="utf-8"><script type="module" src="main.js"></script>',
    );
    const { origin, server } = await serve([out]);
    try {
      expect(await titleOf(await browser.newPage(), `${origin}/index.html`)).toBe('learned, relaxed true');
    } finally {
      server.close();
    }
  }, 120000);

for (const bundler of ['vite6', 'vite7', 'vite', 'webpack'])
  test(`a program trains in a worker, built with ${bundler} as it comes`, async ({ skip }) => {
    if (!consumer || !browser) return skip(reason);
    const folder = join(consumer.folder, `${bundler}-worker`);
    mkdirSync(folder);
    const program = readFileSync('test/package/programs/inWorker.js', 'utf8');
    writeFileSync(
      join(folder, 'page.js'),
      program.replace("'ENTRY'", "'regulus'").replace("'WORKER'", "'regulus/worker'"),
    );
    execFileSync(process.execPath, ['tools/consumers/build.mjs', bundler, join(folder, 'page.js'), folder]);
    const out = join(folder, 'out');
    writeFileSync(
      join(out, 'index.html'),
      '<!doctype html><meta charset="utf-8"><script type="module" src="main.js"></script>',
    );
    const { origin, server } = await serve([out]);
    try {
      expect(await titleOf(await browser.newPage(), `${origin}/index.html`)).toBe('3 epochs: all epochs made');
    } finally {
      server.close();
    }
  }, 120000);
