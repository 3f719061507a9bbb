import type { Server } from 'node:http';
import { readFileSync } from 'node:fs';
import { chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../examples/browser/serve.mjs';
import { BROWSERS, hasBrowser } from '../../tools/hosts.mjs';
import { fromOnnx } from '../../src/formats/index.js';
import { loadSafetensors, type Model, randomGenerator } from '../../src/index.js';

let server: Server;
beforeAll(async () => {
  server = await serve();
});
afterAll(() => {
  server.close();
});

/** Pictures of a colour, each a little different, as files. */
async function files(page: Page, hue: number): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> {
  const urls = await page.evaluate(
    `Array.from({ length: 6 }, (_, i) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 80, height: 60 });
      const context = canvas.getContext('2d');
      context.fillStyle = \`hsl(\${${hue} + 5 * i} 80% \${40 + 3 * i}%)\`;
      context.fillRect(0, 0, 80, 60);
      return canvas.toDataURL();
    })`,
  );
  return (urls as string[]).map((url, i) => ({
    name: `${i}.png`,
    mimeType: 'image/png',
    buffer: Buffer.from(url.split(',')[1], 'base64'),
  }));
}

async function download(page: Page, button: string): Promise<Uint8Array> {
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return new Uint8Array(readFileSync(await saved.path()));
}

test.skipIf(!hasBrowser('chromium'))(
  'a page is taught two colours, and gives what it has learned',
  { timeout: 120_000 },
  async () => {
    const browser = await chromium.launch({ executablePath: BROWSERS.chromium[0], args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const failures: string[] = [];
      page.on('pageerror', ({ message }) => failures.push(message));
      await page.goto(`http://127.0.0.1:${(server.address() as { port: number }).port}/examples/teach/`);

      // A file that is no network of images is refused in words, and the first one stays.
      await page.setInputFiles('#network', {
        name: 'a.onnx',
        mimeType: '',
        buffer: readFileSync('test/fixtures/onnx/mlp.onnx'),
      });
      await page.waitForFunction(
        `document.getElementById('backbone').textContent.startsWith('This network cannot be used')`,
      );
      await page.setInputFiles('#network', {
        name: 'b.keras',
        mimeType: '',
        buffer: readFileSync('test/fixtures/keras/cnn.keras'),
      });
      await page.waitForFunction(`document.getElementById('backbone').textContent.startsWith('Your network, up to')`);

      for (const [place, name, hue] of [
        [0, 'red', 0],
        [1, 'blue', 220],
      ] as const) {
        await page
          .locator('#kinds .files')
          .nth(place)
          .setInputFiles(await files(page, hue));
        await page.waitForFunction(`document.querySelectorAll('#kinds .count')[${place}].value === '6 pictures'`);
        await page.locator('#kinds .name').nth(place).fill(name);
      }
      await page.click('#train');
      await page.waitForFunction(
        `document.getElementById('status').textContent.startsWith('Trained: right about 100%')`,
      );
      await page.setInputFiles('#try', (await files(page, 215)).slice(0, 1));
      await page.waitForFunction(`document.getElementById('status').textContent.startsWith('blue')`);

      const own = loadSafetensors(await download(page, '#save')) as Model;
      const other = fromOnnx(await download(page, '#onnx'));
      const x = randomGenerator(1).uniform([2, 11, 9, 3]);
      const logits = own.predict(x);
      const probabilities = logits.softmax().data();
      other
        .predict(x)
        .data()
        .forEach((value, i) => expect(value).toBeCloseTo(probabilities[i], 5));
      expect(failures).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
