/** One fused pass over flat vectors for each optimizer: θ (y, in place), the gradient a, the states b, c and e (in place), the
 *  step's scalars at d. Zeros stay zeros, so padding between parameters stays clean. Moments below `tiny` become 0;
 *  otherwise they would decay into subnormal numbers, which make every step several times as slow. */
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
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
    const rate = scalar(i, 0), decay = scalar(i, 1);
    for (; y < end; y += 16, a += 16) {
      const theta = v128.load(y), g = f32x4.add(v128.load(a), f32x4.mul(decay, theta));
      v128.store(y, f32x4.sub(theta, f32x4.mul(rate, g)));
    }
  }
}
/** v ← αv − ε(g + λθ); θ ← θ + v, or with Nesterov θ + αv − ε(g + λθ). d: ε, α, nesterov, λ, tiny. b: v. */
@final class Momentum {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
    const rate = scalar(i, 0), alpha = scalar(i, 1), ahead = f32x4.gt(scalar(i, 2), f32x4.splat(0)), decay = scalar(i, 3), tiny = scalar(i, 4);
    for (; y < end; y += 16, a += 16, b += 16) {
      const theta = v128.load(y), pull = f32x4.mul(rate, f32x4.add(v128.load(a), f32x4.mul(decay, theta)));
      const v = flushed(f32x4.sub(f32x4.mul(alpha, v128.load(b)), pull), tiny);
      v128.store(b, v);
      v128.store(y, f32x4.add(theta, v128.bitselect(f32x4.sub(f32x4.mul(alpha, v), pull), v, ahead)));
    }
  }
}
/** r ← r + g²; θ ← θ − ε/(δ + √r) g. d: ε, δ. b: r. */
@final class Adagrad {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
    const rate = scalar(i, 0), delta = scalar(i, 1);
    for (; y < end; y += 16, a += 16, b += 16) {
      const g = v128.load(a), r = f32x4.add(v128.load(b), f32x4.mul(g, g));
      v128.store(b, r);
      v128.store(y, f32x4.sub(v128.load(y), f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(r), delta))));
    }
  }
}
/** r ← ρr + (1 − ρ)g²; centered: m ← ρm + (1 − ρ)g and r − m² under the root; θ ← θ − ε/√(δ + r) g, or by the velocity
 *  v ← αv − ε/√(δ + r) g. d: ε, ρ, 1 − ρ, δ, α, tiny. b: r; then m and v, where they are used. */
