/** Functions on four lanes with the same bits in every engine: only + − × ÷ √ and bits. NaN stays NaN.
 *  Constants are in static tables, because V8 builds a v128.const again in every iteration of a loop. */

import { scratch } from '../state';

/** Constant `i` of a table. */
@inline
function k(table: usize, i: usize): v128 {
  return v128.load32_splat(table + (i << 2));
}
/** p·x + constant `i`: one step of Horner's rule. */
@inline
function horner(p: v128, x: v128, table: usize, i: usize): v128 {
  return f32x4.add(f32x4.mul(p, x), k(table, i));
}

/** Bounds of the argument, 1.5·2²³, log₂e, ln 2 in two parts, the polynomial of Cephes' expf, 1. */
const EXP: usize = memory.data<f32>([
  89, -104, 12582912, 1.44269504, 0.693359375, -2.12194440e-4,
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
], 16);

/** A function of e^y, in three pieces: the argument y that follows from x; y = n ln 2 + r, and eʳ − 1, which all share;
 *  and the result from x, 2ⁿ and eʳ − 1. t is n, rounded by an addition, in the low bits of a float. */
@inline
function rounded(y: v128): v128 {
  return f32x4.add(f32x4.mul(y, k(EXP, 3)), k(EXP, 2));
}
/** y − n ln 2 */
@inline
function rest(y: v128, t: v128): v128 {
  const n = f32x4.sub(t, k(EXP, 2));
  return f32x4.sub(f32x4.sub(y, f32x4.mul(n, k(EXP, 4))), f32x4.mul(n, k(EXP, 5)));
}
/** eʳ − 1 for |r| ≤ ½ ln 2. */
@inline
function little(r: v128): v128 {
  let p = horner(k(EXP, 6), r, EXP, 7);
  p = horner(p, r, EXP, 8);
  p = horner(p, r, EXP, 9);
  p = horner(p, r, EXP, 10);
  p = horner(p, r, EXP, 11);
  return f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
}
/** One vector. */
@inline
export function ofExp<Op>(x: v128, s: v128): v128 {
  const op = changetype<Op>(0), y = op.argument(x, s), t = rounded(y);
  return op.result(x, t, little(rest(y, t)));
}
/** Four vectors, from a to y, which may be the same: they share the loads of constants, and their chains of operations
 *  overlap. */
