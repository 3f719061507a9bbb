/** Random numbers. Fields: rows = n, lda and ldb = the key, inner = the stream, d = a pointer to the number of the step
 *  (or 0). Element e has word (e >> 2) & 3 of block 4·(e >> 4) + (e & 3): its value depends on its index only. */
import { Field } from '../layout';
import { log } from '../simd/math';
import { philox } from '../simd/philox';
import { cos, sin } from '../simd/trigonometry';
import { scratch } from '../state';
import { begin } from './slice';

/** Converts random words into numbers, 16 at a time in the workspace, and copies them to y. */
function sample<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), end = begin(n, part + 1, parts);
  const d = load<usize>(i, Field.d), step = d ? load<i32>(d) : 0, stream = load<i32>(i, Field.inner);
  const key0 = load<i32>(i, Field.lda), key1 = load<i32>(i, Field.ldb), y = load<usize>(i, Field.y);
  for (let at = begin(n, part, parts); at < end; at += 16) {
    philox(scratch, at >> 4, stream, step, key0, key1);
    const count = <usize>min(16, end - at) << 2;
    changetype<Op>(0).apply(i, <usize>at << 2, count);
    memory.copy(y + (<usize>at << 2), scratch, count);
  }
}

/** The upper 24 bits as a float from 0 to 1, times 2²⁴. */
@inline
function whole(word: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(scratch + word), 8));
}

/** s + columns·u, u from [0, 1). */
@final class Uniform {
  apply(i: usize, at: usize, count: usize): void {
    const low = v128.load32_splat(i, Field.s), range = v128.load32_splat(i, Field.columns), unit = f32x4.splat(5.9604644775390625e-8);
    for (let w: usize = 0; w < 64; w += 16) v128.store(scratch + w, f32x4.add(low, f32x4.mul(range, f32x4.mul(whole(w), unit))));
  }
}
/** s + columns·z, z from N(0, 1): Box & Muller (1958). */
@final class Normal {
  apply(i: usize, at: usize, count: usize): void {
    const mean = v128.load32_splat(i, Field.s), std = v128.load32_splat(i, Field.columns), unit = f32x4.splat(5.9604644775390625e-8);
    for (let w: usize = 0; w < 64; w += 32) {
      const u = f32x4.mul(f32x4.add(whole(w), f32x4.splat(1)), unit); // never 0
      const angle = f32x4.mul(f32x4.mul(whole(w + 16), unit), f32x4.splat(6.283185307179586));
      const radius = f32x4.mul(std, f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log(u))));
      v128.store(scratch + w, f32x4.add(mean, f32x4.mul(radius, cos(angle))));
      v128.store(scratch + w, f32x4.add(mean, f32x4.mul(radius, sin(angle))), 16);
    }
  }
}
/** A mask of the lanes whose word is below the threshold in `columns`; the largest threshold takes all. */
@inline
function below(i: usize, w: usize): v128 {
  const threshold = load<i32>(i, Field.columns);
  return v128.or(i32x4.lt_u(v128.load(scratch + w), i32x4.splat(threshold)), i32x4.splat(threshold == -1 ? -1 : 0));
}
/** 1 below the threshold, else 0. */
@final class Bernoulli {
  apply(i: usize, at: usize, count: usize): void {
    for (let w: usize = 0; w < 64; w += 16) v128.store(scratch + w, v128.and(below(i, w), f32x4.splat(1)));
  }
}
/** a·s below the threshold, else 0. */
@final class Dropout {
  apply(i: usize, at: usize, count: usize): void {
    const a = load<usize>(i, Field.a) + at, s = v128.load32_splat(i, Field.s);
    for (let w: usize = 0; w < count; w += 16) v128.store(scratch + w, v128.and(below(i, w), f32x4.mul(v128.load(a + w), s)));
  }
}

export function uniform(i: usize, part: i32, parts: i32): void { sample<Uniform>(i, part, parts); }
export function normal(i: usize, part: i32, parts: i32): void { sample<Normal>(i, part, parts); }
export function bernoulli(i: usize, part: i32, parts: i32): void { sample<Bernoulli>(i, part, parts); }
export function dropout(i: usize, part: i32, parts: i32): void { sample<Dropout>(i, part, parts); }
