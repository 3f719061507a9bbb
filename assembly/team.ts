/** A shared table with a cache line for each thread: its signs of life, and its share of the work. */
import { team, thread, threads } from './state';

// Words of a thread's line: the pieces of work it has done, modulo 2³²; how long it waited; where its share of the work
// begins; the size of the share relative to the others'; how fast the share changes; and the direction of the last
// change.
const BEATS: usize = 0, WAITED: usize = 4, FROM: usize = 8, SHARE: usize = 12, PACE: usize = 16, SIDE: usize = 20;
/** All of the work, as an integer: shares are fractions of it. */
export const WHOLE: i32 = 65536;
const FASTEST: f32 = 1.0 / 16.0, SLOWEST: f32 = 1.0 / 1024.0;

@inline
function line(k: i32): usize {
  return team + (<usize>k << 6);
}

/** Gives all threads equal shares. An additional line ends the table. */
export function beginTeam(): void {
  memory.fill(team, 0, <usize>(threads + 1) << 6);
  for (let k = 0; k <= threads; k++) {
    store<i32>(line(k), WHOLE * k / threads, FROM);
    store<f32>(line(k), 1, SHARE);
    store<f32>(line(k), FASTEST, PACE);
  }
}

/** Where the share of this thread begins. It ends where that of the next thread begins. */
export function shareBegins(): i32 {
  return load<i32>(line(thread), FROM);
}
export function shareEnds(): i32 {
  return load<i32>(line(thread + 1), FROM);
}

/** Counts a piece of work that this thread has done. */
@inline
export function beat(): void {
  store<i32>(line(thread), load<i32>(line(thread), BEATS) + 1, BEATS);
}
/** The pieces of work done by all threads but the first: a sum that changes while they live. */
export function beats(): i32 {
  let sum = 0;
  for (let k = 1; k < threads; k++) sum += atomic.load<i32>(line(k), BEATS);
  return sum;
}

/** Adds to the time that this thread has waited for others, which had more to do. */
export function noteWait(turns: i32): void {
  store<i32>(line(thread), load<i32>(line(thread), WAITED) + turns, WAITED);
}

/** Shifts work between two calls, on thread 0: threads that waited longer than the mean get more, the others less,
 *  because cores are not equally fast and other programs use them too. Changes grow while they keep their direction and
 *  shrink where they turn (as in Rprop, Riedmiller & Braun 1993). Which thread makes a part changes no bit. */
export function balance(): void {
  let sum: i64 = 0;
  for (let k = 0; k < threads; k++) sum += <i64>load<i32>(line(k), WAITED);
  if (!sum) return;
  let total: f32 = 0;
  for (let k = 0; k < threads; k++) {
    const at = line(k), excess = <i64>load<i32>(at, WAITED) * threads - sum, side = excess > 0 ? 1 : excess < 0 ? -1 : 0;
    const turned = side != load<i32>(at, SIDE), pace = load<f32>(at, PACE) * <f32>(turned ? 0.5 : 1.25);
    store<i32>(at, side, SIDE);
    store<f32>(at, min(FASTEST, max(SLOWEST, pace)), PACE);
    store<f32>(at, load<f32>(at, SHARE) * (1 + <f32>side * load<f32>(at, PACE)), SHARE);
    store<i32>(at, 0, WAITED);
    total += load<f32>(at, SHARE);
  }
  let from: f32 = 0;
  for (let k = 0; k < threads; k++) {
    // No share becomes so small that the thread's waiting time would tell nothing.
    const share = max(load<f32>(line(k), SHARE) * <f32>threads / total, <f32>0.1);
    store<f32>(line(k), share, SHARE);
    store<i32>(line(k), <i32>(from / <f32>threads * <f32>WHOLE), FROM);
    from += share;
  }
  // A share that was raised to the minimum has made the sum a little too large.
  if (from > <f32>threads) for (let k = 1; k < threads; k++) store<i32>(line(k), <i32>(<f32>load<i32>(line(k), FROM) * <f32>threads / from), FROM);
}
