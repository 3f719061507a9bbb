import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';

const CLI = 'dist/cli.js';

test('regulus playground prints its address, and serves the page and the element', { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [CLI, 'playground', '--port', '0', '--no-open']);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const address = String(line).trim();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  for (const [path, type, part] of [
    ['', 'text/html', '<regulus-playground'],
    ['?a=1', 'text/html', '<regulus-playground'],
    ['playground.html', 'text/html', '<regulus-playground'],
    ['playground.js', 'text/javascript', 'regulus-playground'],
    ['playgroundWorker.js', 'text/javascript', 'serve'],
    ['playgroundDigits.js', 'text/javascript', 'pixels'],
  ]) {
    const response = await fetch(address + path);
    expect(response.headers.get('content-type')).toContain(type);
    expect(await response.text()).toContain(part);
  }
  for (const path of ['nothing', '../package.json', 'cli.js'])
    expect((await fetch(address + path)).status, path).toBe(404);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test('a port that is taken is a wrong use where it was asked for', { timeout: 30_000 }, async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'playground', '--port', String(port), '--no-open'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  server.close();
  expect(status).toBe(2);
  expect(stderr).toContain(`--port is ${port}, which cannot be used`);
});

test.each([
  [['--port', '70000'], "--port is '70000'; it must be a whole number from 0 to 65535"],
  [['--port'], '--port is missing its value'],
  [['--no-open=yes'], "--no-open is 'yes'; it must be without a value"],
  [['--opne'], 'unknown option --opne'],
  [['file.csv'], 'the playground takes no files'],
])('regulus playground %s', (words, message) => {
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'playground', ...words], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
