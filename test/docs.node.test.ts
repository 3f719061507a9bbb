import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementsOf } from './pictures/xml.js';
import { serve } from '../examples/browser/serve.mjs';
import { type Block, blocksOf, runBlock, type Scope } from './support/blocks.js';

/** The pages of the site are run in reading order: every block of a page sees the declarations of the blocks above
 *  it. */
const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md') && !/^(node_modules|api|\.vitepress)\b/.test(name))
  .sort()
  .map((name) => ({ name, blocks: blocksOf(readFileSync(join('docs', name), 'utf8')) }));
// Of the README the first screen; what stands below needs files and pages.
const [first] = blocksOf(readFileSync('README.md', 'utf8'));
pages.push({ name: 'README.md', blocks: [first] });
const of = (blocks: readonly Block[], ...languages: string[]): Block[] =>
  blocks.filter(({ language }) => languages.includes(language));

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'docs-'));
beforeAll(() => {
  copyFileSync('examples/node/iris.csv', join(folder, 'iris.csv'));
  copyFileSync('test/fixtures/keras/mlp.keras', join(folder, 'model.keras'));
  copyFileSync('test/fixtures/onnx/cnn.onnx', join(folder, 'digits.onnx'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

test('blocks that are marked so make pictures, in a light and a dark version', { timeout: 120_000 }, () => {
  const made = join(folder, 'pictures');
  execFileSync(process.execPath, [join(home, 'docs/tools/pictures.mjs'), made]);
  const marked = pages.flatMap(({ name }) => {
    const found = readFileSync(join(home, 'docs', name.replace(/^README/, '../README')), 'utf8').match(
      /^```js picture$/gm,
    );
    return (found ?? []).map((_, i) => `${name.replace(/^.*[\\/]|\.md$/g, '')}-${i}`);
  });
  expect(marked.length).toBeGreaterThan(30);
  expect(
    readdirSync(made)
      .filter((file) => file.endsWith('.svg') && file !== 'errors.svg')
      .sort(),
  ).toEqual(marked.flatMap((name) => [`${name}-dark.svg`, `${name}-light.svg`]).sort());
  const [light, dark] = ['light', 'dark'].map((theme) => readFileSync(join(made, `${marked[0]}-${theme}.svg`), 'utf8'));
  expect(light).not.toContain('@media');
  expect(light).toContain('fill:#ffffff');
  expect(dark).not.toContain('fill:#ffffff');
  for (const svg of [light, dark]) elementsOf(svg);
});

test('there are guides, and languages that a test knows', () => {
  expect(pages.length).toBeGreaterThan(10);
  const languages = new Set(pages.flatMap(({ blocks }) => blocks.map(({ language }) => language)));
  // Those marked mjs use other libraries: test/formats runs them.
  expect([...languages].filter((language) => !['js', 'mjs', 'html', 'sh', 'json'].includes(language))).toEqual([]);
});

for (const { name, blocks } of pages)
  describe.runIf(of(blocks, 'js').length)(name, () => {
    let scope: Scope = { console: { log: () => undefined, table: () => undefined } };
    for (const { code, line } of of(blocks, 'js'))
      test(`line ${line}`, { timeout: 30_000 }, async () => {
        scope = { ...scope, ...(await runBlock(code, scope)) };
      });
  });

const executablePath = '/usr/bin/chromium';
describe.skipIf(!existsSync(executablePath))('pages in Chromium', () => {
  const written = pages.flatMap(({ name, blocks }) => of(blocks, 'html').map((block) => ({ name, ...block })));
  test.each(written)('$name, line $line', { timeout: 60_000 }, async ({ code }) => {
    const server = await serve();
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const failures: string[] = [];
      page.on('pageerror', ({ message }) => failures.push(message));
      const address = server.address() as { port: number };
      const origin = `http://127.0.0.1:${address.port}`;
      await page.route('**/page.html', (route) => route.fulfill({ contentType: 'text/html', body: code }));
      // As if the package were installed beside the page.
      await page.route('**/node_modules/regulus/**', (route) => {
        const path = new URL(route.request().url()).pathname.replace('/node_modules/regulus/', '');
        return route.fulfill({ path: resolve(home, path), contentType: 'text/javascript' });
      });
      await page.goto(`${origin}/page.html`);
      await page.waitForFunction(() => document.querySelector('output')?.textContent?.includes('accuracy'), undefined, {
        timeout: 40_000,
      });
      expect(failures).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
