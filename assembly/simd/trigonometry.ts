/** sin and cos. The angle is reduced in float64, two lanes at a time, so that large angles keep their precision. */

/** 2/π, π/2 in two parts (the first has 33 bits, so that small multiples are exact), and the terms of fdlibm's
 *  polynomials that float32 needs. */
const T: usize = memory.data<f64>([
  0.6366197723675814, 1.5707963267341256, 6.077100506506192e-11,
  2.75573137070700676789e-6, -1.98412698298579493134e-4, 8.33333333332248946124e-3, -1.66666666666666324348e-1,
  2.48015872894767294178e-5, -1.38888888888741095749e-3, 4.16666666666666019037e-2, -0.5, 1,
], 16);
@inline
function k(i: usize): v128 {
  return v128.load64_splat(T + (i << 3));
}
@inline
function horner(p: v128, x: v128, i: usize): v128 {
  return f64x2.add(f64x2.mul(p, x), k(i));
}

/** sin(x + quarter·π/2) of two lanes of float64. */
@inline
function turned(x: v128, quarter: i64): v128 {
  const n = f64x2.nearest(f64x2.mul(x, k(0)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, k(1))), f64x2.mul(n, k(2))), z = f64x2.mul(r, r);
  const quadrant = i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n)), i64x2.splat(quarter));
  const s = f64x2.add(r, f64x2.mul(f64x2.mul(r, z), horner(horner(horner(k(3), z, 4), z, 5), z, 6)));
  const c = horner(horner(horner(horner(k(7), z, 8), z, 9), z, 10), z, 11);
  const odd = i64x2.neg(v128.and(quadrant, i64x2.splat(1)));
  return v128.xor(v128.bitselect(c, s, odd), i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62));
}
@inline
function both(x: v128, quarter: i64): v128 {
  const low = f32x4.demote_f64x2_zero(turned(f64x2.promote_low_f32x4(x), quarter));
  const high = f32x4.demote_f64x2_zero(turned(f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)), quarter));
  return v128.shuffle<i64>(low, high, 0, 2);
}

/** The sine, within 1 ulp for |x| ≤ 10⁵. */
@inline
export function sin(x: v128): v128 {
  return both(x, 0);
}
@inline
export function cos(x: v128): v128 {
  return both(x, 1);
}
