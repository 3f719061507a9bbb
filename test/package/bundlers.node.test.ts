import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasChromium, launched, serve, titleOf, WITHOUT } from './browser.js';
import { stateOf } from '../../playground/state.js';
import { DIGITS } from '../../playground/tabs/digits/spec.js';
import { sessionOf } from '../playground/engines.js';
import { expected, HERE, program } from './inWorker.js';
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

/** Which bundlers find the worker's file, and what users of the others do. */
const WORKERS = [
  ...['vite6', 'vite7', 'vite', 'webpack', 'parcel'].map((bundler) => ({ bundler, how: 'as it comes', here: false })),
  { bundler: 'esbuildWorker', how: 'with one more entry', here: false },
  { bundler: 'rollupWorker', how: 'with a copy of the file', here: false },
  ...['esbuild', 'esbuildScript', 'rollup'].map((bundler) => ({ bundler, how: 'as it comes', here: true })),
];
for (const { bundler, how, here } of WORKERS)
  test(`a program trains ${here ? 'in the page for want of' : 'in'} a worker, built with ${bundler} ${how}`, async ({
    skip,
  }) => {
    if (!consumer || !browser) return skip(reason);
    const folder = join(consumer.folder, `${bundler}-worker`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'page.js'), program());
    execFileSync(process.execPath, ['tools/consumers/build.mjs', bundler, join(folder, 'page.js'), folder]);
    const out = join(folder, 'out');
    const page = join(out, 'index.html');
    const type = bundler === 'esbuildScript' ? '' : 'type="module" ';
    if (!existsSync(page))
      writeFileSync(page, `<!doctype html><meta charset="utf-8"><script ${type}src="main.js"></script>`);
    const { origin, server } = await serve([out]);
    try {
      const [answer, ...warnings] = (await titleOf(await browser.newPage(), `${origin}/index.html`)).split(HERE);
      expect(answer).toBe(await expected());
      expect(warnings).toHaveLength(here ? 1 : 0);
    } finally {
      server.close();
    }
  }, 120000);

for (const bundler of ['vite6', 'vite7', 'vite', 'webpack', 'parcel'])
  test(`the playground trains in its worker on data that its page loads, built with ${bundler} as it comes`, async ({
    skip,
  }) => {
    if (!consumer || !browser) return skip(reason);
    const folder = join(consumer.folder, `${bundler}-playground`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'page.js'), readFileSync('test/package/programs/playground.js'));
    execFileSync(process.execPath, ['tools/consumers/build.mjs', bundler, join(folder, 'page.js'), folder]);
    const out = join(folder, 'out');
    const page = join(out, 'index.html');
    if (!existsSync(page))
      writeFileSync(page, '<!doctype html><meta charset="utf-8"><body><script type="module" src="main.js"></script>');
    const session = await sessionOf('digits');
    session.reset(stateOf(DIGITS, 'digits'));
    session.advance(5);
    const { origin, server } = await serve([out]);
    try {
      const title = await titleOf(await browser.newPage(), `${origin}/index.html`);
      expect(title).toBe(`${session.hash()} in a worker`);
    } finally {
      server.close();
    }
  }, 120000);
