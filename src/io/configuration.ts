import type { Config, Configured } from '../config.js';
import { FormatError, UnsupportedError } from '../errors.js';
import * as init from '../init/index.js';
import { nearest } from '../options.js';
import * as nn from '../nn/index.js';
import { l1, l2 } from '../regularize/penalties.js';

/** What stands in a file for a function of the user's own. */
const OWN = { own: 'function' } as const;
const WAY_OUT = 'build the model in code, and load the file into it';

type Options = Readonly<Record<string, unknown>>;
const isRecord = (x: unknown): x is Options => typeof x === 'object' && x !== null && !Array.isArray(x);
const isConfig = (x: Options): x is Options & Config =>
  Object.hasOwn(x, 'name') && typeof x.name === 'string' && Object.hasOwn(x, 'options') && isRecord(x.options);
const isOwn = (x: Options): boolean => Object.hasOwn(x, 'own') && x.own === OWN.own;
const isConfigured = (x: unknown): x is Configured =>
  ((typeof x === 'object' && x !== null) || typeof x === 'function') && Object.hasOwn(x, 'config');

/** A configuration as JSON can hold it. */
export function toJson(value: unknown): unknown {
  if (isConfigured(value)) return toJson(value.config);
  if (typeof value === 'function') return OWN;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, toJson(x)]));
}

/** What layers take of other places. */
const penalties = { l1, l2 };

type Factory = (...args: unknown[]) => unknown;

function called({ name, options }: Config): unknown {
  const space = [nn, init, penalties].find((names) => Object.hasOwn(names, name)) as Options | undefined;
  const factory = space?.[name];
  if (typeof factory !== 'function')
    throw new FormatError(
      `the file names '${name}', which this version does not have (the nearest is '${nearest(name, [...Object.keys(nn), ...Object.keys(init)])}'); ${WAY_OUT}`,
    );
  // What a factory takes before its options object stands first in its configuration, in the same order.
  const entries = Object.entries(options);
  const first = entries.slice(0, factory.length).map(([, value]) => value);
  const rest = Object.fromEntries(entries.slice(factory.length));
  return (factory as Factory)(...first, ...(Object.keys(rest).length ? [rest] : []));
}

/** The options with everything configured in them rebuilt. */
function revived(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((x, i) => revived(x, `${path}[${i}]`));
  if (!isRecord(value)) return value;
  if (isOwn(value))
    throw new UnsupportedError(`${path} is a function of your own, which a file cannot hold: ${WAY_OUT}`);
  const inner = (options: Options): Options =>
    Object.fromEntries(Object.entries(options).map(([key, x]) => [key, revived(x, `${path}.${key}`)]));
  if (!isConfig(value)) return inner(value);
  const { name, options } = value;
  if (name === 'defineModel')
    throw new UnsupportedError(`${path} was made by defineModel, whose function a file cannot hold: ${WAY_OUT}`);
  return called({ name, options: inner(options) });
}

/** The layer or model that a configuration describes. Names are looked up among the factories of `nn` and `init` only. */
export const rebuilt = (config: unknown): unknown => revived(config, 'the model');
