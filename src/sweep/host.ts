import { UnsupportedError } from '../index.js';

/** The modules of Node, which Deno and Bun have too. They are asked for when needed, so that pages can load this entry. */
interface Modules {
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
