import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { pathToFileURL } from 'node:url';
import { type Browser, firefox, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES } from '../../playground/engines.js';
import { Session } from '../../playground/session.js';
import { stateOf } from '../../playground/state.js';
import { planeEngine } from '../../playground/tabs/plane/engine.js';
import { THEMES } from '../../playground/theme.js';
import { launched, serve } from '../package/browser.js';
import { sessionOf } from './engines.js';

const firefoxPath = '/usr/bin/firefox-esr';
const BROWSERS = {
  Chromium: { path: '/usr/bin/chromium', launch: launched },
  Firefox: { path: firefoxPath, launch: () => firefox.launch({ executablePath: firefoxPath, channel: 'moz-firefox' }) },
};
const CDN = { 'access-control-allow-origin': '*' };

/** The hash after so many steps of the first preset, wherever it runs: as the engine computes it here. */
const STEPS = 100;
const HASH = ((session: Session) => {
  session.reset(stateOf(ENGINES.plane, 'spirals'));
  session.advance(STEPS);
  return session.hash();
})(new Session(planeEngine()));
/** The same of the topic whose data the page loads. */
const OF_DIGITS = await (async () => {
  const session = await sessionOf('digits');
  session.reset(stateOf(ENGINES.digits, 'digits'));
  session.advance(STEPS);
  return session.hash();
})();

/** Whether the page prefers what was asked for. */
const prefers = (page: Page, what: string): Promise<boolean> =>
  page.evaluate((query) => matchMedia(`(prefers-${query})`).matches, what);

