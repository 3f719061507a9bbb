/** y = f(a, b) and y = f(a, b, c), element by element, with broadcasting. */
import { map2, map3 } from './map';

@final class Add { @inline apply(a: v128, b: v128, s: v128): v128 { return f32x4.add(a, b); } }
@final class Sub { @inline apply(a: v128, b: v128, s: v128): v128 { return f32x4.sub(a, b); } }
@final class Mul { @inline apply(a: v128, b: v128, s: v128): v128 { return f32x4.mul(a, b); } }
@final class Div { @inline apply(a: v128, b: v128, s: v128): v128 { return f32x4.div(a, b); } }
@final class Maximum { @inline apply(a: v128, b: v128, s: v128): v128 { return f32x4.max(a, b); } }
@final class Minimum { @inline apply(a: v128, b: v128, s: v128): v128 { return f32x4.min(a, b); } }
@final class Equal { @inline apply(a: v128, b: v128, s: v128): v128 { return v128.and(f32x4.eq(a, b), f32x4.splat(1)); } }
@final class Less { @inline apply(a: v128, b: v128, s: v128): v128 { return v128.and(f32x4.lt(a, b), f32x4.splat(1)); } }
@final class Greater { @inline apply(a: v128, b: v128, s: v128): v128 { return v128.and(f32x4.gt(a, b), f32x4.splat(1)); } }
/** AssemblyScript's own powf (ARM's optimized routines), compiled into the module, so that it does not depend on the
 *  host. */
@final class Pow {
  @inline apply(a: v128, b: v128, s: v128): v128 {
    let y = f32x4.splat(NativeMathf.pow(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
    y = f32x4.replace_lane(y, 1, NativeMathf.pow(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
    y = f32x4.replace_lane(y, 2, NativeMathf.pow(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
    return f32x4.replace_lane(y, 3, NativeMathf.pow(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  }
}
/** a − b ⌊a/b⌋ in float64, where the product is exact up to quotients of 2²⁹. */
@final class Mod {
  @inline apply(a: v128, b: v128, s: v128): v128 {
    const low = rest(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
    const high = rest(f64x2.promote_low_f32x4(upper(a)), f64x2.promote_low_f32x4(upper(b)));
    return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  }
}
@inline
function upper(x: v128): v128 { return v128.shuffle<f64>(x, x, 1, 1); }
@inline
function rest(a: v128, b: v128): v128 { return f64x2.sub(a, f64x2.mul(b, f64x2.floor(f64x2.div(a, b)))); }
/** dy where y > 0, else 0 */
@final class ReluGradient { @inline apply(dy: v128, y: v128, s: v128): v128 { return v128.and(dy, f32x4.gt(y, f32x4.splat(0))); } }
/** dy where x > 0, else dy·s */
@final class LeakyReluGradient {
  @inline apply(dy: v128, x: v128, s: v128): v128 { return v128.bitselect(dy, f32x4.mul(dy, s), f32x4.gt(x, f32x4.splat(0))); }
}
/** dy (1 − y²) */
@final class TanhGradient {
  @inline apply(dy: v128, y: v128, s: v128): v128 { return f32x4.mul(dy, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y))); }
}
/** dy·y (1 − y) */
@final class SigmoidGradient {
  @inline apply(dy: v128, y: v128, s: v128): v128 { return f32x4.mul(f32x4.mul(dy, y), f32x4.sub(f32x4.splat(1), y)); }
}
/** a where the condition is not 0, else b */
@final class Where {
  @inline apply(condition: v128, a: v128, b: v128): v128 { return v128.bitselect(b, a, f32x4.eq(condition, f32x4.splat(0))); }
}

export function add(i: usize, part: i32, parts: i32): void { map2<Add>(i, part, parts); }
export function sub(i: usize, part: i32, parts: i32): void { map2<Sub>(i, part, parts); }
export function mul(i: usize, part: i32, parts: i32): void { map2<Mul>(i, part, parts); }
export function div(i: usize, part: i32, parts: i32): void { map2<Div>(i, part, parts); }
export function maximum(i: usize, part: i32, parts: i32): void { map2<Maximum>(i, part, parts); }
export function minimum(i: usize, part: i32, parts: i32): void { map2<Minimum>(i, part, parts); }
export function equal(i: usize, part: i32, parts: i32): void { map2<Equal>(i, part, parts); }
export function less(i: usize, part: i32, parts: i32): void { map2<Less>(i, part, parts); }
export function greater(i: usize, part: i32, parts: i32): void { map2<Greater>(i, part, parts); }
export function pow(i: usize, part: i32, parts: i32): void { map2<Pow>(i, part, parts); }
export function mod(i: usize, part: i32, parts: i32): void { map2<Mod>(i, part, parts); }
export function reluGradient(i: usize, part: i32, parts: i32): void { map2<ReluGradient>(i, part, parts); }
export function leakyReluGradient(i: usize, part: i32, parts: i32): void { map2<LeakyReluGradient>(i, part, parts); }
export function tanhGradient(i: usize, part: i32, parts: i32): void { map2<TanhGradient>(i, part, parts); }
export function sigmoidGradient(i: usize, part: i32, parts: i32): void { map2<SigmoidGradient>(i, part, parts); }
export function where(i: usize, part: i32, parts: i32): void { map3<Where>(i, part, parts); }
