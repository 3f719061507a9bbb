import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = '/usr/bin/chromium';

/** Serves files of folders, the first that has them, and an empty page. */
function served(...folders: string[]): Promise<Server> {
  const server = createServer(async ({ url = '/' }, response) => {
    const found = folders.map((folder) => join(folder, url)).find((path) => url !== '/' && existsSync(path));
    if (url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    else if (found) response.writeHead(200, { 'content-type': 'text/javascript' }).end(await readFile(found));
    else response.writeHead(404).end();
  });
  return new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server)));
}

describe.skipIf(!existsSync(executablePath))('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  const servers: Server[] = [];
  const pageOf = async (...folders: string[]): Promise<Page> => {
    const server = await served(...folders);
    servers.push(server);
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return page;
  };
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    folder = await mkdtemp(join(tmpdir(), 'regulus-worker-'));
  });
  afterAll(async () => {
    await browser.close();
    for (const server of servers) server.close();
    await rm(folder, { recursive: true });
  });

  /** A module for the page: a training without end, whose first epoch and result the page keeps. */
  const endless = `
    import { adam, crossEntropy, datasets, nn } from '/index.js';
    import { trainInWorker } from '/worker.js';
    const model = nn.sequential([nn.dense(4), nn.tanh(), nn.dense(3)]);
    const options = { loss: crossEntropy(), optimizer: adam(), epochs: 1e6 };
    const training = trainInWorker(model, datasets.spirals({ n: 60, seed: 1 }), options);
    globalThis.begun = training[Symbol.asyncIterator]().next();
    globalThis.ended = training.result.then(() => 'it ended', String);`;
  const run = (page: Page, content: string) => page.addScriptTag({ type: 'module', content });
  const ended = (page: Page): Promise<string> =>
    page.evaluate(() => (globalThis as unknown as { ended: Promise<string> }).ended);

  test('a worker that dies without a word is an error', async () => {
    const page = await pageOf('dist');
    await run(page, endless);
    await page.waitForFunction(() => 'ended' in globalThis);
    await page.evaluate(() => (globalThis as unknown as { begun: Promise<unknown> }).begun);
    // It may be gone before it can answer.
    const closing = page.workers()[0].evaluate(() => (globalThis as unknown as Worker & { close(): void }).close());
    closing.catch(() => undefined);
    expect(await ended(page)).toBe('WorkerError: trainInWorker: the worker died before training ended');
  });

  test('vite makes a chunk of the worker', { timeout: 60_000 }, async () => {
    const entry = join(folder, 'entry.js');
    await writeFile(
      entry,
      `import { nn, adam, mse, dataset } from '${resolve('dist/index.js')}';
       import { trainInWorker } from '${resolve('dist/worker.js')}';
       const data = dataset({ x: [[0], [1], [2]], y: [[0.5], [1.5], [2.5]] });
       const { result } = trainInWorker(nn.sequential([nn.dense(1)]), data, { loss: mse(), optimizer: adam(), epochs: 3 });
       globalThis.ended = result.then(({ run }) => run.report().split(',')[0], String);`,
    );
    const outDir = join(folder, 'built');
    await build({
      root: folder,
      logLevel: 'silent',
      configFile: false,
      build: { outDir, minify: false, rolldownOptions: { input: entry, output: { entryFileNames: 'app.js' } } },
    });
    const page = await pageOf(outDir);
    await run(page, "import '/app.js'");
    await page.waitForFunction(() => 'ended' in globalThis);
    expect(await ended(page)).toBe('3 epochs: all epochs made');
  });
});
