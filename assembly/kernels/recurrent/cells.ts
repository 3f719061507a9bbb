/** The cells: one row of one step, four units at a time. `u` is the number of units; pointers go to rows. Backward
 *  kernels get the gradient of the new state in pieces: p·m from the product of the step after, `rest` from what passes
 *  by the product, and dy from the output. `rest` becomes that of this step. */
import { fourOfExp, ofExp, Sigmoid, Tanh } from '../../simd/math';
import { scratch } from '../../state';

/** y ← f(y) for n floats. */
function applied<Op>(y: usize, n: i32): void {
  for (; n >= 16; n -= 16, y += 64) fourOfExp<Op>(y, y, 0);
  for (; n > 0; n -= 4, y += 16) put(y, ofExp<Op>(v128.load(y), v128.load(y)), n);
}
@inline
function sum(a: usize, b: usize): v128 {
  return f32x4.add(v128.load(a), v128.load(b));
}
/** Stores four units, or the last ones of a row, by way of the first line of the workspace. */
@inline
function put(y: usize, x: v128, left: i32): void {
  if (left >= 4) return v128.store(y, x);
  v128.store(scratch, x);
  memory.copy(y, scratch, <usize>left << 2);
}
/** 1 − x */
@inline
function rest1(x: v128): v128 {
  return f32x4.sub(f32x4.splat(1), x);
}
/** y·(1 − y)·d, the gradient through a sigmoid y. */
@inline
function throughSigmoid(d: v128, y: v128): v128 {
  return f32x4.mul(d, f32x4.mul(y, rest1(y)));
}
/** (1 − y²)·d, the gradient through a tanh y. */
@inline
function throughTanh(d: v128, y: v128): v128 {
  return f32x4.mul(d, rest1(f32x4.mul(y, y)));
}
@inline
function slope(p: usize, m: usize, rest: usize, dy: usize): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(v128.load(p), v128.load(m)), v128.load(rest)), v128.load(dy));
}

/** h = tanh(a + z). z is overwritten, here and below. */
export function rnn(u: i32, a: usize, z: usize, h: usize, out: usize): void {
  added(u, z, a);
  applied<Tanh>(z, u);
  memory.copy(h, z, <usize>u << 2);
  memory.copy(out, z, <usize>u << 2);
}
/** z ← a + z */
function added(n: i32, z: usize, a: usize): void {
  for (; n > 0; n -= 4, z += 16, a += 16) put(z, sum(a, z), n);
}
export function rnnGradient(u: i32, p: usize, m: usize, rest: usize, dy: usize, h: usize, da: usize): void {
  for (let left = u; left > 0; left -= 4, p += 16, m += 16, rest += 16, dy += 16, h += 16, da += 16) {
    put(da, throughTanh(slope(p, m, rest, dy), v128.load(h)), left);
    put(rest, f32x4.splat(0), left);
  }
}

/** r = σ(a_r + z_r), z = σ(a_z + z_z), n = tanh(a_n + r·m) with m = z_n, h = (1 − z)·n + z·h; z includes its bias b.
 *  gates = [r z n m] */
