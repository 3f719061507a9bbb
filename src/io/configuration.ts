import { type Config, configOf, type Configured, isMade } from '../config.js';
import { FormatError, UnsupportedError } from '../errors.js';
import * as init from '../init/index.js';
import { nearest } from '../options.js';
import * as nn from '../nn/index.js';
import { refuseDeep } from '../nn/walk.js';
import { elasticNet, l1, l2 } from '../regularize/penalties.js';

/** The placeholder in a configuration for a value that the library did not make: its name, or 'function'. */
interface Own {
  readonly own: string;
}
const WAY_OUT = 'build the model in code, and load the file into it';

type Options = Readonly<Record<string, unknown>>;
const isRecord = (x: unknown): x is Options => typeof x === 'object' && x !== null && !Array.isArray(x);
const isConfig = (x: Options): x is Options & Config =>
  Object.hasOwn(x, 'name') && typeof x.name === 'string' && Object.hasOwn(x, 'options') && isRecord(x.options);
const isOwn = (x: Options): x is Options & Own => Object.hasOwn(x, 'own') && typeof x.own === 'string';
const isConfigured = (x: object): x is Configured => 'config' in x;
const isPlain = (x: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(x));

/** The deepest nesting of values that is followed; a model inside a model takes several levels. */
const DEEPEST = 1000;

/** Converts a configuration to plain JSON values. A value that the library did not make is replaced by its name, and cannot be rebuilt from that. */
export function toJson(value: unknown, where = 'toJson', depth = 0): unknown {
  refuseDeep(depth, DEEPEST, `${where}: `);
  const inner = (x: unknown): unknown => toJson(x, where, depth + 1);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return value;
  if (isConfigured(value)) return inner(configOf(value));
  if (typeof value === 'function') return { own: 'function' } satisfies Own;
  if (isConfig(value as Options) && !isMade(value)) {
    const { own, name } = value as Config;
    return { own: own ?? name } satisfies Own;
  }
  if (!isPlain(value)) return { own: value.constructor.name } satisfies Own;
  return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, inner(x)]));
}

export type Factory = (...args: unknown[]) => unknown;
/** Factories by name: an ES module's namespace. */
export type Space = Readonly<Record<string, unknown>>;

/** How configurations of one origin, such as a file or a message to a worker, are rebuilt. */
export interface Source {
  /** Names are looked up in these, in this order, and nowhere else. */
  readonly spaces: readonly Space[];
  /** The number of leading entries of a configuration that are passed to the factory one by one; the rest become its options object. */
  leading(factory: Factory, entries: readonly string[]): number;
  /** The error for a value of the user's own, which a configuration cannot hold. The message is the path followed by `what`. */
  own(path: string, what: string): Error;
  /** The error for a name that no space has. */
  unknown(path: string, name: string): Error;
}

/** The factories of which models consist: layers, initializers, and the penalties that layers take. */
export const LAYERS: readonly Space[] = [nn, init, { elasticNet, l1, l2 }];
/** Layers take their arguments without a default before the options object. */
export const bySignature: Source['leading'] = (factory) => factory.length;

const FILE: Source = {
  spaces: LAYERS,
  leading: bySignature,
  own: (path, what) => new UnsupportedError(`${path} ${what}, which a file cannot hold: ${WAY_OUT}`),
  unknown: (_, name) => {
    const near = nearest(name, [...Object.keys(nn), ...Object.keys(init)]);
    const hint = near === undefined ? '' : ` (the nearest is '${near}')`;
    return new FormatError(`the file names '${name}', which this version does not have${hint}; ${WAY_OUT}`);
  },
};

function called(path: string, { name, options }: Config, source: Source): unknown {
  const factory = source.spaces.find((space) => Object.hasOwn(space, name))?.[name];
  if (typeof factory !== 'function') throw source.unknown(path, name);
  const entries = Object.entries(options);
  const count = source.leading(
    factory as Factory,
    entries.map(([key]) => key),
  );
  const first = entries.slice(0, count).map(([, value]) => value);
  const rest = Object.fromEntries(entries.slice(count));
  return (factory as Factory)(...first, ...(Object.keys(rest).length ? [rest] : []));
}

/** Rebuilds what a configuration describes, and all configurations inside other values; by default the layer or model of
 *  a file. `path` is what messages call it. */
export function rebuilt(value: unknown, path = 'the model', source = FILE): unknown {
  if (Array.isArray(value)) return value.map((x, i) => rebuilt(x, `${path}[${i}]`, source));
  if (!isRecord(value)) return value;
  if (isOwn(value))
    throw source.own(path, `is a ${value.own === 'function' ? 'function' : `'${value.own}'`} of your own`);
  const inner = (options: Options): Options =>
    Object.fromEntries(Object.entries(options).map(([key, x]) => [key, rebuilt(x, `${path}.${key}`, source)]));
  if (!isConfig(value)) return inner(value);
  const { name, options } = value;
  if (name === 'defineModel') throw source.own(path, 'was made by defineModel, whose function is your own');
  return called(path, { name, options: inner(options) }, source);
}
