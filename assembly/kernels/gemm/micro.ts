/** The innermost loops of matrix products and convolutions: tiles of 4×8 and 4×4 held in registers, with operands anywhere
 *  in memory. Each element is the sum over k in ascending order, one product after another, whatever the tile.
 *
 *  Each row of the left operand has an address of its own, because four addresses that the compiler cannot derive from one
 *  another are the fastest (0.94 of the limit instead of 0.86 in V8 11). From its address a row continues by runs, which are
 *  the same for all rows: a matrix has one run, a convolution one for each line of its kernel. */

/** sum + x·b, rounded twice, or once in the relaxed build on hosts with a fused multiply-add. */
@inline
export function multiplyAdd(sum: v128, x: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, b, sum) : f32x4.add(sum, f32x4.mul(x, b));
}

/** Computes `count` tiles of 4×8 below one another: c (lines of ldc bytes) = Σₖ a·b, added to c where `add`. `rows` lists the
 *  addresses of the rows of a; `runs` … `end` lists the runs: their distances from the rows' addresses, and the numbers of
 *  their floats, which are stepA bytes apart. The rows of b, 8 floats each, are stepB bytes apart. */
export function tiles(
  count: i32, rows: usize, runs: usize, end: usize, stepA: usize, b: usize, stepB: usize, c: usize, ldc: usize, add: bool,
): void {
  const zero = f32x4.splat(0);
  for (; count > 0; count--, c += ldc << 2, rows += 16) {
    let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero, row = b;
    for (let run = runs; run < end; run += 8) {
      const at = load<usize>(run), stop = row + load<usize>(run, 4) * stepB;
      let a0 = load<usize>(rows) + at, a1 = load<usize>(rows, 4) + at, a2 = load<usize>(rows, 8) + at, a3 = load<usize>(rows, 12) + at;
      do {
        const b0 = v128.load(row), b1 = v128.load(row, 16);
        let x = v128.load32_splat(a0);
        c00 = multiplyAdd(c00, x, b0);
        c01 = multiplyAdd(c01, x, b1);
        x = v128.load32_splat(a1);
        c10 = multiplyAdd(c10, x, b0);
        c11 = multiplyAdd(c11, x, b1);
        x = v128.load32_splat(a2);
        c20 = multiplyAdd(c20, x, b0);
        c21 = multiplyAdd(c21, x, b1);
        x = v128.load32_splat(a3);
        c30 = multiplyAdd(c30, x, b0);
        c31 = multiplyAdd(c31, x, b1);
        a0 += stepA;
        a1 += stepA;
        a2 += stepA;
        a3 += stepA;
        row += stepB;
      } while (row < stop);
    }
    put8(c, c00, c01, add);
    put8(c + ldc, c10, c11, add);
    put8(c + 2 * ldc, c20, c21, add);
    put8(c + 3 * ldc, c30, c31, add);
  }
}
@inline
export function put8(c: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = f32x4.add(v128.load(c), low);
    high = f32x4.add(v128.load(c, 16), high);
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

/** Computes a tile of 4×4: the last columns, where they are four or fewer. */
export function tile4(rows: usize, runs: usize, end: usize, stepA: usize, b: usize, stepB: usize, c: usize, ldc: usize, add: bool): void {
  const zero = f32x4.splat(0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero;
  for (let run = runs; run < end; run += 8) {
    const at = load<usize>(run), stop = b + load<usize>(run, 4) * stepB;
    let a0 = load<usize>(rows) + at, a1 = load<usize>(rows, 4) + at, a2 = load<usize>(rows, 8) + at, a3 = load<usize>(rows, 12) + at;
    do {
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
    } while (b < stop);
  }
  put4(c, c0, add);
  put4(c + ldc, c1, add);
  put4(c + 2 * ldc, c2, add);
  put4(c + 3 * ldc, c3, add);
}
@inline
function put4(c: usize, x: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), x) : x);
}
