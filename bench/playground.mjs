// Measures how far frames of the playground are apart while it trains at full speed, in Chromium: half of them, 95 %, and the longest gap.
// A busy machine makes gaps longer, so that the load of the last minute, by core, stands beside, and how long the page's own thread has
// computed for a frame, which no load changes. `npm run build` comes before:
// node bench/playground.mjs [frames]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { availableParallelism, loadavg } from 'node:os';
import { chromium } from 'playwright';

const FRAMES = Number(process.argv[2] ?? 300);
/** What is run, and long enough. */
const STATES = [
  'preset=overfitting&epochs=2000',
  'preset=twins&epochs=2000',
  'preset=bent&epochs=2000',
  'preset=race',
  'preset=attacked&epochs=300',
];
/** The goals on a machine that does nothing else. */
const [MOST, LONGEST] = [20, 100];

const server = createServer(async ({ url }, response) => {
  if (url === '/') {
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end(
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="playground.js"></script><regulus-playground></regulus-playground>',
    );
  }
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
async function gaps({ state, frames }) {
  await customElements.whenDefined('regulus-playground');
  const element = document.querySelector('regulus-playground');
  element.state = state;
  element.pace = 'full';
  await element.reset();
  void element.run();
  const found = [];
  await new Promise((resolve) => {
    let last;
    const turn = (now) => {
      if (last !== undefined) found.push(now - last);
      last = now;
      if (!element.running) void element.run();
      if (found.length < frames) requestAnimationFrame(turn);
      else resolve();
    };
    requestAnimationFrame(turn);
  });
  await element.pause();
  return found.sort((a, b) => a - b);
}

let missed = false;
const load = () => (loadavg()[0] / availableParallelism()).toFixed(1);
for (const state of STATES) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const computed = async () =>
    (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
  await page.evaluate(gaps, { state, frames: 20 });
  const before = await computed();
  const found = await page.evaluate(gaps, { state, frames: FRAMES });
  const own = (1000 * ((await computed()) - before)) / FRAMES;
  const at = (share) => found[Math.min(found.length - 1, Math.floor(share * found.length))].toFixed(1);
  const cells = [
    `half ${at(0.5)} ms`,
    `95 % ${at(0.95)} ms`,
    `longest ${at(1)} ms`,
    `computed ${own.toFixed(1)} ms`,
    `load ${load()}`,
  ];
  console.log(state.padEnd(32), cells.join('   '));
  missed ||= Number(at(0.95)) >= MOST || Number(at(1)) >= LONGEST;
  await page.close();
}
await browser.close();
server.close();
if (missed) console.log(`the goals are 95 % below ${MOST} ms and none above ${LONGEST}, with no other load`);
