import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { UsageError } from './kinds.js';
import type { Output } from './output.js';

/** The files that are served, which stand beside the command's own. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['playground.html', 'text/html; charset=utf-8'],
  '/playground.html': ['playground.html', 'text/html; charset=utf-8'],
  '/playground.js': ['playground.js', 'text/javascript; charset=utf-8'],
  '/playgroundWorker.js': ['playgroundWorker.js', 'text/javascript; charset=utf-8'],
  '/playgroundDigits.js': ['playgroundDigits.js', 'text/javascript; charset=utf-8'],
};
const USUAL = 7070;
/** Only this machine can connect. */
const HOST = '127.0.0.1';

/** Serves the playground until the program is asked to end. Prints the address first. */
export async function servePlayground(
  { port, opens }: { readonly port: number | undefined; readonly opens: boolean },
  output: Output,
): Promise<void> {
  const server = createServer(async ({ url = '/', method }, response) => {
    const found = FILES[url.split('?')[0]];
    if (!found || (method !== 'GET' && method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here; the playground is at /\n');
      return;
    }
    const [file, type] = found;
    const text = await readFile(new URL(`./${file}`, import.meta.url));
    // Pages under development on this machine may embed the element.
    response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' });
    response.end(method === 'HEAD' ? undefined : text);
  });
  const open = await listening(server, port);
  const address = `http://${HOST}:${open}/`;
  output.write(`${address}\n`);
  if (opens) show(address);
  await new Promise<void>((ended) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended());
  });
  server.close();
  server.closeAllConnections();
}

/** Listens on the port that was asked for; otherwise on the usual one, or on another if that is taken. */
async function listening(server: Server, port: number | undefined): Promise<number> {
  const on = (tried: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(tried, HOST, () => {
        server.off('error', reject);
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : tried);
      });
    });
  if (port === undefined) return on(USUAL).catch(() => on(0));
  return on(port).catch((error: Error) => {
    throw new UsageError(
      `--port is ${port}, which cannot be used: ${error.message}; leave it out for any that is free`,
    );
  });
}

/** Opens an address in the user's browser, where there is one; the printed address serves all others. */
function show(address: string): void {
  const [program, ...words] = {
    darwin: ['open'],
    win32: ['cmd', '/c', 'start', ''],
  }[process.platform as string] ?? ['xdg-open'];
  const child = spawn(program, [...words, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
