import { checkKeys, integer, nearest, OptionError, refuse } from '../index.js';
import { builtin } from './host.js';
import type { Engine } from './job.js';
import { FEDERATED } from './local.js';
import { Pool } from './pool.js';
import { BUILDS, trainedIn } from './trainings.js';
import { keyOf } from './trial.js';

export interface ThreadsOptions {
  /** The module whose exported functions are the studies: new URL('./studies.mjs', import.meta.url). */
  module: URL;
  /** The number of threads. Default: the number of cores. */
  workers?: number;
}

/** An engine that runs trials in worker threads, several at a time. A study is a function that the module exports; `search` takes its name, or
 *  the function itself. Each thread loads the module, and with it an engine of its own. When a thread dies, the trial is begun again in another, from its
 *  checkpoint if it has one; a trial whose threads die three times is set aside as 'failed'. For Node, Deno and Bun; elsewhere a search
 *  rejects with an UnsupportedError. Throws an OptionError for wrong options.
 *  @example threads({ module: new URL('file:///studies.mjs'), workers: 2 }).name // "threads" */
export function threads(options: ThreadsOptions): Engine {
  const where = 'threads';
  checkKeys(where, options, ['module', 'workers'], true);
  const module = moduleOf(where, options.module);
  const { workers } = options;
  if (workers !== undefined && workers !== null) integer(where, 'workers', workers, 1);
  const engine: Engine = {
    name: where,
    trainings: (asked) => trainedIn(engine, asked),
    async open({ where: asks, study, builds, blobs, signal }) {
      const slots = workers ?? cores(asks);
      const pool = new Pool(asks, module, slots, blobs);
      try {
        const found = nameOf(asks, study, await pool.studies(), module, builds ? 'build' : 'study');
        const name = builds ? BUILDS + found : found;
        const stop = (): void => void pool.close();
        signal.addEventListener('abort', stop);
        return {
          slots,
          run: (job) => pool.run(name, job),
          drop: (job) => blobs.drop(keyOf(job)),
          close: async () => {
            signal.removeEventListener('abort', stop);
            await pool.close();
          },
        };
      } catch (error) {
        await pool.close();
        throw error;
      }
    },
  };
  return engine;
}

/** The address of a module. */
export function moduleOf(where: string, module: URL): string {
  if (module instanceof URL) return module.href;
  if (typeof module === 'string' && /^(file|data):/.test(module)) return module;
  return refuse(where, 'module', module, "a URL, such as new URL('./studies.mjs', import.meta.url)");
}

/** The number of cores of the machine. */
export const cores = (where: string): number =>
  (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ??
  builtin('node:os', where, 'threads').availableParallelism();

/** The name under which a module exports a study, or a function that builds models. */
export function nameOf(
  where: string,
  study: unknown,
  studies: Readonly<Record<string, string>>,
  module: string,
  what = 'study',
): string {
  const names = Object.keys(studies);
  const list = names.join(', ') || 'no function';
  if (typeof study === 'string') {
    if (study === FEDERATED || Object.hasOwn(studies, study)) return study;
    const near = nearest(study, names);
    const more = near === undefined ? '; it exports' : `; did you mean '${near}'? It exports`;
    const sought = what === 'study' ? 'study' : 'function';
    throw new OptionError(`${where}: ${module} exports no ${sought} '${study}'${more} ${list}`);
  }
  const own = String(study);
  const found = names.filter((name) => studies[name] === own);
  if (found.length === 1) return found[0];
  throw new OptionError(
    found.length
      ? `${where}: ${module} exports several functions with the text of this ${what}, which cannot be told apart; give a name: ${found.join(', ')}`
      : `${where}: the ${what} is a function that ${module} does not export, and functions cannot be sent to threads; give one that it exports, or its name: ${list}`,
  );
}