export function fourOfExp<Op>(y: usize, a: usize, shift: f32): void {
  const op = changetype<Op>(0), s = f32x4.splat(shift);
  let r0 = op.argument(v128.load(a), s), r1 = op.argument(v128.load(a, 16), s);
  let r2 = op.argument(v128.load(a, 32), s), r3 = op.argument(v128.load(a, 48), s);
  let c = k(EXP, 3), d = k(EXP, 2);
  const t0 = f32x4.add(f32x4.mul(r0, c), d), t1 = f32x4.add(f32x4.mul(r1, c), d);
  const t2 = f32x4.add(f32x4.mul(r2, c), d), t3 = f32x4.add(f32x4.mul(r3, c), d);
  let p0 = f32x4.sub(t0, d), p1 = f32x4.sub(t1, d), p2 = f32x4.sub(t2, d), p3 = f32x4.sub(t3, d);
  c = k(EXP, 4);
  r0 = f32x4.sub(r0, f32x4.mul(p0, c)), r1 = f32x4.sub(r1, f32x4.mul(p1, c));
  r2 = f32x4.sub(r2, f32x4.mul(p2, c)), r3 = f32x4.sub(r3, f32x4.mul(p3, c));
  c = k(EXP, 5);
  r0 = f32x4.sub(r0, f32x4.mul(p0, c)), r1 = f32x4.sub(r1, f32x4.mul(p1, c));
  r2 = f32x4.sub(r2, f32x4.mul(p2, c)), r3 = f32x4.sub(r3, f32x4.mul(p3, c));
  c = k(EXP, 6), d = k(EXP, 7);
  p0 = f32x4.add(f32x4.mul(c, r0), d), p1 = f32x4.add(f32x4.mul(c, r1), d);
  p2 = f32x4.add(f32x4.mul(c, r2), d), p3 = f32x4.add(f32x4.mul(c, r3), d);
  for (let i: usize = 8; i < 12; i++) {
    c = k(EXP, i);
    p0 = f32x4.add(f32x4.mul(p0, r0), c), p1 = f32x4.add(f32x4.mul(p1, r1), c);
    p2 = f32x4.add(f32x4.mul(p2, r2), c), p3 = f32x4.add(f32x4.mul(p3, r3), c);
  }
  p0 = f32x4.add(f32x4.mul(p0, f32x4.mul(r0, r0)), r0), p1 = f32x4.add(f32x4.mul(p1, f32x4.mul(r1, r1)), r1);
  p2 = f32x4.add(f32x4.mul(p2, f32x4.mul(r2, r2)), r2), p3 = f32x4.add(f32x4.mul(p3, f32x4.mul(r3, r3)), r3);
  // A long result is compiled once.
  if (op.long()) {
    const at = scratch + 64;
    v128.store(at, p0);
    v128.store(at, p1, 16);
    v128.store(at, p2, 32);
    v128.store(at, p3, 48);
    v128.store(at, t0, 64);
    v128.store(at, t1, 80);
    v128.store(at, t2, 96);
    v128.store(at, t3, 112);
    for (let i: usize = 0; i < 64; i += 16) v128.store(y + i, op.result(v128.load(a + i), v128.load(at + i, 64), v128.load(at + i)));
    return;
  }
  v128.store(y, op.result(v128.load(a), t0, p0));
  v128.store(y, op.result(v128.load(a, 16), t1, p1), 16);
  v128.store(y, op.result(v128.load(a, 32), t2, p2), 32);
  v128.store(y, op.result(v128.load(a, 48), t3, p3), 48);
}

/** eʸ from eʳ − 1 and n. 2ⁿ is applied in two halves, so that the result overflows to ∞ and underflows gradually. */
@inline
function scaled(t: v128, p: v128): v128 {
  const power = i32x4.sub(t, k(EXP, 2)), half = i32x4.shr_s(power, 1), one = k(EXP, 12);
  const first = i32x4.add(i32x4.shl(half, 23), one);
  return f32x4.mul(f32x4.mul(f32x4.add(p, one), first), i32x4.add(i32x4.shl(i32x4.sub(power, half), 23), one));
}
@inline
function bounded(x: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, k(EXP, 0)), k(EXP, 1));
}

/** eˣ, within 1 ulp. */
@final export class Exp {
  @inline long(): bool { return false; }
  @inline argument(x: v128, s: v128): v128 { return bounded(x); }
  @inline result(x: v128, t: v128, p: v128): v128 { return scaled(t, p); }
}

/** The argument at which 2ⁿ, built from bits, becomes 0. */
const VANISHED: usize = memory.data<f32>([-88.03], 16);

/** e^(x − s) for x ≤ s: the bits of exp down to −87.6, and 0 below. */
@final export class ExpDown {
  @inline long(): bool { return false; }
  @inline argument(x: v128, s: v128): v128 { return f32x4.pmax(f32x4.sub(x, s), k(VANISHED, 0)); }
  @inline result(x: v128, t: v128, p: v128): v128 {
    const one = k(EXP, 12);
    return f32x4.mul(f32x4.add(p, one), i32x4.add(i32x4.shl(t, 23), one));
  }
}

/** The argument from which on tanh is 1 in float32, −2, 2. */
const TANH: usize = memory.data<f32>([9.02, -2, 2], 16);

/** tanh x within 2.5 ulp, as −m / (2 + m) with m = e^−2|x| − 1 and the sign of x. m is computed as 2ⁿ(eʳ − 1) + (2ⁿ −
 *  1), so that nothing cancels near 0. */
