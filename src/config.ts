/** What a factory was called with: files and workers rebuild its result from this. */
export interface Config {
  readonly name: string;
  /** What stands before the options object comes first, in the order of the arguments. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A function or object of the user's own, which no file or worker can make again. */
  readonly own?: 'function';
}
export interface Configured {
  readonly config: Config;
}

/** What the library's factories made, and its configurations. A name says too little: a layer of one's own may bear the same, and a copy
 *  such as `{ ...nn.relu(), call }` has the configuration without being what it describes. */
const known = /*#__PURE__*/ new WeakMap<object, Config>();

/** Notes that a factory of the library made this. Every factory returns its result through here: nothing else is rebuilt from its name. */
export function made<T extends Configured>(thing: T): T {
  const config: { options: Config['options'] } = thing.config;
  if (!Object.isFrozen(config)) {
    // What it was called with is said, not set: files and workers would make something else of it.
    config.options = Object.freeze({ ...config.options });
    Object.freeze(config);
  }
  known.set(thing, thing.config);
  known.set(thing.config, thing.config);
  return thing;
}
/** Whether the library made this, or made what has this configuration. */
export const isMade = (thing: object): boolean => {
  const config = known.get(thing);
  return config !== undefined && config === ('config' in thing ? thing.config : thing);
};

/** The configuration of a part, for that of the whole, or one by this name for what has none. What the library did not make has a copy
 *  there, which is not known. */
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
