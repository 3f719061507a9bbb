import { OptionError, UnsupportedError } from '../errors.js';
import { checkKeys, flag, shown } from '../options.js';
import { threads, useBuild } from './engine.js';
import { hasWorkers, parallelism } from './host.js';
import { Pool } from './pool.js';

export { threads };

/** What the kernels run on: threads, memory and build. */
export interface RuntimeInfo {
  readonly threads: number;
  /** 128-bit SIMD. It is required, so it is always there. */
  readonly simd: true;
  readonly relaxed: boolean;
  /** Whether threads could share memory here; a page must be cross-origin isolated for it. */
  readonly sharedMemory: boolean;
  /** The reason why fewer threads compute than were asked for, where this is the case. */
  readonly reason?: string;
}

/** Whether the relaxed build computes. */
let relaxed = false;
let pool: Pool | undefined;
let reason: string | undefined;

/** The most threads that 'auto' starts: with more, each has little to do in networks of the usual size. */
const MOST = 8;
/** The most threads that may be asked for: each has a worker and a workspace, and waits for all others after every
 *  instruction. */
const LIMIT = 64;

/** The reason why memory cannot be shared here; undefined where it can. */
function refusal(): string | undefined {
  // A page may claim to be isolated and still have no shared memory.
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false)
    return (
      'this page is not cross-origin isolated; serve it with the headers ' +
      'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp'
    );
  if (typeof SharedArrayBuffer !== 'function') return 'this host has no SharedArrayBuffer';
  return hasWorkers() ? undefined : 'this host has no workers';
}

export const runtimeInfo = (): RuntimeInfo => ({
  threads: threads(),
  simd: true,
  relaxed,
  sharedMemory: refusal() === undefined,
  ...(reason !== undefined && { reason }),
});

export interface ThreadsOptions {
  /** Lets matrix products round once instead of twice, on hosts that can: faster, but outside the promise of equal
   *  bits, and on one thread. Default false. */
  relaxed?: boolean;
}

let last: Promise<unknown> = /*#__PURE__*/ Promise.resolve();

/** Asks for n threads (at most 64), or as many as the host has ('auto', at most 8), and resolves to the number that
 *  compute now. Results are the same bits with any number. Models, data sets and programs stay valid. Where memory
 *  cannot be shared or workers do not start, one thread computes, and `runtimeInfo().reason` says why. Threads share up
 *  to a GiB, or four times what is held when they start; where more is needed, one thread goes on alone. `relaxed`
 *  loads another build, for one thread; it is an UnsupportedError where the host lacks relaxed SIMD, and everything
 *  stays as it was. Calls wait for one another.
 *  @example await setThreads('auto') */
export function setThreads(n: number | 'auto', options: ThreadsOptions = {}): Promise<number> {
  const turn = last.then(() => change(n, options));
  last = turn.catch(() => undefined);
  return turn;
}

async function change(n: number | 'auto', options: ThreadsOptions): Promise<number> {
  checkKeys('setThreads', options, ['relaxed']);
  const wanted = flag('setThreads', 'relaxed', options.relaxed ?? false);
  if (n !== 'auto' && !(Number.isInteger(n) && n >= 1 && n <= LIMIT))
    throw new OptionError(`setThreads: n is ${shown(n)}; it must be a whole number from 1 to ${LIMIT}, or 'auto'`);
  if (wanted && n !== 'auto' && n > 1)
    throw new UnsupportedError(
      `setThreads: the relaxed build computes on one thread, not on ${n}; choose one of the two`,
    );
  const refused = refusal();
  const count = wanted || refused !== undefined ? 1 : n === 'auto' ? Math.min(MOST, parallelism()) : n;
  const build = wanted && !relaxed ? await relaxedBuild() : undefined;
  reason = n !== 1 && !wanted ? refused : undefined;
  if (wanted !== relaxed) {
    disband();
    useBuild(build);
    relaxed = wanted;
  }
  if (count !== threads()) {
    disband();
    if (count > 1) await gather(count);
  }
  return threads();
}

function disband(): void {
  pool?.end();
  pool = undefined;
}

async function gather(count: number): Promise<void> {
  const lost = (why: string): void => {
    pool = undefined;
    reason = why;
  };
  try {
    pool = await Pool.begin(await threadsBuild(), count, lost);
  } catch (error) {
    reason = `workers did not start: ${String(error)}`;
  }
}

let threadsModule: WebAssembly.Module | undefined;
async function threadsBuild(): Promise<WebAssembly.Module> {
  const { default: load } = await import('../threads.js');
  threadsModule ??= load();
  return threadsModule;
}

let relaxedModule: WebAssembly.Module | undefined;
async function relaxedBuild(): Promise<WebAssembly.Module> {
  const { default: load } = await import('../relaxed.js');
  try {
    relaxedModule ??= load();
    return relaxedModule;
  } catch (cause) {
    throw new UnsupportedError(`setThreads: this host has no relaxed SIMD: ${String(cause)}; leave { relaxed } out`);
  }
}
