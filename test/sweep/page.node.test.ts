import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// As it is built, which is what the page loads.
import { gateway, logUniform, search, type SearchOptions } from '../../dist/sweep.js';
import { hasChromium, launched, serve, WITHOUT } from '../package/browser.js';
import { averaged } from './averaged.mjs';
import { freePort } from './server.js';
import * as studies from './studies.mjs';

const token = 'sixteen characters or more';
/** A page that gives its time. It notes the gaps between its frames, in milliseconds. */
const PAGE = (port: number) => `<!doctype html><title>a</title><script type="module">
  import { joinSweep } from '/dist/sweep.js';
  import { training } from '/test/sweep/training.js';
  window.jobs = [];
  window.gaps = [];
  let last = performance.now();
  requestAnimationFrame(function turn(now) { gaps.push(now - last); last = now; requestAnimationFrame(turn); });
  joinSweep('ws://127.0.0.1:${port}', { token: '${token}', studies: { training }, onJob: (job) => jobs.push(job) })
    .catch((error) => { document.title = error.message; });
</script>`;

describe.skipIf(!hasChromium)(`a page joins${hasChromium ? '' : `: ${WITHOUT}`}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'page-'));
  const servers: Server[] = [];
  let browser: Browser;
  beforeAll(async () => {
    browser = await launched();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) server.close();
    rmSync(home, { recursive: true });
  });

  test('finishes the trials of a search and the shards of rounds, and stays responsive', async () => {
    const port = await freePort();
    const engine = gateway({ port, token });
    writeFileSync(join(home, 'page.html'), PAGE(port));
    const { origin, server } = await serve(['.', home]);
    servers.push(server);
    const page = await browser.newPage();
    await page.goto(`${origin}/page.html`);
    const space = { rate: logUniform(1e-3, 1e-1), units: logUniform(2, 2) };
    const options = { trials: 9, method: 'halving', seed: 3 } as SearchOptions;
    const there = await search('training', space, { ...options, engine } as never);
    expect(there).toEqual(await search(studies.training, space, options as never));
    expect(await averaged(engine)).toEqual(await averaged());
    const found = await page.evaluate(() => {
      const { jobs, gaps } = globalThis as unknown as { jobs: { study: string }[]; gaps: number[] };
      return { title: document.title, jobs: jobs.map(({ study }) => study), gaps };
    });
    expect(found.title).toBe('a');
    // Nine trials, three that go on, and one more; three rounds of 16 shards.
    expect(found.jobs.filter((study) => study === 'training')).toHaveLength(13);
    expect(found.jobs.filter((study) => study === 'regulus.federated')).toHaveLength(48);
    const gaps = found.gaps.slice(5).sort((a, b) => a - b);
    expect(gaps[Math.floor(gaps.length / 2)]).toBeLessThan(60);
    expect(gaps.at(-1)).toBeLessThan(500);
  }, 60_000);
});
