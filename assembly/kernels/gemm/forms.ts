/** Tiles from packed panels, for hosts on which these are faster than the tiles of micro.ts. All add the same products in
 *  the same order, so that they differ in speed only. Where every load's bounds are checked (Deno) or its address is costly
 *  (JavaScriptCore), one load and four shuffles beat four loads. The relaxed build has tiles of 6×8 too, because a fused
 *  multiply-add has a longer latency. The engine tries the forms on real work and chooses (src/wasm/gemmTrial.ts). */
import { multiplyAdd, put8 } from './micro';

export let form: i32 = 0;
/** The number of forms. */
export function forms(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 3 : 2;
}
/** Makes products use this form, counted from 0, from now on: 0 for the tiles of micro.ts. */
export function chooseForm(index: i32): void {
  form = index;
}

/** The number of rows in a panel of the left operand. */
export function panelRows(): i32 {
  return ASC_FEATURE_RELAXED_SIMD && form == 2 ? 6 : 4;
}

/** Computes `count` tiles of `rows`×8 below one another, with a in panels of four or six rows and b in a panel of eight
 *  columns. */
export function packedTiles(rows: i32, count: i32, k: i32, a: usize, b: usize, c: usize, ldc: usize, add: bool): void {
  if (ASC_FEATURE_RELAXED_SIMD && rows == 6) six(count, k, a, b, c, ldc, add);
  else shuffled(count, k, a, b, c, ldc, add);
}

/** One load for all four rows. */
function shuffled(count: i32, k: i32, a: usize, b: usize, c: usize, ldc: usize, add: bool): void {
  const zero = f32x4.splat(0);
  for (; count > 0; count--, c += ldc << 2) {
    let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero, row = b;
    const end = a + (<usize>k << 4);
    while (a < end) {
      const four = v128.load(a), b0 = v128.load(row), b1 = v128.load(row, 16);
      let x = v128.shuffle<f32>(four, four, 0, 0, 0, 0);
      c00 = multiplyAdd(c00, x, b0);
      c01 = multiplyAdd(c01, x, b1);
      x = v128.shuffle<f32>(four, four, 1, 1, 1, 1);
      c10 = multiplyAdd(c10, x, b0);
      c11 = multiplyAdd(c11, x, b1);
      x = v128.shuffle<f32>(four, four, 2, 2, 2, 2);
      c20 = multiplyAdd(c20, x, b0);
      c21 = multiplyAdd(c21, x, b1);
      x = v128.shuffle<f32>(four, four, 3, 3, 3, 3);
      c30 = multiplyAdd(c30, x, b0);
      c31 = multiplyAdd(c31, x, b1);
      a += 16;
      row += 32;
    }
    put8(c, c00, c01, add);
    put8(c + ldc, c10, c11, add);
    put8(c + 2 * ldc, c20, c21, add);
    put8(c + 3 * ldc, c30, c31, add);
  }
}
/** Tiles of six rows. */
function six(count: i32, k: i32, a: usize, b: usize, c: usize, ldc: usize, add: bool): void {
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
