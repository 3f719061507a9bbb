/** What a factory was called with: files and workers rebuild its result from this. */
export interface Config {
  readonly name: string;
  /** What stands before the options object comes first, in the order of the arguments. */
  readonly options: Readonly<Record<string, unknown>>;
}
export interface Configured {
  readonly config: Config;
}

/** A function that carries its configuration. */
export const configured = <F extends (...args: never[]) => unknown>(
  name: string,
  options: Readonly<Record<string, unknown>>,
  f: F,
): F & Configured => Object.assign(f, { config: { name, options } });
