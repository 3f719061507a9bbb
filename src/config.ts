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

const MADE = new WeakSet<object>();
/** Whether the library has made this function, and not the user. */
export const isMade = (f: object): boolean => MADE.has(f);

/** A function that carries its configuration. */
export function configured<F extends (...args: never[]) => unknown>(
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: F,
): F & Configured {
  MADE.add(f);
  return Object.assign(f, { config: { name, options } });
}

/** The configuration that something has, or one for what has none, by this name. */
export const configOf = (given: Partial<Configured>, name: string): Config =>
  given.config ?? { name, options: {}, own: 'function' };
