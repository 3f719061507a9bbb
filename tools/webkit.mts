import { defineBrowserProvider } from '@vitest/browser';
import { openWebkit, type Session } from './webkit-driver.mjs';

/** A browser of vitest's that is WebKitGTK, as Debian has it. It opens pages and closes them, and does nothing in them by itself. */
class WebKit {
  readonly name = 'webkitgtk';
  readonly supportsParallelism = false;
  readonly initScripts: string[] = [];
  #session?: Session;

  getSupportedBrowsers(): readonly string[] {
    return ['webkit'];
  }
  getCommandsContext(): Record<string, unknown> {
    return {};
  }
  async openPage(_: string, url: string): Promise<void> {
    // Without this variable the browser has no shared memory even on pages that are isolated.
    this.#session ??= await openWebkit({ JSC_useSharedArrayBuffer: '1' });
    await this.#session.send('POST', '/url', { url });
  }
  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }
}

export const webkit = () =>
  defineBrowserProvider({
    name: 'webkitgtk',
    supportedBrowser: ['webkit'],
    options: {},
    providerFactory: () => new WebKit() as never,
  } as never);
