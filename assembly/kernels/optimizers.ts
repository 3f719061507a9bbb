/** One fused pass over flat vectors for each optimizer: θ (y, in place), the gradient a, the states b and c (in place), the
 *  step's scalars at d. Zeros stay zeros, so padding between parameters stays clean. Moments below `tiny` become 0: left alone
 *  they decay into subnormal numbers, with which every step takes several times as long. */
import { Field } from '../layout';
import { scratch } from '../state';
import { begin } from './slice';

@inline
function scalar(i: usize, n: usize): v128 {
  return v128.load32_splat(load<usize>(i, Field.d) + (n << 2));
}
/** 0 where |x| < tiny; NaN stays. */
@inline
function flushed(x: v128, tiny: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), tiny));
}

/** θ ← θ − ε(g + λθ). d: ε, λ. */
@final class Sgd {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, end: usize): void {
    const rate = scalar(i, 0), decay = scalar(i, 1);
    for (; y < end; y += 16, a += 16) {
      const theta = v128.load(y), g = f32x4.add(v128.load(a), f32x4.mul(decay, theta));
      v128.store(y, f32x4.sub(theta, f32x4.mul(rate, g)));
    }
  }
}
/** v ← αv − ε(g + λθ); θ ← θ + v, or with Nesterov θ + αv − ε(g + λθ). d: ε, α, nesterov, λ, tiny. b: v. */
@final class Momentum {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, end: usize): void {
    const rate = scalar(i, 0), alpha = scalar(i, 1), ahead = f32x4.gt(scalar(i, 2), f32x4.splat(0)), decay = scalar(i, 3), tiny = scalar(i, 4);
    for (; y < end; y += 16, a += 16, b += 16) {
      const theta = v128.load(y), pull = f32x4.mul(rate, f32x4.add(v128.load(a), f32x4.mul(decay, theta)));
      const v = flushed(f32x4.sub(f32x4.mul(alpha, v128.load(b)), pull), tiny);
      v128.store(b, v);
      v128.store(y, f32x4.add(theta, v128.bitselect(f32x4.sub(f32x4.mul(alpha, v), pull), v, ahead)));
    }
  }
}
/** s ← β₁s + (1 − β₁)g; r ← β₂r + (1 − β₂)g²; θ ← θ − ε ŝ/(√r̂ + δ).
 *  d: β₁, 1 − β₁, β₂, 1 − β₂, ε/(1 − β₁ᵏ), δ, 1/√(1 − β₂ᵏ), tiny. b: s, c: r. */
@final class Adam {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, end: usize): void {
    const beta1 = scalar(i, 0), new1 = scalar(i, 1), beta2 = scalar(i, 2), new2 = scalar(i, 3);
    const rate = scalar(i, 4), delta = scalar(i, 5), correction = scalar(i, 6), tiny = scalar(i, 7);
    for (; y < end; y += 16, a += 16, b += 16, c += 16) {
      const g = v128.load(a);
      const s = flushed(f32x4.add(f32x4.mul(beta1, v128.load(b)), f32x4.mul(new1, g)), tiny);
      const r = flushed(f32x4.add(f32x4.mul(beta2, v128.load(c)), f32x4.mul(new2, f32x4.mul(g, g))), tiny);
      v128.store(b, s);
      v128.store(c, r);
      const size = f32x4.add(f32x4.mul(f32x4.sqrt(r), correction), delta);
      v128.store(y, f32x4.sub(v128.load(y), f32x4.div(f32x4.mul(rate, s), size)));
    }
  }
}

/** Runs the loop over whole vectors; a last incomplete one passes through the workspace. */
function update<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), first = begin(n, part, parts), count = begin(n, part + 1, parts) - first, at = <usize>first << 2;
  const y = load<usize>(i, Field.y) + at, a = load<usize>(i, Field.a) + at, b = load<usize>(i, Field.b) + at, c = load<usize>(i, Field.c) + at;
  const whole = (<usize>count & ~3) << 2, rest = (<usize>count & 3) << 2;
  run<Op>(i, y, a, b, c, y + whole);
  if (!rest) return;
  const w = scratch, states = load<usize>(i, Field.c) ? 2 : load<usize>(i, Field.b) ? 1 : 0;
  memory.copy(w, y + whole, rest);
  memory.copy(w + 16, a + whole, rest);
  if (states > 0) memory.copy(w + 32, b + whole, rest);
  if (states > 1) memory.copy(w + 48, c + whole, rest);
  run<Op>(i, w, w + 16, w + 32, w + 48, w + 16);
  memory.copy(y + whole, w, rest);
  if (states > 0) memory.copy(b + whole, w + 32, rest);
  if (states > 1) memory.copy(c + whole, w + 48, rest);
}
function run<Op>(i: usize, y: usize, a: usize, b: usize, c: usize, end: usize): void {
  changetype<Op>(0).apply(i, y, a, b, c, end);
}

export function sgd(i: usize, part: i32, parts: i32): void { update<Sgd>(i, part, parts); }
export function momentum(i: usize, part: i32, parts: i32): void { update<Momentum>(i, part, parts); }
export function adam(i: usize, part: i32, parts: i32): void { update<Adam>(i, part, parts); }
