import { UnsupportedError } from '../index.js';
import { installed } from './host.js';

export type Connection = import('ioredis').Redis;

/** Seconds in a day. */
export const DAYS = 86_400;
/** Milliseconds in which a server must answer. */
const PATIENCE = 2500;

type Packages = readonly [typeof import('bullmq'), typeof import('ioredis')];
/** The packages that a queue needs. */
export function packages(where: string): { readonly bullmq: Packages[0]; readonly ioredis: Packages[1] } {
  const names = ['bullmq', 'ioredis'];
  const [bullmq, ioredis] = installed<Packages>(where, 'redis', names, '; without them, use threads({ module })');
  return { bullmq, ioredis };
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
