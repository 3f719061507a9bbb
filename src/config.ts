/** The name of a factory and its arguments, from which files and workers rebuild its result. */
export interface Config {
  readonly name: string;
  /** The arguments by name. Positional ones come first, in their order. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Set for a user's own function or object, which no file or worker can rebuild. */
  readonly own?: 'function';
}
export interface Configured {
  readonly config: Config;
}

/** The objects that factories of the library have made, and their configurations. A name is not enough: a user's own
 *  layer may have the same one, and a copy such as `{ ...nn.relu(), call }` has the configuration but is something
 *  else. */
const known = /*#__PURE__*/ new WeakMap<object, Config>();

/** Registers an object that a factory of the library has made. Every factory returns its result through this function:
 *  nothing else is rebuilt from its name. */
export function made<T extends Configured>(thing: T): T {
  const config: { options: Config['options'] } = thing.config;
  if (!Object.isFrozen(config)) {
    // A configuration describes the call and cannot be changed: files and workers would rebuild something else.
    config.options = Object.freeze({ ...config.options });
    Object.freeze(config);
  }
  known.set(thing, thing.config);
  known.set(thing.config, thing.config);
  return thing;
}
/** Whether the library has made this object, or the object with this configuration. */
export const isMade = (thing: object): boolean => {
  const config = known.get(thing);
  return config !== undefined && config === ('config' in thing ? thing.config : thing);
};

/** The configuration of a part, to be put into that of the whole. A part without one gets one with this name. If the
 *  library has not made the part, the result is an unregistered copy. */
export const configOf = (part: Partial<Configured>, name = nameOf(part)): Config => {
  const { config } = part;
  if (config && isMade(part)) return config;
  return config?.name ? { ...config, options: { ...config.options } } : { name, options: {}, own: 'function' };
};
const nameOf = (part: object): string => String((part as { name?: unknown }).name || 'function');

/** A function that carries its configuration. */
export const configured = <F extends (...args: never[]) => unknown>(
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: F,
): F & Configured => made(Object.assign(f, { config: { name, options } }));
