import { control, thread, threads } from './state';
import { beats } from './team';

// Words of `control`: the generation, how many have arrived, how many sleep, how long to spin, and whether thread 0 may sleep.
const ARRIVED = 64, SLEEPERS = 128, SPINS = 192, SLEEPS = 196;
/** Thread 0 looks about so often for signs of life, and gives up after so many looks in vain: less than a second. */
const LOOK: i64 = 100_000_000; // nanoseconds
const LOOK_SPINS = 1 << 26; // the same, where it may not sleep
const LOOKS = 8;

/** Turns of the loop in which this thread waited for the others when they last met; at most SPINS. */
export let waited: i32 = 0;

/** Where all threads meet. False: a thread that is waited for shows no sign of life.
 *  A waiting thread first spins: to sleep and be woken takes 22-90 µs, longer than most instructions. */
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

/** Sleeps until the generation is another one, or for so many nanoseconds; whether it is. */
function sleep(generation: i32, nanoseconds: i64): bool {
  atomic.add<i32>(control, 1, SLEEPERS);
  if (atomic.load<i32>(control) == generation) atomic.wait<i32>(control, generation, nanoseconds);
  atomic.sub<i32>(control, 1, SLEEPERS);
  return atomic.load<i32>(control) != generation;
}

/** Thread 0's way to wait: it is the one whose caller must hear of a thread that has died. */
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
