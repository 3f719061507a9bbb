import type { Server } from 'node:http';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../../playground/session.js';
import { stateOf } from '../../playground/state.js';
import { planeEngine } from '../../playground/tabs/plane/engine.js';
import { PLANE } from '../../playground/tabs/plane/spec.js';
import { hasBrowser } from '../../tools/hosts.mjs';
import { serve } from '../package/browser.js';
import { type Webkit, webkit } from '../support/webkit.js';

const STEPS = 100;
/** The hash after so many steps of the first preset, as the engine computes it here. */
const HASH = ((session: Session) => {
  session.reset(stateOf(PLANE, 'spirals'));
  session.advance(STEPS);
  return session.hash();
})(new Session(planeEngine()));

describe.skipIf(!hasBrowser('webkit'))('in WebKitGTK', () => {
  let browser: Webkit;
  let cdn: string;
  const servers: Server[] = [];
  beforeAll(async () => {
    browser = await webkit();
    const { origin, server } = await serve(['dist'], { 'access-control-allow-origin': '*' });
    servers.push(server);
    cdn = origin;
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) server.close();
  });
  /** Opens a page of another origin than the element's. */
  async function open(html: string, headers: Record<string, string> = {}): Promise<void> {
    const { origin, server } = await serve(['test/playground/pages'], headers, () => html.replaceAll('CDN', cdn));
    servers.push(server);
    await browser.goto(`${origin}/page.html`);
  }
  const poll = <T>(expression: string) => expect.poll(() => browser.evaluate<T>(expression), { timeout: 30_000 });
  /** Makes the steps in the page, and waits for their hash. */
  async function stepped(): Promise<string> {
    await browser.evaluate(`void customElements.whenDefined('regulus-playground').then(async () => {
      const element = document.querySelector('regulus-playground');
      element.autoplay = false;
      await element.reset();
      await element.step(${STEPS});
      window.hash = await element.hash();
    })`);
    await poll("window.hash ?? ''").not.toBe('');
    return browser.evaluate('window.hash');
  }
  const notes = (): Promise<string> =>
    browser.evaluate(
      "[...document.querySelector('regulus-playground').shadowRoot.querySelectorAll('.note')].map((note) => note.textContent).join()",
    );
  const ELEMENT = `<!doctype html><title>a</title><script type="module" src="CDN/playground.js"></script>
    <regulus-playground preset="spirals"></regulus-playground>`;
  const policy = (more: string): Record<string, string> => ({
    'content-security-policy': `default-src 'none'; script-src ${cdn} 'wasm-unsafe-eval'; connect-src ${cdn}; ${more}`,
  });

  test.each([
    ['from another origin', () => ({}), false],
    // A worker from a blob may import nothing from another origin here, where the page has a policy.
    ['under a policy that allows workers from blobs, in the page itself', () => policy('worker-src blob:'), true],
    ['under a policy without workers, in the page itself', () => policy("worker-src 'none'"), true],
  ])('%s', { timeout: 90_000 }, async (_, headers, inPage) => {
    await open(ELEMENT, headers());
    expect(await stepped()).toBe(HASH);
    expect((await notes()).includes('may not start a worker')).toBe(inPage);
  });

  test('loads the digits from another origin', { timeout: 90_000 }, async () => {
    await open(ELEMENT.replace('spirals', 'digits'));
    await stepped();
    await poll("document.querySelector('regulus-playground').frame?.arrays.image?.length").toBe(64);
  });

  test('in a frame that is a sandbox, and hears what reveal.js says', { timeout: 90_000 }, async () => {
    await open(`<!doctype html><title>a</title><script>
      window.heard = [];
      addEventListener('message', ({ data }) => heard.push(data));
    </script><iframe sandbox="allow-scripts" src="CDN/playground.html#preset=decay" width="900" height="600"></iframe>`);
    const say = (message: unknown) =>
      browser.evaluate(
        `void document.querySelector('iframe').contentWindow.postMessage(${JSON.stringify(message)}, '*')`,
      );
    await poll('heard.some(({ context }) => context === "iframe.resize")').toBe(true);
    await say({ regulus: 1, type: 'state', state: 'preset=overfitting&seed=3' });
    await poll('heard.find(({ type }) => type === "state")?.state').toBe('v=1&tab=plane&preset=overfitting&seed=3');
    await say('slide:start');
    await poll('heard.some(({ type, step }) => type === "progress" && step > 0)').toBe(true);
    await say('slide:stop');
    await poll('heard.findLast(({ type }) => type === "progress").running').toBe(false);
  });

  test('the single page, opened as a file, trains in a worker, and has its digits with it', {
    timeout: 90_000,
  }, async () => {
    await browser.goto(pathToFileURL('dist/playground.html').href);
    expect(await stepped()).toBe(HASH);
    expect(await notes()).not.toContain('may not start a worker');
    await browser.evaluate("void (document.querySelector('regulus-playground').preset = 'digits')");
    await poll("document.querySelector('regulus-playground').frame?.arrays.image?.length").toBe(64);
  });
});
