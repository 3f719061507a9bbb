import { OptionError, UnsupportedError } from '../errors.js';
import { checkKeys, flag, shown } from '../options.js';

/** What the kernels run on. */
export interface RuntimeInfo {
  readonly threads: number;
  /** 128-bit SIMD is required: it is always there. */
  readonly simd: true;
  readonly relaxed: boolean;
  /** Whether this place could share memory between threads: pages must be cross-origin isolated for it. */
  readonly sharedMemory: boolean;
}

/** How many threads compute: one. */
export const threads = (): number => 1;

export const runtimeInfo = (): RuntimeInfo => ({
  threads: threads(),
  simd: true,
  relaxed: false,
  sharedMemory:
    typeof SharedArrayBuffer === 'function' &&
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false,
});

/** Asks for n threads, or as many as the host has ('auto'), and gives how many there are now. This version computes on
 *  one thread: more are an UnsupportedError, and 'auto' gives 1. */
export async function setThreads(n: number | 'auto', options: { relaxed?: boolean } = {}): Promise<number> {
  checkKeys('setThreads', options, ['relaxed']);
  const relaxed = flag('setThreads', 'relaxed', options.relaxed ?? false);
  if (n !== 'auto' && !(Number.isInteger(n) && n >= 1))
    throw new OptionError(`setThreads: n is ${shown(n)}; it must be a whole number from 1, or 'auto'`);
  if (relaxed)
    throw new UnsupportedError('setThreads: relaxed SIMD is not built into this version; leave { relaxed } out');
  if (n !== 'auto' && n > 1)
    throw new UnsupportedError(
      `setThreads: ${n} threads were asked for, and this version computes on one; use 1 or 'auto'`,
    );
  return threads();
}
