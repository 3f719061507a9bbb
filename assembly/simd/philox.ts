/** Philox4x32-10 (Salmon et al. 2011): random words from a counter and a key, four counters side by side. */
const M0: u32 = 0xd2511f53, M1: u32 = 0xcd9e8d57, K0: i32 = 0x9e3779b9, K1: i32 = 0xbb67ae85;
const FIRST: usize = memory.data<i32>([0, 1, 2, 3], 16);

/** The upper halves of four 32×32-bit products. */
@inline
function multiplyHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

/** Writes the 16 words of the counters (4·group … 4·group + 3, stream, step, 0): the first words of all four, then the
 *  second words, and so on. */
export function philox(at: usize, group: i32, stream: i32, step: i32, key0: i32, key1: i32): void {
  let x0 = i32x4.add(i32x4.splat(group << 2), v128.load(FIRST));
  let x1 = i32x4.splat(stream), x2 = i32x4.splat(step), x3 = i32x4.splat(0);
  const m0 = i32x4.splat(M0), m1 = i32x4.splat(M1);
  for (let round = 0; round < 10; round++) {
    const h0 = multiplyHigh(x0, m0), l0 = i32x4.mul(x0, m0), h1 = multiplyHigh(x2, m1), l1 = i32x4.mul(x2, m1);
    x0 = v128.xor(v128.xor(h1, x1), i32x4.splat(key0));
    x1 = l1;
    x2 = v128.xor(v128.xor(h0, x3), i32x4.splat(key1));
    x3 = l0;
    key0 += K0;
    key1 += K1;
  }
  v128.store(at, x0);
  v128.store(at, x1, 16);
  v128.store(at, x2, 32);
  v128.store(at, x3, 48);
}
