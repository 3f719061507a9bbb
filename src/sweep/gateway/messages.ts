import { type Job, type Outcome, read } from '../job.js';
import type { Message } from './frames.js';

/** What a page says to a gateway. */
export type FromPage =
  /** The first message: who it is, and what it can do. */
  | {
      readonly kind: 'hello';
      readonly token: string;
      readonly library: string;
      readonly name: string;
      readonly studies: readonly string[];
    }
  | { readonly kind: 'pong' }
  /** Asks for a blob of its job. */
  | { readonly kind: 'get'; readonly id: number; readonly key: string }
  /** The outcome of its job, as text, and the keys of the arrays that come with it. */
  | { readonly kind: 'done'; readonly lease: number; readonly outcome: string; readonly keys: readonly string[] };

/** What a gateway says to a page. */
export type ToPage =
  /** The page may stay. It hears from the gateway more often than every so many seconds. */
  | { readonly kind: 'welcome'; readonly seconds: number }
  /** The page may not stay, or come again. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'job'; readonly lease: number; readonly study: string; readonly job: Job }
  /** A blob as the only array, or no array where there is none. */
  | { readonly kind: 'blob'; readonly id: number };

type Fields = Readonly<Record<string, unknown>>;
const isText = (x: unknown, most = 1000): x is string => typeof x === 'string' && x.length <= most;
const isTexts = (x: unknown): boolean => Array.isArray(x) && x.length <= 1000 && x.every((text) => isText(text));
const KINDS: Readonly<Record<FromPage['kind'], (fields: Fields) => boolean>> = {
  hello: ({ token, library, name, studies }) => [token, library, name].every((x) => isText(x)) && isTexts(studies),
  pong: () => true,
  get: ({ id, key }) => typeof id === 'number' && isText(key),
  done: ({ lease, outcome, keys }) => typeof lease === 'number' && typeof outcome === 'string' && isTexts(keys),
};

/** What a page has said; undefined where it is nothing that a page says. */
export function said({ value }: Message): FromPage | undefined {
  const fields = Object(value) as Fields;
  const { kind } = fields;
  const known = typeof kind === 'string' && Object.hasOwn(KINDS, kind) && KINDS[kind as FromPage['kind']](fields);
  return known ? (value as FromPage) : undefined;
}

/** The outcome that a page tells; undefined where it is none. */
export function outcomeOf(text: string): Outcome | undefined {
  const { state, value, reports, details, reason } = read(text);
  const sound =
    typeof value === 'number' &&
    (state === 'completed' ? Number.isFinite(value) : state === 'pruned' || (state === 'failed' && isText(reason))) &&
    (reports === undefined || Array.isArray(reports)) &&
    (details === undefined || Object.prototype.toString.call(details) === '[object Object]');
  if (!sound) return undefined;
  return {
    state,
    value,
    ...(reports && { reports }),
    ...(details && { details }),
    ...(state === 'failed' && { reason }),
    attempts: 1,
  };
}
