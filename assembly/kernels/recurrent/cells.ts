/** The cells: one row of one step, four units at a time. `u` is the number of units; pointers go to rows. Backward
 *  kernels get the gradient of the new state in pieces: p·m from the product of the step after, `rest` from what passes
 *  by the product, and dy from the output. `rest` becomes that of this step. */
import { ofExp, Sigmoid, Tanh } from '../../simd/math';
import { scratch } from '../../state';

@inline
function sigmoid(x: v128): v128 {
  return ofExp<Sigmoid>(x, x);
}
@inline
function tanh(x: v128): v128 {
  return ofExp<Tanh>(x, x);
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

/** h = tanh(a + z) */
export function rnn(u: i32, a: usize, z: usize, h: usize, out: usize): void {
  for (let left = u; left > 0; left -= 4, a += 16, z += 16, h += 16, out += 16) {
    const y = tanh(sum(a, z));
    put(h, y, left);
    put(out, y, left);
  }
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
  for (let left = u; left > 0; left -= 4, a += 16, z += 16, b += 16, h += 16, out += 16, gates += 16) {
    const r = sigmoid(f32x4.add(v128.load(a), sum(z, b)));
    const q = sigmoid(f32x4.add(v128.load(a + line), sum(z + line, b + line)));
    const m = sum(z + 2 * line, b + 2 * line), n = tanh(f32x4.add(v128.load(a + 2 * line), f32x4.mul(r, m)));
    const y = f32x4.add(f32x4.mul(rest1(q), n), f32x4.mul(q, v128.load(h)));
    put(gates, r, left);
    put(gates + line, q, left);
    put(gates + 2 * line, n, left);
    put(gates + 3 * line, m, left);
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
  const line = <usize>u << 2;
  for (let left = u; left > 0; left -= 4, a += 16, z += 16, h += 16, c += 16, out += 16, gates += 16, cs += 16, ts += 16) {
    const i = sigmoid(sum(a, z)), f = sigmoid(sum(a + line, z + line));
    const g = tanh(sum(a + 2 * line, z + 2 * line)), o = sigmoid(sum(a + 3 * line, z + 3 * line));
    const x = f32x4.add(f32x4.mul(f, v128.load(c)), f32x4.mul(i, g)), t = tanh(x), y = f32x4.mul(o, t);
    put(gates, i, left);
    put(gates + line, f, left);
    put(gates + 2 * line, g, left);
    put(gates + 3 * line, o, left);
    put(c, x, left);
    put(cs, x, left);
    put(ts, t, left);
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
