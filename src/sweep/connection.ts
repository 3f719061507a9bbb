import { UnsupportedError } from '../index.js';
import { builtin } from './host.js';

export type Connection = import('ioredis').Redis;

/** Seconds in a day. */
export const DAYS = 86_400;
/** Milliseconds in which a server must answer. */
const PATIENCE = 2500;

interface Packages {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: typeof import('ioredis');
}

/** The packages that a queue needs, loaded when it is asked for. Bundlers do not see this, and nobody else has to install them. */
export function packages(where: string): Packages {
  const require = builtin('node:module', where, 'redis').createRequire(import.meta.url);
  try {
    return { bullmq: require('bullmq') as Packages['bullmq'], ioredis: require('ioredis') as Packages['ioredis'] };
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new UnsupportedError(
      `${where}: redis needs the packages bullmq and ioredis: npm install bullmq ioredis; without them, use threads({ module })`,
      { cause },
    );
  }
}

/** A connection that is open, and comes back by itself when it is lost later. */
export async function connected(where: string, url: string): Promise<Connection> {
  const { Redis } = packages(where).ioredis;
  let open = false;
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (open ? Math.min(100 * times, 2000) : null),
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise((resolve, reject) => {
      // The first error tells more than that the connection was closed because of it.
      client.on('error', reject);
      timer = setTimeout(() => reject(new Error('no answer')), PATIENCE);
      client
        .connect()
        .then(() => client.ping())
        .then(resolve, () => setTimeout(reject, 10, new Error('the connection was closed')));
    });
    open = true;
    return client;
  } catch (cause) {
    client.disconnect();
    const { message, code } = cause as { message?: string; code?: string };
    const why = message || code;
    const place = withoutPassword(url);
    throw new UnsupportedError(
      /NOAUTH|WRONGPASS/.test(String(why))
        ? `${where}: the Redis at ${place} wants another password (${why}); give it in the url: redis://:password@host:6379`
        : `${where}: there is no Redis at ${place} (${why}); start one: redis-server --appendonly yes --maxmemory-policy noeviction; or use threads({ module })`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');

/** The version of this library: machines with different ones would not agree on bits. */
export async function version(where: string): Promise<string> {
  const { readFile } = builtin('node:fs/promises', where, 'redis');
  const here = import.meta.url;
  const file = new URL(here.endsWith('.ts') ? '../../package.json' : '../package.json', here);
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}
