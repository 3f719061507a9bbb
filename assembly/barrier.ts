import { control, thread, threads } from './state';

// Words of `control`: the generation, how many have arrived, how many sleep, how long to spin, and whether thread 0 may sleep. From BEATS
// on, one word for each thread: the parts that it has done, modulo 2³².
const ARRIVED = 64, SLEEPERS = 128, SPINS = 192, SLEEPS = 196, BEATS = 384;
/** Thread 0 looks about so often for signs of life, and gives up after so many looks in vain: less than a second. */
const LOOK: i64 = 100_000_000; // nanoseconds
const LOOK_SPINS = 1 << 26; // the same, where it may not sleep
const LOOKS = 8;

/** Where all threads meet. False: a thread that is waited for shows no sign of life.
 *  A waiting thread first spins: to sleep and be woken takes 22-90 µs, longer than most instructions. */
export function barrier(): bool {
  const generation = atomic.load<i32>(control);
  if (atomic.add<i32>(control, 1, ARRIVED) == threads - 1) {
    atomic.store<i32>(control, 0, ARRIVED);
    atomic.add<i32>(control, 1);
    if (atomic.load<i32>(control, SLEEPERS)) atomic.notify(control, -1);
    return true;
  }
  for (let spin = load<i32>(control, SPINS); spin > 0; spin--) if (atomic.load<i32>(control) != generation) return true;
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

/** This thread has done a part. */
@inline
export function beat(): void {
  const at = control + (<usize>thread << 2);
  store<i32>(at, load<i32>(at, BEATS) + 1, BEATS);
}
function beats(): i32 {
  let sum = 0;
  for (let k = 1; k < threads; k++) sum += atomic.load<i32>(control + (<usize>k << 2), BEATS);
  return sum;
}
