import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { type Browser, firefox } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasChromium, launched, serve, titleOf, WITHOUT } from './browser.js';

const LEARNED = 'learned, relaxed true';
const STRICT = {
  'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
};
/** Pages of plain modules: no bundler, no import map. */
const ROWS = [
  { name: 'a page', page: 'page', entry: 'index', headers: {}, answer: LEARNED },
  { name: 'a page, with the kernels in a file', page: 'page', entry: 'external', headers: {}, answer: LEARNED },
  { name: 'a strict policy', page: 'page', entry: 'index', headers: STRICT, answer: LEARNED },
  {
    name: 'a strict policy, with the kernels in a file',
    page: 'page',
    entry: 'external',
    headers: STRICT,
    answer: LEARNED,
  },
  { name: 'a service worker', page: 'asker', entry: 'index', headers: {}, answer: 'learned without Worker' },
];

let browser: Browser | undefined;
const servers: Server[] = [];
beforeAll(async () => {
  if (hasChromium) browser = await launched();
});
afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
});

for (const { name, page, entry, headers, answer } of ROWS)
  test(`the package trains in ${name}`, async ({ skip }) => {
    if (!browser) return skip(WITHOUT);
    const { origin, server } = await serve(['test/package/programs', 'dist'], headers, (text) =>
      text.replace("'ENTRY'", `'./${entry}.js'`),
    );
    servers.push(server);
    expect(await titleOf(await browser.newPage(), `${origin}/${page}.html`)).toBe(answer);
  }, 60000);

const firefoxPath = '/usr/bin/firefox-esr';
const BROWSERS = {
  Chromium: { path: '/usr/bin/chromium', launch: launched },
  Firefox: {
    path: firefoxPath,
    launch: () => firefox.launch({ executablePath: firefoxPath, channel: 'moz-firefox' }),
  },
};
for (const [name, { path, launch }] of Object.entries(BROWSERS))
  test.skipIf(!existsSync(path))(
    `a worker of the package starts from another origin in ${name}`,
    { timeout: 60_000 },
    async () => {
      const cdn = await serve(['dist'], { 'access-control-allow-origin': '*' });
      const page = await serve(['test/package/programs'], {}, (text) =>
        text
          .replace("'ENTRY'", `'${cdn.origin}/index.js'`)
          .replace("'WORKER'", `'${cdn.origin}/worker.js'`)
          .replace('page.js', 'inWorker.js'),
      );
      servers.push(cdn.server, page.server);
      const other = await launch();
      try {
        expect(await titleOf(await other.newPage(), `${page.origin}/page.html`)).toBe('3 epochs: all epochs made');
      } finally {
        await other.close();
      }
    },
  );
