import { OptionError, UnsupportedError } from '../errors.js';
import { checkKeys, flag, shown } from '../options.js';
import { useBuild } from './engine.js';
import { beginTrial } from './forms.js';

/** What the kernels run on. */
export interface RuntimeInfo {
  readonly threads: number;
  /** 128-bit SIMD is required: it is always there. */
  readonly simd: true;
  readonly relaxed: boolean;
  /** Whether this place could share memory between threads: pages must be cross-origin isolated for it. */
  readonly sharedMemory: boolean;
}

/** Whether the relaxed build computes. */
let relaxed = false;

/** How many threads compute: one. */
export const threads = (): number => 1;

export const runtimeInfo = (): RuntimeInfo => ({
  threads: threads(),
  simd: true,
  relaxed,
  sharedMemory:
    typeof SharedArrayBuffer === 'function' &&
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false,
});

export interface ThreadsOptions {
  /** Matrix products round once instead of twice, where the host can: faster, and outside of the promise of equal bits.
   *  Default false. */
  relaxed?: boolean;
}

/** Asks for n threads, or as many as the host has ('auto'), and gives how many there are now. Models and programs stay valid.
 *  This version computes on one thread: more are an UnsupportedError, and 'auto' gives 1. `relaxed` loads another build, and is an
 *  UnsupportedError where the host lacks relaxed SIMD. */
export async function setThreads(n: number | 'auto', options: ThreadsOptions = {}): Promise<number> {
  checkKeys('setThreads', options, ['relaxed']);
  const wanted = flag('setThreads', 'relaxed', options.relaxed ?? false);
  if (n !== 'auto' && !(Number.isInteger(n) && n >= 1))
    throw new OptionError(`setThreads: n is ${shown(n)}; it must be a whole number from 1, or 'auto'`);
  if (n !== 'auto' && n > 1)
    throw new UnsupportedError(
      `setThreads: ${n} threads were asked for, and this version computes on one; use 1 or 'auto'`,
    );
  if (wanted !== relaxed) {
    useBuild(wanted ? await relaxedBuild() : undefined);
    beginTrial();
    relaxed = wanted;
  }
  return threads();
}

let compiled: WebAssembly.Module | undefined;
async function relaxedBuild(): Promise<WebAssembly.Module> {
  const { default: load } = await import('../relaxed.js');
  try {
    compiled ??= load();
    return compiled;
  } catch (cause) {
    throw new UnsupportedError(`setThreads: this host has no relaxed SIMD: ${String(cause)}; leave { relaxed } out`);
  }
}
