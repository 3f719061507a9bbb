import { barrier, waited } from './barrier';
import { chooseForm } from './kernels/gemm/forms';
import { Field, Size, Sync } from './layout';
import { control, setStep, setThreads, setUntil, thread, threads } from './state';
import { balance, beat, noteWait, shareBegins, shareEnds, WHOLE } from './team';

// Words of `control` beyond the barrier's: the program that the workers join, the form of their products, and the instruction that halted.
const PROGRAM = 256, BYTES = 260, FROM = 264, TO = 268, FORM = 272;
const HALT = 320; // set by `halt`: no further instruction of this call runs
/** What `run` gives where a thread has died. */
const LOST: i32 = -1;
/** Parts for each thread from which on the work can be shared unequally. */
const FINE = 8;
/** This thread's share of the work: from … to of WHOLE. */
let shareFrom: i32 = 0, shareTo: i32 = WHOLE;

/** Walks the program for steps from..to−1 and returns the step at which it stopped: `to`, or the halted step.
 *  It only dispatches: V8 does not replace a frame that is running, so this function may stay in the baseline tier
 *  for a whole call; kernels are called anew for every part and get optimized. */
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

/** The same without the workers, who go on sleeping. */
export function runAlone(program: usize, bytes: usize, from: i32, to: i32): i32 {
  const all = threads;
  setThreads(1);
  const at = run(program, bytes, from, to);
  setThreads(all);
  return at;
}

/** Every thread takes its share of each group's parts; within a group a part goes through all instructions at once.
 *  1 when the program has been halted, LOST when a thread has died. */
function walk(i: usize, end: usize): i32 {
  while (i < end) {
    const parts = load<i32>(i, Field.parts), next = i + load<usize>(i, Field.span), sync = load<i32>(i, Field.sync);
    let first = 0, last = parts;
    if (ASC_FEATURE_THREADS) {
      first = nearest(parts, shareFrom);
      last = nearest(parts, shareTo);
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
      // Only an instruction of this group counts: another thread may have gone on to the next, which halts too.
      const halted = load<usize>(control, HALT);
      if (halted >= i && halted < next) return 1;
    }
    i = next;
  }
  return 0;
}
/** The part that begins nearest to that point of the whole. */
@inline
function nearest(parts: i32, at: i32): i32 {
  return <i32>((<i64>parts * at + WHOLE / 2) / WHOLE);
}

/** A worker's life: wait for a program, take part in it. */
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

/** Opens the barrier for workers without a program: they return. */
export function dismiss(): void {
  if (ASC_FEATURE_THREADS) {
    store<usize>(control, 0, PROGRAM);
    barrier();
  }
}

/** Halts the program where one of `rows` floats at a is not finite: later instructions of this call do not run.
 *  The emitter gives this instruction `sync`, so that every thread sees the flag before it goes on. */
export function halt(i: usize, part: i32, parts: i32): void {
  const a = load<usize>(i, Field.a);
  for (let k: usize = 0, n = load<usize>(i, Field.rows); k < n; k++)
    if (!isFinite(load<f32>(a + (k << 2)))) store<usize>(control, i, HALT);
}
