/** What each thread knows of the others: one cache line for each, in a table that all share. */
import { team, thread, threads } from './state';

// Words of a thread's line: how many pieces of work it has done, modulo 2³²; how long it waited; where its share of the work begins; how
// large that is, beside the others'; how fast that changes, and in which direction it last did.
const BEATS: usize = 0, WAITED: usize = 4, FROM: usize = 8, SHARE: usize = 12, PACE: usize = 16, SIDE: usize = 20;
/** The whole of the work. */
export const WHOLE: i32 = 65536;
const FASTEST: f32 = 1.0 / 16.0, SLOWEST: f32 = 1.0 / 1024.0;

@inline
function line(k: i32): usize {
  return team + (<usize>k << 6);
}

/** Equal shares. One line more ends the table. */
export function beginTeam(): void {
  memory.fill(team, 0, <usize>(threads + 1) << 6);
  for (let k = 0; k <= threads; k++) {
    store<i32>(line(k), WHOLE * k / threads, FROM);
    store<f32>(line(k), 1, SHARE);
    store<f32>(line(k), FASTEST, PACE);
  }
}

/** Where the share of this thread begins; that of the next one is its end. */
export function shareBegins(): i32 {
  return load<i32>(line(thread), FROM);
}
export function shareEnds(): i32 {
  return load<i32>(line(thread + 1), FROM);
}

/** This thread has done a piece of work. */
@inline
export function beat(): void {
  store<i32>(line(thread), load<i32>(line(thread), BEATS) + 1, BEATS);
}
/** Signs of life of all threads but the first. */
export function beats(): i32 {
  let sum = 0;
  for (let k = 1; k < threads; k++) sum += atomic.load<i32>(line(k), BEATS);
  return sum;
}

/** This thread has waited for others who had more to do. */
export function noteWait(turns: i32): void {
  store<i32>(line(thread), load<i32>(line(thread), WAITED) + turns, WAITED);
}

/** Between two calls, thread 0 gives more to those who waited longer than the mean and less to the others: cores are not equally fast, and
 *  other programs use them too. Steps grow while they go one way, and shrink where they turn (as in Rprop, Riedmiller & Braun 1993). Who
 *  makes which part changes no bit. */
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
    // None gets so little that its waiting would tell nothing.
    const share = max(load<f32>(line(k), SHARE) * <f32>threads / total, <f32>0.1);
    store<f32>(line(k), share, SHARE);
    store<i32>(line(k), <i32>(from / <f32>threads * <f32>WHOLE), FROM);
    from += share;
  }
  // A share that was raised has made the sum a little too large.
  if (from > <f32>threads) for (let k = 1; k < threads; k++) store<i32>(line(k), <i32>(<f32>load<i32>(line(k), FROM) * <f32>threads / from), FROM);
}