@final export class Tanh {
  @inline long(): bool { return false; }
  @inline argument(x: v128, s: v128): v128 { return f32x4.mul(f32x4.pmin(f32x4.abs(x), k(TANH, 0)), k(TANH, 1)); }
  @inline result(x: v128, t: v128, p: v128): v128 {
    const one = k(EXP, 12), power = i32x4.add(i32x4.shl(i32x4.sub(t, k(EXP, 2)), 23), one);
    const m = f32x4.add(f32x4.mul(power, p), f32x4.sub(power, one));
    return v128.xor(f32x4.neg(f32x4.div(m, f32x4.add(k(TANH, 2), m))), v128.and(x, i32x4.splat(0x80000000)));
  }
}

/** 1 / (1 + e⁻ˣ), within 2.2 ulp. */
@final export class Sigmoid {
  @inline long(): bool { return false; }
  @inline argument(x: v128, s: v128): v128 { return bounded(f32x4.neg(x)); }
  @inline result(x: v128, t: v128, p: v128): v128 {
    const one = k(EXP, 12);
    return f32x4.div(one, f32x4.add(one, scaled(t, p)));
  }
}

/** max(x, 0) + log(1 + e^−|x|). The quotient corrects the rounding of 1 + e (Kahan). */
@final export class Softplus {
  @inline long(): bool { return true; }
  @inline argument(x: v128, s: v128): v128 { return bounded(f32x4.neg(f32x4.abs(x))); }
  @inline result(x: v128, t: v128, p: v128): v128 {
    const one = k(EXP, 12), e = scaled(t, p), u = f32x4.add(one, e);
    const precise = f32x4.div(f32x4.mul(log(u), e), f32x4.sub(u, one));
    return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), v128.bitselect(e, precise, f32x4.eq(u, one)));
  }
}

/** The smallest normal number, 2²³, √2, ½, 1, the polynomial of Cephes' logf, ln 2 in two parts. */
const LOG: usize = memory.data<f32>([
  1.17549435e-38, 8388608, 1.41421356, 0.5, 1,
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, -2.12194440e-4, 0.693359375,
], 16);

/** The natural logarithm, within 1 ulp; −∞ at 0, NaN below. */
@inline
export function log(x: v128): v128 {
  const small = f32x4.lt(x, k(LOG, 0));
  const y = v128.bitselect(f32x4.mul(x, k(LOG, 1)), x, small);
  let e = i32x4.sub(i32x4.shr_u(y, 23), i32x4.splat(127));
  e = i32x4.sub(e, v128.and(small, i32x4.splat(23)));
  let m = v128.or(v128.and(y, i32x4.splat(0x7fffff)), k(LOG, 4)); // from 1 to 2
  const big = f32x4.gt(m, k(LOG, 2));
  m = v128.bitselect(f32x4.mul(m, k(LOG, 3)), m, big); // from √½ to √2
  e = i32x4.sub(e, big);
  const power = f32x4.convert_i32x4_s(e), f = f32x4.sub(m, k(LOG, 4)), z = f32x4.mul(f, f);
  let p = horner(k(LOG, 5), f, LOG, 6);
  p = horner(p, f, LOG, 7);
  p = horner(p, f, LOG, 8);
  p = horner(p, f, LOG, 9);
  p = horner(p, f, LOG, 10);
  p = horner(p, f, LOG, 11);
  p = horner(p, f, LOG, 12);
  p = horner(p, f, LOG, 13);
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = f32x4.sub(f32x4.add(p, f32x4.mul(power, k(LOG, 14))), f32x4.mul(z, k(LOG, 3)));
  const r = f32x4.add(f32x4.add(f, p), f32x4.mul(power, k(LOG, 15)));
  const zero = f32x4.splat(0), infinity = f32x4.splat(Infinity);
  const positive = v128.bitselect(x, r, f32x4.eq(x, infinity));
  const all = v128.bitselect(f32x4.neg(infinity), positive, f32x4.eq(x, zero));
  return v128.bitselect(all, f32x4.splat(NaN), f32x4.ge(x, zero));
}

