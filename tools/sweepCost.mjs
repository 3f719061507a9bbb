// What a trial and a federated round cost on each engine: node tools/sweepCost.mjs [trials]. Studies are empty, so that only the way is counted.
// Prints trials a second, the processor time of each side in milliseconds, and the heap of the worker after a third, two thirds and all trials.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { adam, crossEntropy, nn } from '../dist/index.js';
import { digits } from '../dist/digits.js';
import { federated, gateway, joinSweep, redis, search, threads, uniform, worker } from '../dist/sweep.js';
import { SERVERS } from './hosts.mjs';

const token = 'sixteen characters or more';
const space = { x: uniform(0, 1) };
export const bowl = ({ x }) => (x - 0.5) * (x - 0.5);

/** A program that works, and answers each line with its processor time and its heap. */
async function work(kind, address) {
  if (kind === 'queue') await worker({ url: address, studies: { bowl }, workers: 16 });
  else joinSweep(address, { token, studies: { bowl } });
  console.log('ready');
  process.stdin.on('data', () => {
    globalThis.gc();
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ ms: (user + system) / 1000, heap: process.memoryUsage().heapUsed / 2 ** 20 }));
  });
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const heard = (child) => new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
const children = [];
async function started(kind, address) {
  const child = spawn(process.execPath, ['--expose-gc', 'tools/sweepCost.mjs', kind, address]);
  children.push(child);
  await heard(child);
  const asked = async () => {
    const answer = heard(child);
    child.stdin.write('\n');
    return JSON.parse(await answer);
  };
  return asked;
}

async function measured(name, engine, asked, trials) {
  await search(engine ? 'bowl' : bowl, space, { trials: 100, seed: 9, ...(engine && { engine }) });
  const first = await asked?.();
  const heaps = [];
  let [seconds, own] = [0, 0];
  for (const seed of [1, 2, 3]) {
    const before = process.cpuUsage();
    const from = performance.now();
    await search(engine ? 'bowl' : bowl, space, { trials: Math.ceil(trials / 3), seed, ...(engine && { engine }) });
    seconds += (performance.now() - from) / 1000;
    const { user, system } = process.cpuUsage(before);
    own += (user + system) / 1000;
    const now = await asked?.();
    if (now) heaps.push(now);
  }
  const works = heaps.length ? `, worker ${((heaps[2].ms - first.ms) / trials).toFixed(2)} ms` : '';
  const heap = heaps.length ? `, its heap ${heaps.map((each) => each.heap.toFixed(1)).join(' → ')} MB` : '';
  console.log(
    `${name}: ${Math.round(trials / seconds)} trials a second, search ${(own / trials).toFixed(2)} ms${works}${heap}`,
  );
}

async function round(name, engine, units, deltas) {
  const model = nn.sequential([nn.dense(units, { activation: 'relu' }), nn.dense(10)]);
  const data = digits().slice(0, 1120);
  const shards = Array.from({ length: 16 }, (_, i) => data.slice(i * 70, i * 70 + 70));
  const options = { loss: crossEntropy(), optimizer: adam(), rounds: 4, localSteps: 5, deltas, engine };
  await federated(model, shards, options);
  const before = process.cpuUsage();
  const from = performance.now();
  await federated(model, shards, options);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${name}, ${model.parameterCount ?? 65 * units + 10 * units + 10} parameters, ${deltas}: ${(ms / 64).toFixed(1)} ms a shard's round, coordinator ${((user + system) / 64_000).toFixed(1)} ms`,
  );
}

async function main() {
  const trials = Number(process.argv[2] ?? 2000);
  const module = new URL(import.meta.url);
  await measured('here', undefined, undefined, trials);
  await measured('threads', threads({ module, workers: 2 }), undefined, trials);
  const port = await freePort();
  const server = spawn(SERVERS.redis, ['--port', String(port), '--save', '', '--appendonly', 'no']);
  children.push(server);
  await heard(server);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const url = `redis://127.0.0.1:${port}`;
  await measured('queue', redis({ url }), await started('queue', url), trials);
  const own = await freePort();
  const pages = gateway({ port: own, token });
  await measured('gateway', pages, await started('page', `ws://127.0.0.1:${own}`), trials);
  for (const units of [16, 1024])
    for (const deltas of ['f32', 'bf16', 'int8']) {
      await round('here', undefined, units, deltas);
      await round('queue', redis({ url }), units, deltas);
      await round('gateway', pages, units, deltas);
    }
  for (const child of children) child.kill();
  process.exit();
}

if (process.argv[1]?.endsWith('sweepCost.mjs') && (await import('node:worker_threads')).isMainThread)
  await (Number.isNaN(Number(process.argv[2] ?? 1)) ? work(process.argv[2], process.argv[3]) : main());
