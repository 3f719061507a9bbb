/** The innermost loops of a matrix product: tiles of 4×8 and 4×4 held in registers, with operands anywhere in memory.
 *  Each element is the sum over k in ascending order, one product after another, whatever the tile. */

/** sum + x·b, rounded twice, or once in the relaxed build on hosts with a fused multiply-add. */
@inline
export function multiplyAdd(sum: v128, x: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, b, sum) : f32x4.add(sum, f32x4.mul(x, b));
}

/** c[4×8] (rows of ldc bytes) = Σₖ a·b, added to c where `add`. The four rows of a begin at a0 … a3, with neighbours
 *  along k stepA bytes apart; the rows of b, 8 floats each, are stepB bytes apart. */
export function tile4x8(
  k: i32, a0: usize, a1: usize, a2: usize, a3: usize, stepA: usize, b: usize, stepB: usize, c: usize, ldc: usize, add: bool,
): void {
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
  while (k > 0) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let a = v128.load32_splat(a0);
    c00 = multiplyAdd(c00, a, b0);
    c01 = multiplyAdd(c01, a, b1);
    a = v128.load32_splat(a1);
    c10 = multiplyAdd(c10, a, b0);
    c11 = multiplyAdd(c11, a, b1);
    a = v128.load32_splat(a2);
    c20 = multiplyAdd(c20, a, b0);
    c21 = multiplyAdd(c21, a, b1);
    a = v128.load32_splat(a3);
    c30 = multiplyAdd(c30, a, b0);
    c31 = multiplyAdd(c31, a, b1);
    a0 += stepA;
    a1 += stepA;
    a2 += stepA;
    a3 += stepA;
    b += stepB;
    k--;
  }
  put8(c, c00, c01, add);
  put8(c + ldc, c10, c11, add);
  put8(c + 2 * ldc, c20, c21, add);
  put8(c + 3 * ldc, c30, c31, add);
}
@inline
export function put8(c: usize, low: v128, high: v128, add: bool): void {
  put4(c, low, add);
  put4(c + 16, high, add);
}
@inline
function put4(c: usize, x: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), x) : x);
}

/** Computes a tile of 4×4: the last columns, where they are four or fewer. */
export function tile4x4(
  k: i32, a0: usize, a1: usize, a2: usize, a3: usize, stepA: usize, b: usize, stepB: usize, c: usize, ldc: usize, add: bool,
): void {
  const zero = f32x4.splat(0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero;
  while (k > 0) {
    const x = v128.load(b);
    c0 = multiplyAdd(c0, v128.load32_splat(a0), x);
    c1 = multiplyAdd(c1, v128.load32_splat(a1), x);
    c2 = multiplyAdd(c2, v128.load32_splat(a2), x);
    c3 = multiplyAdd(c3, v128.load32_splat(a3), x);
    a0 += stepA;
    a1 += stepA;
    a2 += stepA;
    a3 += stepA;
    b += stepB;
    k--;
  }
  put4(c, c0, add);
  put4(c + ldc, c1, add);
  put4(c + 2 * ldc, c2, add);
  put4(c + 3 * ldc, c3, add);
}
