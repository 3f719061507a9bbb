import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, firefox } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launched, serve, titleOf, WITHOUT } from './browser.js';
import { expected, HERE, program } from './inWorker.js';

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
/** Pages of other origins may import it. */
const CDN = { 'access-control-allow-origin': '*' };
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const esbuild = existsSync('tools/consumers/node_modules/esbuild');

describe.each(Object.entries(BROWSERS).filter(([, { path }]) => existsSync(path)))('in %s', (_, { launch }) => {
  let browser: Browser;
  const opened: Server[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of opened) server.close();
    rmSync(folder, { recursive: true });
  });
  /** The origin of a server. */
  const served = async (...given: Parameters<typeof serve>): Promise<string> => {
    const { origin, server } = await serve(...given);
    opened.push(server);
    return origin;
  };
  const page = (script: string): string =>
    `<!doctype html><meta charset="utf-8"><script type="module" src="${script}"></script>`;
  /** What a program of these entries answers, on a page with these headers; files of `folders` stand beside it. */
  const answer = async (text: string, folders: string[], headers: Record<string, string> = {}): Promise<string> => {
    writeFileSync(join(folder, 'program.js'), text);
    writeFileSync(join(folder, 'program.html'), page('program.js'));
    return titleOf(await browser.newPage(), `${await served([folder, ...folders], headers)}/program.html`);
  };

  test('a worker of the package starts from another origin', { timeout: 60_000 }, async () => {
    const cdn = await served(['dist'], CDN);
    expect(await answer(program(`${cdn}/index.js`, `${cdn}/worker.js`), [])).toBe(await expected());
  });

  const own = program('./index.js', './worker.js');
  test.each<[string, () => Promise<string>]>([
    ['its policy allows no workers', () => answer(own, ['dist'], { 'content-security-policy': "worker-src 'none'" })],
    [
      'its policy allows none from another origin',
      async () => {
        const cdn = await served(['dist'], CDN);
        const policy = { 'content-security-policy': "worker-src 'self'" };
        return answer(program(`${cdn}/index.js`, `${cdn}/worker.js`), [], policy);
      },
    ],
    [
      'the worker’s file is not there',
      async () => {
        const lost = mkdtempSync(join(folder, 'lost-'));
        for (const name of ['index.js', 'worker.js']) copyFileSync(`dist/${name}`, join(lost, name));
        return answer(own, [lost]);
      },
    ],
  ])('trainInWorker trains in the page where %s', { timeout: 60_000 }, async (_, answered) => {
    const [rest, ...warnings] = (await answered()).split(HERE);
    expect(rest).toBe(await expected());
    expect(warnings).toHaveLength(1);
  });

  test.skipIf(!esbuild)('trainInWorker trains in a page that is a file', { timeout: 60_000 }, async () => {
    writeFileSync(join(folder, 'file.js'), program(resolve('dist/index.js'), resolve('dist/worker.js')));
    execFileSync('tools/consumers/node_modules/.bin/esbuild', [
      join(folder, 'file.js'),
      '--bundle',
      '--log-level=error',
      `--outfile=${join(folder, 'classic.js')}`,
    ]);
    const html = '<!doctype html><meta charset="utf-8"><script src="classic.js"></script>';
    writeFileSync(join(folder, 'file.html'), html);
    const title = await titleOf(await browser.newPage(), pathToFileURL(join(folder, 'file.html')).href);
    expect(title.split(HERE)[0]).toBe(await expected());
    expect(title.split(HERE)).toHaveLength(2);
  });

  const threads = (entry: string): string =>
    readFileSync('test/package/programs/threads.js', 'utf8').replace("'ENTRY'", `'${entry}'`);
  test.each([
    ['no policy', {}],
    ['a policy for blobs', { 'content-security-policy': 'worker-src blob:' }],
    ['a policy for data', { 'content-security-policy': 'worker-src data:' }],
  ])('threads of a package from another origin, under %s', { timeout: 60_000 }, async (_, policy) => {
    const cdn = await served(['dist'], CDN);
    const text = threads(`${cdn}/index.js`);
    expect(await answer(text, [], { ...ISOLATED, ...policy })).toBe('2 threads, the same bits, no reason');
  });
  test('threads of a package from its own origin', { timeout: 60_000 }, async () => {
    const policy = { 'content-security-policy': "worker-src 'self'" };
    const answered = await answer(threads('./index.js'), ['dist'], { ...ISOLATED, ...policy });
    expect(answered).toBe('2 threads, the same bits, no reason');
  });
});