export function gru(u: i32, a: usize, z: usize, b: usize, h: usize, out: usize, gates: usize): void {
  const line = <usize>u << 2;
  added(3 * u, z, b);
  added(2 * u, z, a);
  applied<Sigmoid>(z, 2 * u);
  for (let left = u, r = z, x = a + 2 * line, to = gates; left > 0; left -= 4, r += 16, x += 16, to += 16) {
    const m = v128.load(r + 2 * line);
    put(to, v128.load(r), left);
    put(to + 3 * line, m, left);
    put(r + 2 * line, f32x4.add(v128.load(x), f32x4.mul(v128.load(r), m)), left);
  }
  applied<Tanh>(z + 2 * line, u);
  for (let left = u; left > 0; left -= 4, z += 16, h += 16, out += 16, gates += 16) {
    const q = v128.load(z + line), n = v128.load(z + 2 * line), y = f32x4.add(f32x4.mul(rest1(q), n), f32x4.mul(q, v128.load(h)));
    put(gates + line, q, left);
    put(gates + 2 * line, n, left);
    put(h, y, left);
    put(out, y, left);
  }
}
/** da = the gradients of a, db those of z. */
export function gruGradient(
  u: i32, p: usize, k: usize, rest: usize, dy: usize, gates: usize, before: usize, da: usize, db: usize,
): void {
  const line = <usize>u << 2;
  for (let left = u; left > 0; left -= 4, p += 16, k += 16, rest += 16, dy += 16, gates += 16, before += 16, da += 16, db += 16) {
    const dh = slope(p, k, rest, dy), r = v128.load(gates), z = v128.load(gates + line), n = v128.load(gates + 2 * line);
    const dz = throughSigmoid(f32x4.mul(dh, f32x4.sub(v128.load(before), n)), z);
    const dn = throughTanh(f32x4.mul(dh, rest1(z)), n), dr = throughSigmoid(f32x4.mul(dn, v128.load(gates + 3 * line)), r);
    put(da, dr, left);
    put(da + line, dz, left);
    put(da + 2 * line, dn, left);
    put(db, dr, left);
    put(db + line, dz, left);
    put(db + 2 * line, f32x4.mul(dn, r), left);
    put(rest, f32x4.mul(dh, z), left);
  }
}

/** i, f, o = σ(a + z), g = tanh(a + z), c = f·c + i·g, h = o·tanh c. gates = [i f g o], cs = c, ts = tanh c. */
export function lstm(u: i32, a: usize, z: usize, h: usize, c: usize, out: usize, gates: usize, cs: usize, ts: usize): void {
  const line = <usize>u << 2, o = z + 3 * line;
  added(4 * u, z, a);
  applied<Sigmoid>(z, 2 * u);
  applied<Tanh>(z + 2 * line, u);
  applied<Sigmoid>(o, u);
  memory.copy(gates, z, 4 * line);
  // The place of i is c's from here on, which then becomes tanh c.
  for (let left = u, i = z; left > 0; left -= 4, i += 16, c += 16, cs += 16) {
    const x = f32x4.add(f32x4.mul(v128.load(i + line), v128.load(c)), f32x4.mul(v128.load(i), v128.load(i + 2 * line)));
    put(c, x, left);
    put(cs, x, left);
    put(i, x, left);
  }
  applied<Tanh>(z, u);
  memory.copy(ts, z, line);
  for (let left = u, q = o; left > 0; left -= 4, z += 16, q += 16, h += 16, out += 16) {
    const y = f32x4.mul(v128.load(q), v128.load(z));
    put(h, y, left);
    put(out, y, left);
  }
}
/** dc = the gradient of c, which becomes that of `before`, the c of the step before. */
export function lstmGradient(
  u: i32, p: usize, m: usize, rest: usize, dy: usize, dc: usize, gates: usize, before: usize, ts: usize, da: usize,
): void {
  const line = <usize>u << 2;
  for (let left = u; left > 0; left -= 4, p += 16, m += 16, rest += 16, dy += 16, dc += 16, gates += 16, before += 16, ts += 16, da += 16) {
    const dh = slope(p, m, rest, dy), t = v128.load(ts), o = v128.load(gates + 3 * line);
    const d = f32x4.add(v128.load(dc), throughTanh(f32x4.mul(dh, o), t));
    const i = v128.load(gates), f = v128.load(gates + line), g = v128.load(gates + 2 * line);
    put(da, throughSigmoid(f32x4.mul(d, g), i), left);
    put(da + line, throughSigmoid(f32x4.mul(d, v128.load(before)), f), left);
    put(da + 2 * line, throughTanh(f32x4.mul(d, i), g), left);
    put(da + 3 * line, throughSigmoid(f32x4.mul(dh, t), o), left);
    put(dc, f32x4.mul(d, f), left);
    put(rest, f32x4.splat(0), left);
  }
}
/** y = x·m, without m (0) a copy. */
export function masked(u: i32, y: usize, x: usize, m: usize): void {
  if (!m) return memory.copy(y, x, <usize>u << 2);
  for (let left = u; left > 0; left -= 4, y += 16, x += 16, m += 16) put(y, f32x4.mul(v128.load(x), v128.load(m)), left);
}
