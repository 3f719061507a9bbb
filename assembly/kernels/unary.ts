/** y = f(a), element by element. */
import * as math from '../simd/math';
import * as trigonometry from '../simd/trigonometry';
import { map1, mapExp } from './map';

@final class Neg { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.neg(x); } }
@final class Abs { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.abs(x); } }
@final class Sqrt { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.sqrt(x); } }
@final class Square { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.mul(x, x); } }
@final class Floor { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.floor(x); } }
/** Halves go to the even number. */
@final class Round { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.nearest(x); } }
@final class Reciprocal { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.div(f32x4.splat(1), x); } }
@final class Scale { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.mul(x, s); } }
/** pmax(x, 0) is NaN where x is: the order of the operands matters. */
@final class Relu { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.pmax(x, f32x4.splat(0)); } }
@final class LeakyRelu {
  @inline apply(x: v128, s: v128, t: v128): v128 { return v128.bitselect(x, f32x4.mul(x, s), f32x4.gt(x, f32x4.splat(0))); }
}
/** Clamps to the range from s to t. */
@final class Clamp { @inline apply(x: v128, s: v128, t: v128): v128 { return f32x4.pmin(f32x4.pmax(x, s), t); } }
@final class Sign {
  @inline apply(x: v128, s: v128, t: v128): v128 {
    const signed = v128.or(f32x4.splat(1), v128.and(x, i32x4.splat(0x80000000)));
    return v128.bitselect(x, signed, v128.not(f32x4.gt(f32x4.abs(x), f32x4.splat(0)))); // 0 and NaN stay
  }
}
@final class Log { @inline apply(x: v128, s: v128, t: v128): v128 { return math.log(x); } }
@final class Erf { @inline apply(x: v128, s: v128, t: v128): v128 { return math.erf(x); } }
@final class Sin { @inline apply(x: v128, s: v128, t: v128): v128 { return trigonometry.sin(x); } }
@final class Cos { @inline apply(x: v128, s: v128, t: v128): v128 { return trigonometry.cos(x); } }
@final class Log1p { @inline apply(x: v128, s: v128, t: v128): v128 { return math.log1p(x); } }
@final class Expm1 { @inline apply(x: v128, s: v128, t: v128): v128 { return math.expm1(x); } }
@final class Sinh { @inline apply(x: v128, s: v128, t: v128): v128 { return math.sinh(x); } }
@final class Cosh { @inline apply(x: v128, s: v128, t: v128): v128 { return math.cosh(x); } }

export function neg(i: usize, part: i32, parts: i32): void { map1<Neg>(i, part, parts); }
export function abs(i: usize, part: i32, parts: i32): void { map1<Abs>(i, part, parts); }
export function sqrt(i: usize, part: i32, parts: i32): void { map1<Sqrt>(i, part, parts); }
export function square(i: usize, part: i32, parts: i32): void { map1<Square>(i, part, parts); }
export function floor(i: usize, part: i32, parts: i32): void { map1<Floor>(i, part, parts); }
export function round(i: usize, part: i32, parts: i32): void { map1<Round>(i, part, parts); }
export function reciprocal(i: usize, part: i32, parts: i32): void { map1<Reciprocal>(i, part, parts); }
export function scale(i: usize, part: i32, parts: i32): void { map1<Scale>(i, part, parts); }
export function relu(i: usize, part: i32, parts: i32): void { map1<Relu>(i, part, parts); }
export function leakyRelu(i: usize, part: i32, parts: i32): void { map1<LeakyRelu>(i, part, parts); }
export function clamp(i: usize, part: i32, parts: i32): void { map1<Clamp>(i, part, parts); }
export function sign(i: usize, part: i32, parts: i32): void { map1<Sign>(i, part, parts); }
export function exp(i: usize, part: i32, parts: i32): void { mapExp<math.Exp>(i, part, parts); }
export function log(i: usize, part: i32, parts: i32): void { map1<Log>(i, part, parts); }
export function tanh(i: usize, part: i32, parts: i32): void { mapExp<math.Tanh>(i, part, parts); }
export function sigmoid(i: usize, part: i32, parts: i32): void { mapExp<math.Sigmoid>(i, part, parts); }
export function softplus(i: usize, part: i32, parts: i32): void { mapExp<math.Softplus>(i, part, parts); }
export function erf(i: usize, part: i32, parts: i32): void { map1<Erf>(i, part, parts); }
export function sin(i: usize, part: i32, parts: i32): void { map1<Sin>(i, part, parts); }
export function cos(i: usize, part: i32, parts: i32): void { map1<Cos>(i, part, parts); }
export function log1p(i: usize, part: i32, parts: i32): void { map1<Log1p>(i, part, parts); }
export function expm1(i: usize, part: i32, parts: i32): void { map1<Expm1>(i, part, parts); }
export function sinh(i: usize, part: i32, parts: i32): void { map1<Sinh>(i, part, parts); }
export function cosh(i: usize, part: i32, parts: i32): void { map1<Cosh>(i, part, parts); }