describe.each(Object.entries(BROWSERS).filter(([, { path }]) => existsSync(path)))('in %s', (_, { launch }) => {
  let browser: Browser;
  let cdn: string;
  const servers: Server[] = [];
  beforeAll(async () => {
    browser = await launch();
    const { origin, server } = await serve(['dist'], CDN);
    servers.push(server);
    cdn = origin;
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) server.close();
  });
  /** A page of another origin than the element's. */
  async function page(html: string, headers: Record<string, string> = {}): Promise<Page> {
    const { origin, server } = await serve(['test/playground/pages'], headers, () => html.replaceAll('CDN', cdn));
    servers.push(server);
    const opened = await browser.newPage();
    await opened.addInitScript(() => {
      const refused: string[] = [];
      Object.assign(globalThis, { refused });
      addEventListener('securitypolicyviolation', ({ violatedDirective }) => refused.push(violatedDirective));
    });
    await opened.goto(`${origin}/page.html`);
    return opened;
  }
  /** Makes the steps in a page or a frame, and gives the hash. */
  const stepped = (where: Pick<Page, 'evaluate'>, preset = 'spirals'): Promise<string> =>
    where.evaluate(
      async ([steps, preset]) => {
        await customElements.whenDefined('regulus-playground');
        const element = document.querySelector('regulus-playground') as HTMLElement & {
          preset: string;
          step(n: number): Promise<void>;
          pause(): Promise<void>;
          reset(): Promise<void>;
          hash(): Promise<string>;
        };
        element.preset = preset;
        await element.reset();
        await element.step(steps);
        return element.hash();
      },
      [STEPS, preset] as const,
    );
  const ELEMENT = `<!doctype html><title>a</title><script type="module" src="CDN/playground.js"></script>
    <regulus-playground preset="spirals"></regulus-playground>`;
  const policy = (more: string): Record<string, string> => ({
    'content-security-policy': `default-src 'none'; script-src ${cdn} 'wasm-unsafe-eval'; connect-src ${cdn}; ${more}`,
  });

  test('from another origin, by a worker', async () => {
    const opened = await page(ELEMENT);
    expect(await stepped(opened)).toBe(HASH);
    expect(await stepped(opened, 'digits')).toBe(OF_DIGITS);
    expect(await opened.locator('regulus-playground .note').allTextContents()).not.toContain('may not start a worker');
  }, 60_000);

  test('under a policy that allows workers from blobs', async () => {
    const opened = await page(ELEMENT, policy('worker-src blob:'));
    expect(await stepped(opened)).toBe(HASH);
    expect(await stepped(opened, 'digits')).toBe(OF_DIGITS);
  }, 60_000);

  test('needs no styles within its elements, in any topic', async () => {
    const opened = await page(ELEMENT, policy('worker-src blob:'));
    await stepped(opened);
    for (const tab of Object.keys(ENGINES))
      await opened.evaluate(async (name) => {
        const element = document.querySelector('regulus-playground') as HTMLElement & {
          tab: string;
          step(n: number): Promise<void>;
        };
        element.tab = name;
        await element.step(3);
        // Handles are where the styles put them.
        const handle = element.shadowRoot?.querySelector('.pad .handle') as HTMLElement | null;
        if (handle && !/%$/.test(handle.style.left)) throw new Error(`${name}: a handle has no place`);
      }, tab);
    const refused = await opened.evaluate(() => (globalThis as unknown as { refused: string[] }).refused);
    // Browsers look for an icon of the page by themselves.
    expect(refused.filter((directive) => directive !== 'img-src')).toEqual([]);
  }, 60_000);

  test('prints in the light theme, without controls', async ({ skip }) => {
    const opened = await page(ELEMENT);
    await opened.emulateMedia({ colorScheme: 'dark' });
    skip(!(await prefers(opened, 'color-scheme: dark')), 'this browser shows no other media than its own');
    await stepped(opened);
    const seen = (selector: string) =>
      opened.evaluate((query) => {
        const root = document.querySelector('regulus-playground')?.shadowRoot;
        const part = root?.querySelector(query);
        return part ? part.getClientRects().length > 0 : undefined;
      }, selector);
    const background = () =>
      opened.evaluate(() => getComputedStyle(document.querySelector('regulus-playground') as Element).backgroundColor);
    expect([await seen('.toolbar'), await seen('.presets'), await seen('.map .tools button')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(await background()).toBe('rgb(20, 22, 27)');
    await opened.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect([await seen('.toolbar'), await seen('.presets'), await seen('.map .tools button')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([await seen('.look'), await seen('.status'), await seen('#map')]).toEqual([true, true, true]);
    expect(await background()).toBe('rgb(255, 255, 255)');
    const paper = await opened.evaluate(async () => {
      const element = document.querySelector('regulus-playground') as HTMLElement & {
        tab: string;
        step(): Promise<void>;
      };
      element.tab = 'penalties';
      await element.step();
      return element.shadowRoot?.querySelector('.picture svg rect')?.getAttribute('fill');
    });
    expect(paper).toBe(THEMES.light.panel);
  }, 60_000);

  test('begins by itself, but not where less motion is wished', async ({ skip }) => {
    const moving = ELEMENT.replace('preset=', 'autoplay preset=');
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      const opened = await page('<!doctype html><title>a</title>');
      await opened.emulateMedia({ reducedMotion });
      skip(
        !(await prefers(opened, `reduced-motion: ${reducedMotion}`)),
        'this browser has no other wishes than its own',
      );
      await opened.setContent(moving.replace('CDN', cdn));
      const step = () =>
        opened.evaluate(
          () => (document.querySelector('regulus-playground') as unknown as { currentStep: number }).currentStep,
        );
      if (reducedMotion === 'no-preference') await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(0);
      else {
        await opened.waitForFunction(
          () =>
            !document.querySelector('regulus-playground')?.shadowRoot?.querySelector('.main')?.hasAttribute('disabled'),
        );
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect(await step()).toBe(0);
      }
    }
  }, 60_000);

  test('under a policy without workers, in the page itself, and says so', async () => {
    const opened = await page(ELEMENT, policy("worker-src 'none'"));
    expect(await stepped(opened)).toBe(HASH);
    expect(await stepped(opened, 'digits')).toBe(OF_DIGITS);
    expect((await opened.locator('regulus-playground .note').allTextContents()).join()).toContain(
      'may not start a worker',
    );
  }, 60_000);

  test('in a frame that is a sandbox, and hears what reveal.js and its parent say', async () => {
    const opened = await page(`<!doctype html><title>a</title><script>
      window.heard = [];
      addEventListener('message', ({ data }) => heard.push(data));
    </script><iframe sandbox="allow-scripts" src="CDN/playground.html#preset=spirals" width="900" height="600"></iframe>`);
    const frame = opened.frames().find((other) => other !== opened.mainFrame());
    if (!frame) throw new Error('no frame');
    await frame.waitForSelector('regulus-playground');
    await frame.evaluate(() => {
      (document.querySelector('regulus-playground') as unknown as { autoplay: boolean }).autoplay = false;
    });
    expect(await stepped(frame)).toBe(HASH);
    const say = (message: unknown) =>
      opened.evaluate((what) => document.querySelector('iframe')?.contentWindow?.postMessage(what, '*'), message);
    const running = () =>
      frame.evaluate(() => (document.querySelector('regulus-playground') as unknown as { running: boolean }).running);
    await say('slide:start');
    await expect.poll(running, { timeout: 10_000 }).toBe(true);
    await say('slide:stop');
    await expect.poll(running, { timeout: 10_000 }).toBe(false);
    await say({ regulus: 1, type: 'state', state: 'preset=overfitting&seed=3' });
    const heard = () => opened.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard);
    await expect
      .poll(heard, { timeout: 10_000 })
      .toContainEqual({ regulus: 1, type: 'state', state: 'v=1&tab=plane&preset=overfitting&seed=3' });
    expect(await heard()).toContainEqual({ context: 'iframe.resize', height: expect.any(Number) });
    // Others than the parent are not heard.
    await frame.evaluate(() => postMessage('slide:start', '*'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await running()).toBe(false);
  }, 60_000);

  test('as a widget of a notebook', async () => {
    const opened = await page(`<!doctype html><title>a</title><div id="cell"></div><script type="module">
      import widget from 'CDN/playground.js';
      const values = { state: 'preset=liars&seed=4' };
      window.values = values;
      window.end = widget.render({
        model: { get: (key) => values[key], set: (key, value) => { values[key] = value; }, save_changes() {} },
        el: document.querySelector('#cell'),
      });
    </script>`);
    await opened.waitForSelector('regulus-playground');
    await opened.evaluate(async () => {
      const element = document.querySelector('regulus-playground') as unknown as { reset(o: object): Promise<void> };
      await element.reset({ seed: 9 });
    });
    expect(await opened.evaluate(() => (globalThis as unknown as { values: { state: string } }).values.state)).toBe(
      'v=1&tab=plane&preset=liars&seed=9',
    );
    await opened.evaluate(() => (globalThis as unknown as { end(): void }).end());
    expect(await opened.locator('regulus-playground').count()).toBe(0);
  }, 60_000);

  test('the single page asks for nothing else', async () => {
    const opened = await browser.newPage();
    const asked: string[] = [];
    opened.on('request', (request) => asked.push(request.url()));
    await opened.goto(`${cdn}/playground.html`);
    await stepped(opened);
    expect(await stepped(opened, 'digits')).toBe(OF_DIGITS);
    expect(asked.filter((url) => !/^(data|blob):/.test(url))).toEqual([`${cdn}/playground.html`]);
  }, 60_000);

  test('the single page, opened as a file, trains in a worker', async () => {
    const opened = await browser.newPage();
    await opened.goto(pathToFileURL('dist/playground.html').href);
    await opened.evaluate(() => {
      (document.querySelector('regulus-playground') as unknown as { autoplay: boolean }).autoplay = false;
    });
    expect(await stepped(opened)).toBe(HASH);
    expect(await stepped(opened, 'digits')).toBe(OF_DIGITS);
    expect((await opened.locator('regulus-playground .note').allTextContents()).join()).not.toContain(
      'may not start a worker',
    );
  }, 60_000);

  test('frames follow one another while it runs at full speed', async () => {
    const opened = await page(ELEMENT);
    const gaps = await opened.evaluate(async () => {
      await customElements.whenDefined('regulus-playground');
      const element = document.querySelector('regulus-playground') as unknown as {
        pace: string;
        reset(): Promise<void>;
        run(): Promise<void>;
        state: string;
      };
      element.state = 'preset=overfitting&epochs=2000';
      element.pace = 'full';
      await element.reset();
      const found: number[] = [];
      const done = new Promise<void>((resolve) => {
        let last = performance.now();
        const turn = (now: number): void => {
          found.push(now - last);
          last = now;
          if (found.length < 100) requestAnimationFrame(turn);
          else resolve();
        };
        requestAnimationFrame(turn);
      });
      void element.run();
      await done;
      return found.slice(5).sort((a, b) => a - b);
    });
    // The machine may do other things too; the page itself must never wait for the training.
    expect(gaps[Math.floor(gaps.length * 0.5)]).toBeLessThan(60);
    expect(gaps.at(-1)).toBeLessThan(500);
  }, 60_000);
});
