import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { titleOf } from './browser.js';
import { expected, program } from './inWorker.js';

const executablePath = '/usr/bin/chromium';
const MANIFEST = {
  manifest_version: 3,
  name: 'Regulus',
  version: '1',
  background: { service_worker: 'background.js', type: 'module' },
  // Without it extensions compile no WebAssembly.
  content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'" },
};
const BACKGROUND = `
import { xor } from './xor.js';
globalThis.learned = xor({ chunks: false }).catch(String);
`;

let folder: string | undefined;
let context: BrowserContext | undefined;
beforeAll(async () => {
  if (!existsSync(executablePath)) return;
  folder = mkdtempSync(join(tmpdir(), 'extension-'));
  const own = join(folder, 'extension');
  cpSync('dist', join(own, 'dist'), { recursive: true });
  const files = {
    'manifest.json': JSON.stringify(MANIFEST),
    'background.js': BACKGROUND,
    'page.html': '<!doctype html><meta charset="utf-8"><script type="module" src="program.js"></script>',
    'program.js': program('./dist/index.js', './dist/worker.js'),
    'xor.js': readFileSync('test/package/programs/xor.js', 'utf8').replace("'ENTRY'", "'./dist/index.js'"),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    args: ['--no-sandbox', `--disable-extensions-except=${own}`, `--load-extension=${own}`],
    // Playwright's own arguments turn extensions off.
    ignoreDefaultArgs: ['--disable-extensions'],
  });
}, 60_000);
afterAll(async () => {
  await context?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!existsSync(executablePath))(
  'an extension of Chromium trains in its service worker, and its pages in workers',
  { timeout: 60_000 },
  async () => {
    const own = context as BrowserContext;
    const [background = await own.waitForEvent('serviceworker')] = own.serviceWorkers();
    expect(await background.evaluate(() => (globalThis as unknown as { learned: Promise<string> }).learned)).toBe(
      'learned',
    );
    const page = background.url().replace('background.js', 'page.html');
    expect(await titleOf(await own.newPage(), page)).toBe(await expected());
  },
);
