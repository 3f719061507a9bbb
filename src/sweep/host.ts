import { UnsupportedError } from '../index.js';

/** The modules of Node, which Deno and Bun have too. They are asked for when needed, so that pages can load this entry. */
interface Modules {
  'node:crypto': typeof import('node:crypto');
  'node:fs/promises': typeof import('node:fs/promises');
  'node:module': typeof import('node:module');
  'node:os': typeof import('node:os');
  'node:url': typeof import('node:url');
  'node:worker_threads': typeof import('node:worker_threads');
}
interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/** A module of Node. Throws an UnsupportedError that says what needs it where the host has none. */
export function builtin<N extends keyof Modules>(name: N, where: string, what: string): Modules[N] {
  const found = (globalThis as Host).process?.getBuiltinModule?.(name);
  if (found === undefined)
    throw new UnsupportedError(`${where}: ${what} needs Node, Deno or Bun; this host has no ${name}`);
  return found as Modules[N];
}

/** Optional packages, loaded when something needs them. Bundlers do not see this, and nobody else has to install them. */
export function installed<P extends readonly unknown[]>(
  where: string,
  what: string,
  names: readonly string[],
  otherwise = '',
): P {
  const require = builtin('node:module', where, what).createRequire(import.meta.url);
  try {
    return names.map((name) => require(name)) as unknown as P;
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'MODULE_NOT_FOUND') throw cause;
    const needed = names.length > 1 ? `packages ${names.join(' and ')}` : `package ${names[0]}`;
    throw new UnsupportedError(`${where}: ${what} needs the ${needed}: npm install ${names.join(' ')}${otherwise}`, {
      cause,
    });
  }
}