/** The bound, numerator and denominator in x² of a minimax approximation for |x| < 4 (as in Eigen's erf). */
const ERF: usize = memory.data<f32>([
  4, -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4,
  -2.95459980854025e-3, -1.60960333262415e-2,
  -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
], 16);

/** The error function, within 2e-7. */
@inline
export function erf(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, k(ERF, 0)), f32x4.neg(k(ERF, 0))), z = f32x4.mul(y, y);
  let p = horner(k(ERF, 1), z, ERF, 2);
  p = horner(p, z, ERF, 3);
  p = horner(p, z, ERF, 4);
  p = horner(p, z, ERF, 5);
  p = horner(p, z, ERF, 6);
  p = horner(p, z, ERF, 7);
  let q = horner(k(ERF, 8), z, ERF, 9);
  q = horner(q, z, ERF, 10);
  q = horner(q, z, ERF, 11);
  q = horner(q, z, ERF, 12);
  return f32x4.div(f32x4.mul(y, p), q);
}

/** The least argument whose e^x − 1 is not −1 in float32, ½, 2, 88. */
const NEAR: usize = memory.data<f32>([-18, 0.5, 2, 88], 16);

/** e^x − 1, within 2 ulp, as twice 2ⁿ⁻¹(eʳ − 1) + (2ⁿ⁻¹ − ½), so that nothing cancels near 0 and only the result overflows. */
@final class Expm1 {
  @inline long(): bool { return true; }
  @inline argument(x: v128, s: v128): v128 { return f32x4.pmax(f32x4.pmin(x, k(EXP, 0)), k(NEAR, 0)); }
  @inline result(x: v128, t: v128, p: v128): v128 {
    const power = i32x4.add(i32x4.shl(i32x4.sub(t, k(EXP, 2)), 23), k(NEAR, 1));
    return f32x4.mul(f32x4.add(f32x4.mul(power, p), f32x4.sub(power, k(NEAR, 1))), k(NEAR, 2));
  }
}
function lessOne(x: v128): v128 { return ofExp<Expm1>(x, x); }
@inline
export function expm1(x: v128): v128 { return lessOne(x); }

/** log(1 + x), within 3 ulp: the quotient corrects the rounding of 1 + x (Kahan). */
@inline
export function log1p(x: v128): v128 {
  const one = k(EXP, 12), u = f32x4.add(x, one), infinite = f32x4.eq(u, f32x4.splat(Infinity));
  const precise = f32x4.mul(log(u), f32x4.div(x, f32x4.sub(u, one)));
  return v128.bitselect(x, precise, v128.or(f32x4.eq(u, one), infinite));
}

/** m / (m + 1) for m = e^(|x|/2) − 1, which is 1 − e^(−|x|/2). Halves of the argument let nothing overflow but the result. */
@inline
function half(x: v128): v128 {
  return expm1(f32x4.pmin(f32x4.mul(f32x4.abs(x), k(NEAR, 1)), k(NEAR, 3)));
}
/** sinh x = 2 sinh(x/2) cosh(x/2) */
@inline
export function sinh(x: v128): v128 {
  const m = half(x), n = f32x4.div(m, f32x4.add(m, k(EXP, 12)));
  const y = f32x4.mul(f32x4.add(m, n), f32x4.add(f32x4.mul(f32x4.sub(m, n), k(NEAR, 1)), k(EXP, 12)));
  return v128.or(y, v128.and(x, i32x4.splat(0x80000000)));
}
/** cosh x = 1 + 2 sinh(x/2)² */
@inline
export function cosh(x: v128): v128 {
  const m = half(x), d = f32x4.add(m, f32x4.div(m, f32x4.add(m, k(EXP, 12))));
  return f32x4.add(f32x4.mul(f32x4.mul(d, k(NEAR, 1)), d), k(EXP, 12));
}
