import type { Server } from 'node:http';
import { type Browser, chromium, firefox } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../examples/browser/serve.mjs';
import { BROWSERS as PLACES, hasBrowser } from '../../tools/hosts.mjs';
import { webkit } from '../support/webkit.js';
import { type Point, STROKES } from './strokes.js';

/** Clicks through the page in examples/browser: trains, draws each digit, reads the predictions. */
interface Visitor {
  goto(url: string): Promise<unknown>;
  click(selector: string): Promise<unknown>;
  evaluate<T>(expression: string): Promise<T>;
  drag(points: readonly Point[]): Promise<unknown>;
  close(): Promise<unknown>;
}

async function visitor(launched: Promise<Browser>): Promise<Visitor> {
  const browser = await launched;
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  return {
    goto: (url) => page.goto(url),
    click: (selector) => page.click(selector),
    evaluate: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    async drag(points) {
      await page.mouse.move(points[0].x, points[0].y);
      await page.mouse.down();
      for (const { x, y } of points.slice(1)) await page.mouse.move(x, y);
      await page.mouse.up();
    },
    close: () => browser.close(),
  };
}

const [CHROMIUM] = PLACES.chromium;
const [FIREFOX] = PLACES.firefox;
const BROWSERS = [
  {
    name: 'Chromium',
    installed: hasBrowser('chromium'),
    open: () => visitor(chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })),
  },
  {
    name: 'Firefox',
    installed: hasBrowser('firefox'),
    open: () => visitor(firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX })),
  },
  { name: 'WebKitGTK', installed: hasBrowser('webkit'), open: webkit },
];

let server: Server;
let url: string;
beforeAll(async () => {
  server = await serve();
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/examples/browser/`;
});
afterAll(() => {
  server.close();
});

describe.each(BROWSERS)('$name', ({ name, installed, open }) => {
  test('a digit that is drawn is read', { timeout: 180_000 }, async ({ skip }) => {
    skip(!installed, `${name} is not installed`);
    const page = await open();
    const text = (id: string): Promise<string> => page.evaluate(`document.getElementById('${id}').textContent`);
    try {
      await page.goto(url);
      await until(() => page.evaluate(`document.querySelectorAll('#bars meter').length === 10`));
      await page.click('#train');
      await until(
        async () => (await text('test')) !== '–',
        () => text('status'),
      );
      expect(await text('status')).toBe('Trained. Draw a digit.');
      expect(Number.parseFloat(await text('accuracy'))).toBeGreaterThan(90);
      expect(Number.parseFloat(await text('test'))).toBeGreaterThan(90);

      const pad = await page.evaluate<{ x: number; y: number; width: number }>(
        `(document.getElementById('pad').scrollIntoView({ block: 'center' }),
          document.getElementById('pad').getBoundingClientRect().toJSON())`,
      );
      const read: string[] = [];
      for (const strokes of Object.values(STROKES)) {
        await page.evaluate(`document.getElementById('clear').click()`);
        await until(async () => (await text('prediction')) === '–');
        for (const stroke of strokes) await page.drag(stroke.map(({ x, y }) => at(pad, x, y)));
        await until(async () => (await text('prediction')) !== '–');
        await page.evaluate(
          `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(0))))`,
        );
        read.push(await text('prediction'));
      }
      expect(read.filter((digit, i) => digit === String(i)).length, read.join(' ')).toBeGreaterThanOrEqual(9);
    } finally {
      await page.close();
    }
  });
});

/** A position in percent of the pad as a point in the window. */
const at = (pad: { x: number; y: number; width: number }, x: number, y: number): Point => ({
  x: pad.x + (x / 100) * pad.width,
  y: pad.y + (y / 100) * pad.width,
});

/** Waits until a condition holds; `told` adds the output of the page to the error. */
async function until(holds: () => Promise<boolean>, told?: () => Promise<string>): Promise<void> {
  for (let asked = 0; !(await holds()); asked++) {
    if (asked > 600) throw new Error(`the page has not come so far${told ? `: ${await told()}` : ''}`);
    await new Promise((again) => setTimeout(again, 100));
  }
}
