import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { defineBrowserProvider } from '@vitest/browser';
import { BROWSERS } from './hosts.mjs';

const [driver, browser, screen] = BROWSERS.webkit;

/** A browser of vitest's that is WebKitGTK, as Debian has it: driven by WebDriver, on a screen that nobody sees. */
class WebKit {
  readonly name = 'webkitgtk';
  readonly supportsParallelism = false;
  readonly initScripts: string[] = [];
  #started: ChildProcess[] = [];
  #base = '';
  #session?: string;

  getSupportedBrowsers(): readonly string[] {
    return ['webkit'];
  }
  getCommandsContext(): Record<string, unknown> {
    return {};
  }
  async openPage(_: string, url: string): Promise<void> {
    if (!this.#session) await this.#start();
    await this.#ask('POST', `/session/${this.#session}/url`, { url });
  }
  async close(): Promise<void> {
    if (this.#session) await this.#ask('DELETE', `/session/${this.#session}`).catch(() => undefined);
    this.#session = undefined;
    for (const process of this.#started.reverse()) process.kill();
    this.#started = [];
  }

  async #start(): Promise<void> {
    // Without this variable the browser has no shared memory even on pages that are isolated.
    const env: NodeJS.ProcessEnv = { ...process.env, JSC_useSharedArrayBuffer: '1' };
    if (!env.DISPLAY && !env.WAYLAND_DISPLAY) env.DISPLAY = await this.#display();
    const port = await freePort();
    this.#base = `http://127.0.0.1:${port}`;
    this.#started.push(spawn(driver, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' }));
    await this.#until(() => this.#ask('GET', '/status'));
    const options = { binary: browser, args: ['--automation'] };
    const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } };
    const { sessionId } = (await this.#ask('POST', '/session', { capabilities })) as { sessionId: string };
    this.#session = sessionId;
  }

  /** A screen's name, such as :99. */
  #display(): Promise<string> {
    return new Promise((resolve, reject) => {
      const args = ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'];
      const child = spawn(screen, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
      this.#started.push(child);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
      child.stdio[3]?.once('data', (number) => resolve(`:${String(number).trim()}`));
    });
  }

  async #until(works: () => Promise<unknown>): Promise<void> {
    for (let tries = 100; ; tries--)
      try {
        await works();
        return;
      } catch (error) {
        if (!tries) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.#base + path, { method, ...(body && { body: JSON.stringify(body), headers }) });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(`WebKitWebDriver ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

export const webkit = () =>
  defineBrowserProvider({
    name: 'webkitgtk',
    supportedBrowser: ['webkit'],
    options: {},
    providerFactory: () => new WebKit() as never,
  } as never);
