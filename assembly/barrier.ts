import { control, thread, threads } from './state';
import { beats } from './team';

// Words of `control`: the generation, the number of threads that have arrived, the number that sleep, the turns to
// spin, and whether thread 0 may sleep.
const ARRIVED = 64, SLEEPERS = 128, SPINS = 192, SLEEPS = 196;
/** Thread 0 looks for signs of life at this interval, and gives up after LOOKS looks in vain: less than a second. */
const LOOK: i64 = 100_000_000; // nanoseconds
const LOOK_SPINS = 1 << 26; // the same interval as turns of a loop, where thread 0 may not sleep
const LOOKS = 8;

/** The turns that this thread spun at the last barrier before the others arrived; at most SPINS. */
export let waited: i32 = 0;

/** Waits until all threads have arrived. Returns false where a missing thread shows no sign of life.
 *  A waiting thread first spins: sleeping and being woken takes 22-90 µs, longer than most instructions. */
export function barrier(): bool {
  const generation = atomic.load<i32>(control), spins = load<i32>(control, SPINS);
  waited = 0;
  if (atomic.add<i32>(control, 1, ARRIVED) == threads - 1) {
    atomic.store<i32>(control, 0, ARRIVED);
    atomic.add<i32>(control, 1);
    if (atomic.load<i32>(control, SLEEPERS)) atomic.notify(control, -1);
    return true;
  }
  for (; waited < spins; waited++) if (atomic.load<i32>(control) != generation) return true;
  if (thread == 0) return watch(generation);
  while (!sleep(generation, -1)) {}
  return true;
}

/** Sleeps until the generation changes, or for at most this many nanoseconds. Returns whether it has changed. */
function sleep(generation: i32, nanoseconds: i64): bool {
  atomic.add<i32>(control, 1, SLEEPERS);
  if (atomic.load<i32>(control) == generation) atomic.wait<i32>(control, generation, nanoseconds);
  atomic.sub<i32>(control, 1, SLEEPERS);
  return atomic.load<i32>(control) != generation;
}

/** Waits as thread 0 does, which must tell its caller if another thread has died. */
function watch(generation: i32): bool {
  for (let looks = 0, before = beats(); looks < LOOKS; looks++) {
    if (load<i32>(control, SLEEPS)) {
      if (sleep(generation, LOOK)) return true;
    } else for (let spin = LOOK_SPINS; spin > 0; spin--) if (atomic.load<i32>(control) != generation) return true;
    const now = beats();
    if (now != before) looks = 0;
    before = now;
  }
  return false;
}