@inline
function rmspropLoop(i: usize, y: usize, a: usize, b: usize, m: usize, v: usize, end: usize, centered: bool, moving: bool): void {
  const rate = scalar(i, 0), rho = scalar(i, 1), fresh = scalar(i, 2), delta = scalar(i, 3), alpha = scalar(i, 4), tiny = scalar(i, 5);
  for (; y < end; y += 16, a += 16, b += 16, m += 16, v += 16) {
    const g = v128.load(a);
    const r = flushed(f32x4.add(f32x4.mul(rho, v128.load(b)), f32x4.mul(fresh, f32x4.mul(g, g))), tiny);
    v128.store(b, r);
    let spread = r;
    if (centered) {
      const mean = flushed(f32x4.add(f32x4.mul(rho, v128.load(m)), f32x4.mul(fresh, g)), tiny);
      v128.store(m, mean);
      spread = f32x4.sub(r, f32x4.mul(mean, mean));
    }
    let move = f32x4.neg(f32x4.div(f32x4.mul(rate, g), f32x4.sqrt(f32x4.add(spread, delta))));
    if (moving) {
      move = flushed(f32x4.add(f32x4.mul(alpha, v128.load(v)), move), tiny);
      v128.store(v, move);
    }
    v128.store(y, f32x4.add(v128.load(y), move));
  }
}
@final class Rmsprop {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void { rmspropLoop(i, y, a, b, 0, 0, end, false, false); }
}
@final class RmspropMomentum {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void { rmspropLoop(i, y, a, b, 0, c, end, false, true); }
}
@final class RmspropCentered {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void { rmspropLoop(i, y, a, b, c, 0, end, true, false); }
}
@final class RmspropCenteredMomentum {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void { rmspropLoop(i, y, a, b, c, e, end, true, true); }
}
/** r ← ρr + (1 − ρ)g²; m = √(u + δ)/√(r + δ) g; u ← ρu + (1 − ρ)m²; θ ← θ − εm. d: ε, ρ, 1 − ρ, δ, tiny. b: r, c: u. */
@final class Adadelta {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
    const rate = scalar(i, 0), rho = scalar(i, 1), fresh = scalar(i, 2), delta = scalar(i, 3), tiny = scalar(i, 4);
    for (; y < end; y += 16, a += 16, b += 16, c += 16) {
      const g = v128.load(a), u = v128.load(c);
      const r = flushed(f32x4.add(f32x4.mul(rho, v128.load(b)), f32x4.mul(fresh, f32x4.mul(g, g))), tiny);
      const move = f32x4.mul(f32x4.div(f32x4.sqrt(f32x4.add(u, delta)), f32x4.sqrt(f32x4.add(r, delta))), g);
      v128.store(b, r);
      v128.store(c, flushed(f32x4.add(f32x4.mul(rho, u), f32x4.mul(fresh, f32x4.mul(move, move))), tiny));
      v128.store(y, f32x4.sub(v128.load(y), f32x4.mul(rate, move)));
    }
  }
}
/** s ← β₁s + (1 − β₁)g; u ← max(β₂u, |g| + δ); θ ← θ − ε s/u. d: β₁, 1 − β₁, β₂, ε/(1 − β₁ᵏ), δ, tiny. b: s, c: u. */
@final class Adamax {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
    const beta1 = scalar(i, 0), new1 = scalar(i, 1), beta2 = scalar(i, 2), rate = scalar(i, 3), delta = scalar(i, 4), tiny = scalar(i, 5);
    for (; y < end; y += 16, a += 16, b += 16, c += 16) {
      const g = v128.load(a);
      const s = flushed(f32x4.add(f32x4.mul(beta1, v128.load(b)), f32x4.mul(new1, g)), tiny);
      const u = f32x4.max(f32x4.mul(beta2, v128.load(c)), f32x4.add(f32x4.abs(g), delta));
      v128.store(b, s);
      v128.store(c, u);
      v128.store(y, f32x4.sub(v128.load(y), f32x4.mul(rate, f32x4.div(s, u))));
    }
  }
}
/** m' = β₁m + (1 − β₁)g; θ ← θ − ε sign(m'); m ← β₂m + (1 − β₂)g. d: ε, β₁, 1 − β₁, β₂, 1 − β₂, tiny. b: m. */
@final class Lion {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
    const rate = scalar(i, 0), beta1 = scalar(i, 1), new1 = scalar(i, 2), beta2 = scalar(i, 3), new2 = scalar(i, 4), tiny = scalar(i, 5);
    const zero = f32x4.splat(0), sign = f32x4.splat(-0.0);
    for (; y < end; y += 16, a += 16, b += 16) {
      const g = v128.load(a), m = v128.load(b);
      const toward = f32x4.add(f32x4.mul(beta1, m), f32x4.mul(new1, g));
      const move = v128.and(f32x4.ne(toward, zero), v128.or(rate, v128.and(toward, sign)));
      v128.store(b, flushed(f32x4.add(f32x4.mul(beta2, m), f32x4.mul(new2, g)), tiny));
      v128.store(y, f32x4.sub(v128.load(y), move));
    }
  }
}
/** Adam and its kin: s ← β₁s + (1 − β₁)g; r ← β₂r + (1 − β₂)g²; θ ← θ − λθ − (xg + ys)/(c√r + δ) − zs, with the largest r so far under
 *  the root where `largest`. d: β₁, 1 − β₁, β₂, 1 − β₂, λ, x, y, z, c, δ, tiny. b: s, c: r, e: the largest r. */
