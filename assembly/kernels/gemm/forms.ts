/** Tiles for hosts on which these are faster than the tiles of micro.ts. All add the same products in the same order, so that
 *  they differ in speed only. The engine tries the forms on real work and chooses (src/wasm/gemmTrial.ts). */
import { multiplyAdd, put8 } from './micro';

let form: i32 = 0;
/** The number of forms. */
export function forms(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 3 : 2;
}
/** Makes products use this form, counted from 0, from now on: 0 for the tiles of micro.ts, 1 for `wide`, 2 for `six`. */
export function chooseForm(index: i32): void {
  form = index;
}
/** Whether tiles have sixteen columns. */
@inline
export function isWide(): bool { return form == 1; }
/** Whether tiles have six rows, from packed panels. */
@inline
export function isTall(): bool { return ASC_FEATURE_RELAXED_SIMD && form == 2; }

/** Tiles of 4×16 over two panels of b, `next` bytes apart: V8 joins neighbouring vectors into wider ones where it is asked to
 *  (`--experimental-wasm-revectorize`). Else there are too few registers. The arguments are those of `tiles`. */
export function wide(
  count: i32, rows: usize, runs: usize, end: usize, stepA: usize, b: usize, next: usize, stepB: usize, c: usize, ldc: usize, add: bool,
): void {
  const zero = f32x4.splat(0);
  for (; count > 0; count--, c += ldc << 2, rows += 16) {
    let c00 = zero, c01 = zero, c02 = zero, c03 = zero, c10 = zero, c11 = zero, c12 = zero, c13 = zero, row = b;
    let c20 = zero, c21 = zero, c22 = zero, c23 = zero, c30 = zero, c31 = zero, c32 = zero, c33 = zero, beside = b + next;
    for (let run = runs; run < end; run += 8) {
      const at = load<usize>(run), stop = row + load<usize>(run, 4) * stepB;
      let a0 = load<usize>(rows) + at, a1 = load<usize>(rows, 4) + at, a2 = load<usize>(rows, 8) + at, a3 = load<usize>(rows, 12) + at;
      do {
        const b0 = v128.load(row), b1 = v128.load(row, 16), b2 = v128.load(beside), b3 = v128.load(beside, 16);
        let x = v128.load32_splat(a0);
        c00 = multiplyAdd(c00, x, b0);
        c01 = multiplyAdd(c01, x, b1);
        c02 = multiplyAdd(c02, x, b2);
        c03 = multiplyAdd(c03, x, b3);
        x = v128.load32_splat(a1);
        c10 = multiplyAdd(c10, x, b0);
        c11 = multiplyAdd(c11, x, b1);
        c12 = multiplyAdd(c12, x, b2);
        c13 = multiplyAdd(c13, x, b3);
        x = v128.load32_splat(a2);
        c20 = multiplyAdd(c20, x, b0);
        c21 = multiplyAdd(c21, x, b1);
        c22 = multiplyAdd(c22, x, b2);
        c23 = multiplyAdd(c23, x, b3);
        x = v128.load32_splat(a3);
        c30 = multiplyAdd(c30, x, b0);
        c31 = multiplyAdd(c31, x, b1);
        c32 = multiplyAdd(c32, x, b2);
        c33 = multiplyAdd(c33, x, b3);
        a0 += stepA;
        a1 += stepA;
        a2 += stepA;
        a3 += stepA;
        row += stepB;
        beside += stepB;
      } while (row < stop);
    }
    put16(c, c00, c01, c02, c03, add);
    put16(c + ldc, c10, c11, c12, c13, add);
    put16(c + 2 * ldc, c20, c21, c22, c23, add);
    put16(c + 3 * ldc, c30, c31, c32, c33, add);
  }
}
/** One branch around all stores: vectors of different branches cannot be joined. */
@inline
function put16(c: usize, x0: v128, x1: v128, x2: v128, x3: v128, add: bool): void {
  if (add) {
    x0 = f32x4.add(v128.load(c), x0);
    x1 = f32x4.add(v128.load(c, 16), x1);
    x2 = f32x4.add(v128.load(c, 32), x2);
    x3 = f32x4.add(v128.load(c, 48), x3);
  }
  v128.store(c, x0);
  v128.store(c, x1, 16);
  v128.store(c, x2, 32);
  v128.store(c, x3, 48);
}
/** `count` tiles of 6×8 below one another, with a in panels of six rows and b in a panel of eight columns: a fused multiply-add has a
 *  longer latency than a sum, which takes more tiles at once to hide. */
export function six(count: i32, k: i32, a: usize, b: usize, c: usize, ldc: usize, add: bool): void {
  const zero = f32x4.splat(0);
  for (; count > 0; count--, c += 6 * ldc) {
    let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, row = b;
    let c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
    const end = a + <usize>k * 24;
    while (a < end) {
      const b0 = v128.load(row), b1 = v128.load(row, 16);
      let x = v128.load32_splat(a);
      c00 = multiplyAdd(c00, x, b0);
      c01 = multiplyAdd(c01, x, b1);
      x = v128.load32_splat(a, 4);
      c10 = multiplyAdd(c10, x, b0);
      c11 = multiplyAdd(c11, x, b1);
      x = v128.load32_splat(a, 8);
      c20 = multiplyAdd(c20, x, b0);
      c21 = multiplyAdd(c21, x, b1);
      x = v128.load32_splat(a, 12);
      c30 = multiplyAdd(c30, x, b0);
      c31 = multiplyAdd(c31, x, b1);
      x = v128.load32_splat(a, 16);
      c40 = multiplyAdd(c40, x, b0);
      c41 = multiplyAdd(c41, x, b1);
      x = v128.load32_splat(a, 20);
      c50 = multiplyAdd(c50, x, b0);
      c51 = multiplyAdd(c51, x, b1);
      a += 24;
      row += 32;
    }
    put8(c, c00, c01, add);
    put8(c + ldc, c10, c11, add);
    put8(c + 2 * ldc, c20, c21, add);
    put8(c + 3 * ldc, c30, c31, add);
    put8(c + 4 * ldc, c40, c41, add);
    put8(c + 5 * ldc, c50, c51, add);
  }
}
