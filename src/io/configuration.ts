import type { Config, Configured } from '../config.js';
import { FormatError, UnsupportedError } from '../errors.js';
import * as init from '../init/index.js';
import { nearest } from '../options.js';
import type { Part } from '../nn/layer.js';
import * as nn from '../nn/index.js';

/** What stands in a file for a function of the user's own. */
const OWN = { own: 'function' } as const;

const isConfig = (x: unknown): x is Config =>
  typeof x === 'object' && x !== null && !Array.isArray(x) && Object.hasOwn(x, 'name') && Object.hasOwn(x, 'options');
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

/** Options that a factory takes before its options object. */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  dense: ['units'],
  constant: ['v'],
  sequential: ['layers'],
};
type Factory = (...args: unknown[]) => unknown;

function called(space: Readonly<Record<string, unknown>>, { name, options }: Config): unknown {
  const factory = Object.hasOwn(space, name) ? space[name] : undefined;
  if (typeof factory !== 'function')
    throw new FormatError(
      `the file names '${name}', which this version does not have; did it mean '${nearest(String(name), Object.keys(space))}'?`,
    );
  const rest: Record<string, unknown> = { ...options };
  const first = (POSITIONAL[name] ?? []).map((key) => {
    const value = rest[key];
    delete rest[key];
    return value;
  });
  return (factory as Factory)(...first, ...(Object.keys(rest).length ? [rest] : []));
}

/** The options with everything configured in them rebuilt. */
function revived(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((x, i) => revived(x, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null) return value;
  if (Object.hasOwn(value, 'own'))
    throw new UnsupportedError(
      `${path} is a function of your own, which a file cannot hold: build the model in code, and load the file into it`,
    );
  if (isConfig(value)) {
    if (value.name === 'defineModel')
      throw new UnsupportedError(
        `${path} was made by defineModel, whose function a file cannot hold: build the model in code, and load the file into it`,
      );
    const options = Object.fromEntries(
      Object.entries(value.options).map(([key, x]) => [key, revived(x, `${path}.${key}`)]),
    );
    const space: Readonly<Record<string, unknown>> = Object.hasOwn(nn, value.name) ? nn : init;
    return called(space, { name: value.name, options });
  }
  return value;
}

/** The layer or model that a configuration describes. */
export const rebuilt = (config: unknown): Part => revived(config, 'the model') as Part;
