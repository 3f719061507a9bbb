import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { hasServer, SERVERS } from '../../tools/hosts.mjs';

/** Whether there is a Redis to test with. The configuration of the tests tells how to install it, and refuses to run without where nothing may be missing. */
export const hasRedis = hasServer('redis');

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** A Redis server of the tests' own. With a folder it keeps an append-only file there, and can be started again. */
export async function startRedis(
  port?: number,
  folder?: string,
): Promise<{ url: string; port: number; kill(): Promise<void> }> {
  const own = port ?? (await freePort());
  const keeps =
    folder === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder];
  const child = spawn(SERVERS.redis, [
    '--port',
    String(own),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
    ...keeps,
  ]);
  await said(child, 'Ready to accept connections');
  return { url: `redis://127.0.0.1:${own}`, port: own, kill: () => killed(child) };
}

/** Waits until a program has printed a text. */
export function said(child: ChildProcess, text: string): Promise<void> {
  let all = '';
  return new Promise((resolve, reject) => {
    const hear = (piece: Buffer): void => {
      all += piece;
      if (all.includes(text)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', (code) => reject(new Error(`ended with ${code} before it said '${text}': ${all}`)));
  });
}

/** Ends a program as a power cut would. */
export function killed(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
