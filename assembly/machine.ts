import { barrier, waited } from './barrier';
import { chooseForm } from './kernels/gemm/forms';
import { Field, Size, Sync } from './layout';
import { control, setStep, setThreads, setTurn, setUntil, thread, threads, turn } from './state';
import { balance, beat, noteWait, shareBegins, shareEnds, WHOLE } from './team';

// Words of `control` behind the barrier's: the program that workers join, the form of their products, and the
// instruction that halted.
const PROGRAM = 256, BYTES = 260, FROM = 264, TO = 268, FORM = 272;
const HALT = 320; // set by `halt`: no further instruction of this call runs
/** The result of `run` where a thread has died. */
const LOST: i32 = -1;
/** The number of parts per thread from which on a group is fine enough to be shared unequally. */
const FINE = 8;
/** This thread's share of the work: from `shareFrom` to `shareTo`, out of WHOLE. */
let shareFrom: i32 = 0, shareTo: i32 = WHOLE;

/** Runs the program for the steps from … to − 1 and returns the step at which it stopped: `to`, or the step that
 *  halted. It only dispatches: V8 does not replace a running frame, so this function may stay in the baseline tier for
 *  a whole call. Kernels are called again for every part, and get optimized. */
export function run(program: usize, bytes: usize, from: i32, to: i32): i32 {
  if (ASC_FEATURE_THREADS) {
    if (threads > 1 && thread == 0) {
      store<usize>(control, program, PROGRAM);
      store<usize>(control, bytes, BYTES);
      store<i32>(control, from, FROM);
      store<i32>(control, to, TO);
      if (!barrier()) return LOST;
    }
    shareFrom = threads > 1 ? shareBegins() : 0;
    shareTo = threads > 1 ? shareEnds() : WHOLE;
  }
  let at = from;
  for (; at < to; at++) {
    setStep(at);
    const ended = walk(program, program + bytes);
    if (ended == LOST) return LOST;
    if (ended) break;
  }
  if (ASC_FEATURE_THREADS) {
    if (threads > 1) {
      if (!barrier()) return LOST;
      if (thread == 0) balance();
    }
  }
  return at;
}

/** Runs the program on this thread alone; the workers stay asleep. */
export function runAlone(program: usize, bytes: usize, from: i32, to: i32): i32 {
  const all = threads;
  setThreads(1);
  const at = run(program, bytes, from, to);
  setThreads(all);
  return at;
}

/** Runs the instructions once: each thread takes its share of the parts of a group, and takes a part through all
 *  instructions of the group. Returns 1 if the program has been halted, LOST if a thread has died, else 0. */
function walk(i: usize, end: usize): i32 {
  while (i < end) {
    const parts = load<i32>(i, Field.parts), next = i + load<usize>(i, Field.span), sync = load<i32>(i, Field.sync);
    let first = 0, last = parts;
    if (ASC_FEATURE_THREADS) {
      first = nearest(parts, shareFrom);
      last = nearest(parts, shareTo);
    }
    if (sync & Sync.loop) {
      const ended = repeated(i, next);
      if (ended) return ended;
      i = next;
      continue;
    }
    if (sync & Sync.atOnce) {
      setUntil(last);
      if (last > first) call_indirect<void>(load<u32>(i, Field.kernel), i, first, parts);
    } else
      for (let part = first; part < last; part++) {
        for (let j = i; j < next; j += Size.instruction) call_indirect<void>(load<u32>(j, Field.kernel), j, part, parts);
        if (ASC_FEATURE_THREADS) if (thread) beat();
      }
    if (sync & Sync.wait) {
      if (ASC_FEATURE_THREADS) {
        if (threads > 1) {
          if (!barrier()) return LOST;
          if (parts >= FINE * threads) noteWait(waited);
        }
      }
      // Only an instruction of this group counts: another thread may already have gone on to the next group and halted
      // there.
      const halted = load<usize>(control, HALT);
      if (halted >= i && halted < next) return 1;
    }
    i = next;
  }
  return 0;
}
/** Runs the instructions behind a loop's own, up to `end`, once for each of its steps; returns what `walk` returns. */
function repeated(i: usize, end: usize): i32 {
  const outer = turn, count = load<i32>(i, Field.rows), back = load<i32>(i, Field.mode);
  for (let k = 0; k < count; k++) {
    setTurn(back ? count - 1 - k : k);
    const ended = walk(i + Size.instruction, end);
    if (ended) return ended;
  }
  setTurn(outer);
  return 0;
}
/** The instruction of a loop: the machine runs it itself, and never calls this. */
export function loop(i: usize, part: i32, parts: i32): void {}

/** The part that begins nearest to `at`, a point between 0 and WHOLE. */
@inline
function nearest(parts: i32, at: i32): i32 {
  return <i32>((<i64>parts * at + WHOLE / 2) / WHOLE);
}

/** The loop of a worker: waits for a program and takes part in it, until it is dismissed. */
export function work(): void {
  if (ASC_FEATURE_THREADS) {
    while (true) {
      barrier();
      const program = load<usize>(control, PROGRAM);
      if (!program) return;
      chooseForm(load<i32>(control, FORM));
      run(program, load<usize>(control, BYTES), load<i32>(control, FROM), load<i32>(control, TO));
    }
  }
}

/** Opens the barrier without a program, which makes the workers return. */
export function dismiss(): void {
  if (ASC_FEATURE_THREADS) {
    store<usize>(control, 0, PROGRAM);
    barrier();
  }
}

/** Halts the program if one of the `rows` floats at a is not finite: later instructions of this call do not run.
 *  The emitter gives this instruction `sync`, so that every thread sees the flag before it goes on. */
export function halt(i: usize, part: i32, parts: i32): void {
  const a = load<usize>(i, Field.a);
  for (let k: usize = 0, n = load<usize>(i, Field.rows); k < n; k++)
    if (!isFinite(load<f32>(a + (k << 2)))) store<usize>(control, i, HALT);
}
