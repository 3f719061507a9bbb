import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasChromium, launched, titleOf, WITHOUT } from './browser.js';
import { expected, program } from './inWorker.js';
import { stranger } from './stranger.js';

// Large: only `npm run consumers` installs it.
const next = resolve('tools/frameworks/node_modules/next/dist/bin/next');
const reason = hasChromium ? 'Next is not installed: npm run consumers' : WITHOUT;
const able = hasChromium && existsSync(next);
/** Below its node_modules: Turbopack follows no links out of the project. */
const home = resolve('tools/frameworks/build');
const env = { ...process.env, NODE_ENV: undefined, NEXT_TELEMETRY_DISABLED: '1' };

let browser: Browser | undefined;
let installed: string | undefined;
beforeAll(async () => {
  if (!able) return;
  const consumer = stranger();
  rmSync(home, { recursive: true, force: true });
  installed = join(home, 'node_modules');
  cpSync(join(consumer.folder, 'node_modules/regulus'), join(installed, 'regulus'), { recursive: true });
  consumer.remove();
  browser = await launched();
}, 120_000);
afterAll(async () => {
  await browser?.close();
});

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });

for (const bundler of ['webpack', 'turbopack'])
  test(`a page of Next computes on the server and trains in a worker, built with ${bundler}`, async ({ skip }) => {
    if (!browser) return skip(reason);
    const folder = join(home, bundler);
    cpSync('test/package/programs/next', folder, { recursive: true });
    mkdirSync(join(folder, 'app'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    writeFileSync(join(folder, 'app/program.js'), program());
    const run = { cwd: folder, env };
    execFileSync(process.execPath, [next, 'build', `--${bundler}`], { ...run, stdio: 'pipe' });
    expect(readFileSync(join(folder, '.next/server/app/index.html'), 'utf8')).toContain('<output>5</output>');
    const port = await freePort();
    const server = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', `${port}`], run);
    try {
      await new Promise<void>((ready, fail) => {
        server.stdout.on('data', (text) => /Ready/.test(text) && ready());
        server.once('exit', (code) => fail(new Error(`next start ended with ${code}`)));
      });
      expect(await titleOf(await browser.newPage(), `http://127.0.0.1:${port}/`)).toBe(await expected());
    } finally {
      server.kill();
    }
  }, 300_000);