@inline
function adamLoop(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize, largest: bool): void {
  const beta1 = scalar(i, 0), new1 = scalar(i, 1), beta2 = scalar(i, 2), new2 = scalar(i, 3), decay = scalar(i, 4);
  const ofGrad = scalar(i, 5), ofMoment = scalar(i, 6), plain = scalar(i, 7), correction = scalar(i, 8), delta = scalar(i, 9), tiny = scalar(i, 10);
  for (; y < end; y += 16, a += 16, b += 16, c += 16, e += 16) {
    const g = v128.load(a), theta = v128.load(y);
    const s = flushed(f32x4.add(f32x4.mul(beta1, v128.load(b)), f32x4.mul(new1, g)), tiny);
    const r = flushed(f32x4.add(f32x4.mul(beta2, v128.load(c)), f32x4.mul(new2, f32x4.mul(g, g))), tiny);
    v128.store(b, s);
    v128.store(c, r);
    let most = r;
    if (largest) {
      most = f32x4.max(v128.load(e), r);
      v128.store(e, most);
    }
    const size = f32x4.add(f32x4.mul(f32x4.sqrt(most), correction), delta);
    const move = f32x4.add(f32x4.div(f32x4.add(f32x4.mul(ofGrad, g), f32x4.mul(ofMoment, s)), size), f32x4.mul(plain, s));
    v128.store(y, f32x4.sub(f32x4.sub(theta, f32x4.mul(decay, theta)), move));
  }
}
@final class Adam {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void { adamLoop(i, y, a, b, c, 0, end, false); }
}
@final class Amsgrad {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void { adamLoop(i, y, a, b, c, e, end, true); }
}
/** Lookahead: where x is not 0, b ← b + y(θ − b) and θ ← b. d: x, y. b: the slow weights. */
@final class Lookahead {
  @inline apply(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
    if (load<f32>(load<usize>(i, Field.d)) == 0) return;
    const share = scalar(i, 1);
    for (; y < end; y += 16, b += 16) {
      const slow = v128.load(b), next = f32x4.add(slow, f32x4.mul(share, f32x4.sub(v128.load(y), slow)));
      v128.store(b, next);
      v128.store(y, next);
    }
  }
}

/** Runs the loop over whole vectors; an incomplete last one is copied through the workspace. */
function update<Op>(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), first = begin(n, part, parts), count = begin(n, part + 1, parts) - first, at = <usize>first << 2;
  const y = load<usize>(i, Field.y) + at, a = load<usize>(i, Field.a) + at, b = load<usize>(i, Field.b) + at, c = load<usize>(i, Field.c) + at, e = load<usize>(i, Field.e) + at;
  const whole = (<usize>count & ~3) << 2, rest = (<usize>count & 3) << 2;
  run<Op>(i, y, a, b, c, e, y + whole);
  if (!rest) return;
  const w = scratch, states = load<usize>(i, Field.e) ? 3 : load<usize>(i, Field.c) ? 2 : load<usize>(i, Field.b) ? 1 : 0;
  memory.copy(w, y + whole, rest);
  memory.copy(w + 16, a + whole, rest);
  if (states > 0) memory.copy(w + 32, b + whole, rest);
  if (states > 1) memory.copy(w + 48, c + whole, rest);
  if (states > 2) memory.copy(w + 64, e + whole, rest);
  run<Op>(i, w, w + 16, w + 32, w + 48, w + 64, w + 16);
  memory.copy(y + whole, w, rest);
  if (states > 0) memory.copy(b + whole, w + 32, rest);
  if (states > 1) memory.copy(c + whole, w + 48, rest);
  if (states > 2) memory.copy(e + whole, w + 64, rest);
}
function run<Op>(i: usize, y: usize, a: usize, b: usize, c: usize, e: usize, end: usize): void {
  changetype<Op>(0).apply(i, y, a, b, c, e, end);
}

export function sgd(i: usize, part: i32, parts: i32): void { update<Sgd>(i, part, parts); }
export function momentum(i: usize, part: i32, parts: i32): void { update<Momentum>(i, part, parts); }
export function adagrad(i: usize, part: i32, parts: i32): void { update<Adagrad>(i, part, parts); }
export function rmsprop(i: usize, part: i32, parts: i32): void { update<Rmsprop>(i, part, parts); }
export function rmspropMomentum(i: usize, part: i32, parts: i32): void { update<RmspropMomentum>(i, part, parts); }
export function rmspropCentered(i: usize, part: i32, parts: i32): void { update<RmspropCentered>(i, part, parts); }
export function rmspropCenteredMomentum(i: usize, part: i32, parts: i32): void { update<RmspropCenteredMomentum>(i, part, parts); }
export function adadelta(i: usize, part: i32, parts: i32): void { update<Adadelta>(i, part, parts); }
export function adamax(i: usize, part: i32, parts: i32): void { update<Adamax>(i, part, parts); }
export function lion(i: usize, part: i32, parts: i32): void { update<Lion>(i, part, parts); }
export function adam(i: usize, part: i32, parts: i32): void { update<Adam>(i, part, parts); }
export function amsgrad(i: usize, part: i32, parts: i32): void { update<Amsgrad>(i, part, parts); }
export function lookahead(i: usize, part: i32, parts: i32): void { update<Lookahead>(i, part, parts); }
