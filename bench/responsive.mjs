// Measures how long the main thread of a page is blocked at a time while the digits are trained in a worker, in
// Chromium; less than 50 ms is not noticeable. For comparison, it measures the same training by fit in the main thread,
// and the import of the library. Rounds are repeated: a busy machine makes tasks longer, never shorter. `npm run build`
// comes before: node bench/responsive.mjs [rounds]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { chromium } from 'playwright';

const ROUNDS = Number(process.argv[2] ?? 5);
const LIMIT = 50;
const PAGE = '<!doctype html><link rel="icon" href="data:," /><title>responsive</title>';

const server = createServer(async ({ url }, response) => {
  if (url === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  try {
    const file = await readFile(new URL(`../dist${url}`, import.meta.url));
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(file);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

/** Runs in the page. */
async function measured() {
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
  const calm = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** The longest gaps between timers, and between frames, and the long tasks, while something happens. */
  async function during(work) {
    let busy = true;
    const gaps = { timers: 0, frames: 0 };
    const watch = (name, next) => {
      let last = performance.now();
      const look = () => {
        const now = performance.now();
        gaps[name] = Math.max(gaps[name], now - last);
        last = now;
        if (busy) next(look);
      };
      next(look);
    };
    watch('timers', (look) => setTimeout(look, 0));
    watch('frames', requestAnimationFrame);
    await calm(100);
    gaps.timers = gaps.frames = 0;
    const from = performance.now();
    const result = await work();
    const to = performance.now();
    await calm(300);
    busy = false;
    const within = tasks.filter(({ startTime, duration }) => startTime + duration > from && startTime < to);
    return { result, ms: to - from, ...gaps, long: Math.max(0, ...within.map(({ duration }) => duration)) };
  }

  const imported = await during(() => Promise.all(['/index.js', '/digits.js', '/worker.js'].map((url) => import(url))));
  const [{ nn, adam, accuracy, crossEntropy, earlyStopping, evaluate, fit, split, standardize }, { digits }, worker] =
    imported.result;
  const { train, validation } = split(digits(), { seed: 1 });
  const scale = standardize.fit(train);
  const scaled = scale.apply(train);
  const options = {
    loss: crossEntropy(),
    metrics: accuracy(),
    optimizer: adam(),
    validation: scale.apply(validation),
    epochs: 40,
    stop: earlyStopping({ patience: 40 }),
  };
  const make = () => nn.sequential([nn.dense(128), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.8 }), nn.dense(10)]);
  const [there, here] = [make(), make()];
  let streamed = 0;
  const inWorker = await during(async () => {
    const training = worker.trainInWorker(there, scaled, options);
    for await (const _ of training) streamed++;
    await training.result;
  });
  const inPage = await during(() => fit(here, scaled, options));
  const bits = (model) =>
    model
      .parameters()
      .map(({ get }) => [...new Uint32Array(get().buffer)].join())
      .join();
  const row = ({ ms, timers, frames, long }) => ({ ms, long, timers, frames });
  return {
    equal: bits(here) === bits(there),
    streamed,
    accuracy: evaluate(there, options.validation).accuracy,
    rows: { import: row(imported), trainInWorker: row(inWorker), fit: row(inPage) },
  };
}

const rounds = [];
for (let i = 0; i < ROUNDS; i++) {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  rounds.push(await page.evaluate(measured));
  await page.close();
}
await browser.close();
server.close();

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
console.log('ms, the median of', ROUNDS, 'rounds (the largest):');
for (const phase of ['import', 'trainInWorker', 'fit']) {
  const cells = ['ms', 'long', 'timers', 'frames'].map((name) => {
    const values = rounds.map(({ rows }) => rows[phase][name]);
    return `${{ ms: 'took', long: 'longest task', timers: 'timers late', frames: 'frames apart' }[name]} ${median(values).toFixed(0)} (${Math.max(...values).toFixed(0)})`;
  });
  console.log(phase.padEnd(14), cells.join('   '));
}
console.log('a longest task of 0 is one under 50 ms: browsers report no others');
const { equal, streamed, accuracy } = rounds[0];
console.log({ equal, streamed, accuracy });
const longest = median(rounds.map(({ rows }) => rows.trainInWorker.long));
if (!equal || longest >= LIMIT) process.exitCode = 1;
