import { checkKeys, DataError, OptionError, refuse } from '../index.js';
import { installed } from './host.js';
import type { Store } from './store.js';

export interface S3Options {
  /** The name of the bucket, which exists. */
  bucket: string;
  /** The address of the service. Default: that of AWS in the region; others are 'https://….r2.cloudflarestorage.com' or 'http://127.0.0.1:9000'. */
  endpoint?: string;
  /** Default 'us-east-1'. */
  region?: string;
  /** What stands before the names of objects, such as 'regulus/'. Default ''. */
  prefix?: string;
  /** The key, of which the second part is secret. Default: those of the environment, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
  accessKeyId?: string;
  secretAccessKey?: string;
  sessionToken?: string;
}
const TEXTS = ['bucket', 'endpoint', 'region', 'prefix', 'accessKeyId', 'secretAccessKey', 'sessionToken'] as const;

/** The option `store` of `redis` and `worker`: a bucket of S3, or of a service that speaks like it. Objects are named by the hash of their bytes, and nothing
 *  removes them: give the bucket a rule that ends them after some days.
 *
 *  It needs the package aws4fetch, which is not installed with this one: `npm install aws4fetch`; UnsupportedError where it is missing. Where
 *  the service does not answer or refuses, a DataError tells its reason. Throws an OptionError for wrong options.
 *  @example
 *  import { s3 } from 'regulus/sweep'
 *  const store = () => s3({ bucket: 'trainings', region: 'eu-central-1', prefix: 'regulus/' })
 *  console.log(typeof store) */
export function s3(options: S3Options): Store {
  const where = 's3';
  checkKeys(where, options, TEXTS, true);
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {};
  const { bucket } = options;
  const region = options.region ?? 'us-east-1';
  const prefix = options.prefix ?? '';
  const endpoint = options.endpoint ?? `https://s3.${region}.amazonaws.com`;
  const accessKeyId = options.accessKeyId ?? env.AWS_ACCESS_KEY_ID;
  const secretAccessKey = options.secretAccessKey ?? env.AWS_SECRET_ACCESS_KEY;
  const sessionToken = options.sessionToken ?? env.AWS_SESSION_TOKEN;
  for (const [name, value] of Object.entries({ bucket, endpoint, region, prefix }))
    if (typeof value !== 'string' || (!value && name !== 'prefix')) refuse(where, name, value, 'a text');
  if (!/^https?:\/\/./.test(endpoint)) refuse(where, 'endpoint', endpoint, "an address such as 'https://example.org'");
  for (const [name, value] of Object.entries({ accessKeyId, secretAccessKey, sessionToken }))
    if (
      name === 'sessionToken' ? value !== undefined && typeof value !== 'string' : typeof value !== 'string' || !value
    )
      // What was given is a secret, or nearly one.
      throw new OptionError(`${where}: ${name} must be a text; give it, or set the variables of the environment`);
  const [{ AwsClient }] = installed<[typeof import('aws4fetch')]>(where, 's3', ['aws4fetch']);
  const client = new AwsClient({
    accessKeyId: accessKeyId as string,
    secretAccessKey: secretAccessKey as string,
    ...(sessionToken && { sessionToken }),
    service: 's3',
    region,
    retries: 4,
  });
  const address = (key: string): string => [endpoint.replace(/\/$/, ''), bucket, `${prefix}${key}`].join('/');

  /** Asks the service; undefined where there is no such object. */
  async function ask(method: 'GET' | 'PUT', key: string, body?: Uint8Array): Promise<Response | undefined> {
    const refused = (why: string, cause?: unknown): never => {
      throw new DataError(`${where}: ${method} ${address(key)}: ${why}`, { cause });
    };
    const answer: Response = await client
      .fetch(address(key), { method, ...(body && { body: body as Uint8Array<ArrayBuffer> }) })
      .catch((error: Error) => refused((error.cause as Error | undefined)?.message ?? error.message, error));
    if (answer.ok) return answer;
    const text = await answer.text();
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';
    return code === 'NoSuchKey' ? undefined : refused(`${answer.status} ${code}`.trim());
  }
  return {
    async get(key) {
      const answer = await ask('GET', key);
      return answer && new Uint8Array(await answer.arrayBuffer());
    },
    async put(key, bytes) {
      await ask('PUT', key, bytes);
    },
  };
}
