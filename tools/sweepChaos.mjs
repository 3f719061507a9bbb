// The long form of test/sweep/chaos.node.test.ts: node tools/sweepChaos.mjs [trials] [kills]. Three workers run a search on a Redis of
// its own, while workers, the server and the search are killed in turn; then the table is compared with that of one process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choice, search, uniform } from '../dist/sweep.js';
import { numbers } from '../test/sweep/studies.mjs';
import { SERVERS } from './hosts.mjs';

const [trials, kills] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 10)];
const MS = 60;
const folder = mkdtempSync(join(tmpdir(), 'sweep-chaos-'));
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const url = `redis://127.0.0.1:${port}`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const said = (child, text) =>
  new Promise((resolve) => {
    let all = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece) => {
        all += piece;
        if (all.includes(text)) resolve();
      });
  });
const killed = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });

const startServer = async () => {
  const child = spawn(SERVERS.redis, [
    ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    ...['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'],
  ]);
  await said(child, 'Ready to accept connections');
  return child;
};
const startWorker = async () => {
  const child = spawn(process.execPath, ['test/sweep/worker.mjs', url, '2', '1']);
  await said(child, 'ready');
  return child;
};
const startSearch = async () => {
  const child = spawn(process.execPath, [
    'test/sweep/search.mjs',
    url,
    'slowNumbers',
    JSON.stringify({ trials }),
    `${MS}`,
  ]);
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  const table = new Promise((resolve) =>
    child.once('exit', (code) => resolve(code === 0 ? text.trimEnd() : undefined)),
  );
  await said(child, 'heard of a trial');
  return { child, table };
};

const began = performance.now();
let server = await startServer();
const workers = await Promise.all([startWorker(), startWorker(), startWorker()]);
let searching = await startSearch();
for (let kill = 0; kill < kills; kill++) {
  await pause(1000);
  if (kill % 5 === 3) {
    await killed(server);
    await pause(200);
    server = await startServer();
  } else if (kill % 5 === 4) {
    await killed(searching.child);
    searching = await startSearch();
  } else {
    await killed(workers[kill % 3]);
    workers[kill % 3] = await startWorker();
  }
}
const table = await searching.table;
const seconds = (performance.now() - began) / 1000;
const expected = (await search(numbers, { x: uniform(0, 1), ms: choice([MS]) }, { trials })).table();
console.log(
  `${trials} trials of ${MS} ms, ${kills} kills: ${seconds.toFixed(0)} s; the table is ${table === expected ? 'the same' : 'another'}`,
);
await Promise.all([...workers, server].map(killed));
rmSync(folder, { recursive: true });
process.exitCode = table === expected ? 0 : 1;
