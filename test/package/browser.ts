import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';

const executablePath = '/usr/bin/chromium';
export const hasChromium = existsSync(executablePath);
export const WITHOUT = 'there is no /usr/bin/chromium';

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

/** A plain server, like a CDN. Folders are searched in turn; `changed` may change a text before it is sent. */
export async function serve(
  folders: readonly string[],
  headers: Record<string, string> = {},
  changed = (text: string): string => text,
): Promise<{ origin: string; server: Server }> {
  const server = createServer(({ url }, response) => {
    const path = new URL(url as string, 'http://host').pathname;
    const file = folders.map((folder) => join(folder, path)).find((name) => path !== '/' && existsSync(name));
    if (file === undefined) return response.writeHead(404).end();
    response.writeHead(200, { ...headers, 'content-type': TYPES[extname(file)] ?? 'application/json' });
    return response.end(extname(file) === '.wasm' ? readFileSync(file) : changed(readFileSync(file, 'utf8')));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { origin: `http://127.0.0.1:${address.port}`, server };
}

export const launched = (): Promise<Browser> => chromium.launch({ executablePath, args: ['--no-sandbox'] });

/** Waits for the title of a page, and returns it; if it stays empty, the output of the page. */
export async function titleOf(page: Page, url: string): Promise<string> {
  const printed: string[] = [];
  page.on('console', (message) => printed.push(message.text()));
  page.on('pageerror', (error) => printed.push(String(error)));
  await page.goto(url);
  await page
    .waitForFunction(() => document.title !== '', undefined, { timeout: 20000 })
    .catch(() => {
      throw new Error(`${url} gave nothing: ${printed.join('; ')}`);
    });
  return page.title();
}
