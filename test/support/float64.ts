/** The ops in float64, written plainly. Every number carries its derivatives along two directions and the mixed second
 *  one (hyper-dual numbers, Fike & Alonso 2011), so that one forward pass gives values, gradients and products with the
 *  Hessian, without any rule of the library. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly v: Float64Array;
  /** Along the first direction, along the second, along both. */
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly h: Float64Array;
}
export type Shape = readonly number[];
export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Random numbers of a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = (seed + 0x9e3779b9) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A function of one number, with its first and second derivative. */
export type Function1 = (v: number, off: (v: number) => number) => readonly [number, number, number];

/** Thrown where float32 and float64 may give different results: near a kink, or with numbers that are too large or too
 *  small. */
export class IllConditioned extends Error {}

const EPSILON = 2 ** -22;
/** The distance from a kink within which float32 may be on the other side. */
const MARGIN = 1e-4;
const LARGEST = 100;
const STEEPEST = 1e4;

/** Arithmetic in float64. With `noise` it has rounding errors like float32: each result is off by up to two units in
 *  the last place, at random. Several such runs show how much equally valid results differ: Monte Carlo arithmetic
 *  (Parker 1997). */
export class Float64 {
  readonly #noise?: () => number;
  constructor(noise?: () => number) {
    this.#noise = noise;
  }

  /** x with a simulated rounding error of float32. */
  #off(x: number): number {
    return this.#noise ? x * (1 + EPSILON * (2 * this.#noise() - 1)) : x;
  }
  #checked({ shape, v, d, e, h }: Numbers): Numbers {
    for (let i = 0; i < v.length; i++) {
      v[i] = this.#off(v[i]);
      d[i] = this.#off(d[i]);
      e[i] = this.#off(e[i]);
      h[i] = this.#off(h[i]);
      if (!(Math.abs(v[i]) <= LARGEST && Math.abs(d[i]) <= STEEPEST && Math.abs(e[i]) <= STEEPEST))
        throw new IllConditioned();
      if (!(Math.abs(h[i]) <= STEEPEST)) throw new IllConditioned();
    }
    return { shape, v, d, e, h };
  }
  /** a − b, for branches on its sign. Numbers that are equal in every run are equal in float32 too. */
  side(a: number, b: number): number {
    const apart = a - b;
    if (apart !== 0 && Math.abs(apart) < MARGIN * Math.max(1, Math.abs(a))) throw new IllConditioned();
    return apart;
  }
  /** Refuses operands outside the domain in which a function is well conditioned. */
  domain(x: Numbers, least: number, most: number): void {
    for (const v of x.v) if (!(v >= least && v <= most)) throw new IllConditioned();
  }

  /** f of each element: `f` gives f, f′ and f″. Where float32 computes derivatives from f itself, such as 1 − f² for
   *  tanh, `off` gives f with its rounding error. */
  map(x: Numbers, f: Function1): Numbers {
    const off = (v: number): number => this.#off(v);
    const y = empty(x.shape);
    for (let i = 0; i < x.v.length; i++) {
      const [f0, f1, f2] = f(x.v[i], off);
      y.v[i] = f0;
      y.d[i] = f1 * x.d[i];
      y.e[i] = f1 * x.e[i];
      y.h[i] = f1 * x.h[i] + f2 * x.d[i] * x.e[i];
    }
    return this.#checked(y);
  }
  /** f of two operands with broadcasting: `f` gives f, f_a, f_b, f_aa, f_ab, f_bb. */
  zip(a: Numbers, b: Numbers, f: (a: number, b: number) => readonly number[]): Numbers {
    const shape = broadcastShape(a.shape, b.shape);
    const [at, bt] = [repeated(a.shape, shape), repeated(b.shape, shape)];
    const y = empty(shape);
    for (let k = 0; k < y.v.length; k++) {
      const [i, j] = [at[k], bt[k]];
      const [f0, fa, fb, faa, fab, fbb] = f(a.v[i], b.v[j]);
      y.v[k] = f0;
      y.d[k] = fa * a.d[i] + fb * b.d[j];
      y.e[k] = fa * a.e[i] + fb * b.e[j];
      y.h[k] =
        fa * a.h[i] +
        fb * b.h[j] +
        faa * a.d[i] * a.e[i] +
        fab * (a.d[i] * b.e[j] + b.d[j] * a.e[i]) +
        fbb * b.d[j] * b.e[j];
    }
    return this.#checked(y);
  }
  add = (a: Numbers, b: Numbers): Numbers => this.zip(a, b, (x, y) => [x + y, 1, 1, 0, 0, 0]);
  sub = (a: Numbers, b: Numbers): Numbers => this.zip(a, b, (x, y) => [x - y, 1, -1, 0, 0, 0]);
  mul = (a: Numbers, b: Numbers): Numbers => this.zip(a, b, (x, y) => [x * y, y, x, 0, 1, 0]);
  div = (a: Numbers, b: Numbers): Numbers =>
    this.zip(a, b, (x, y) => [x / y, 1 / y, -x / (y * y), 0, -1 / (y * y), (2 * x) / (y * y * y)]);
  scale = (a: Numbers, s: number): Numbers => this.map(a, (x) => [x * s, s, 0]);
  exp = (a: Numbers): Numbers => this.map(a, (x) => [Math.exp(x), Math.exp(x), Math.exp(x)]);
  log = (a: Numbers): Numbers => this.map(a, (x) => [Math.log(x), 1 / x, -1 / (x * x)]);
  sqrt = (a: Numbers): Numbers => this.map(a, (x) => [Math.sqrt(x), 0.5 / Math.sqrt(x), -0.25 / (x * Math.sqrt(x))]);

  /** Picks an element of x for each place of the result; −1 stands for `value`, which has no derivative. Nothing is
   *  rounded. */
  pick(x: Numbers, shape: Shape, from: ArrayLike<number>, value = 0): Numbers {
    const y = empty(shape);
    for (let k = 0; k < y.v.length; k++) {
      const i = from[k];
      y.v[k] = i < 0 ? value : x.v[i];
      if (i < 0) continue;
      y.d[k] = x.d[i];
      y.e[k] = x.e[i];
      y.h[k] = x.h[i];
    }
    return y;
  }
  /** Sums: element i of x belongs to place to[i] of the result, or to none where that is −1. */
  gathered(x: Numbers, shape: Shape, to: ArrayLike<number>): Numbers {
    const y = empty(shape);
    for (let i = 0; i < x.v.length; i++) {
      const k = to[i];
      if (k < 0) continue;
      y.v[k] += this.#off(x.v[i]);
      y.d[k] += this.#off(x.d[i]);
      y.e[k] += this.#off(x.e[i]);
      y.h[k] += this.#off(x.h[i]);
    }
    return this.#checked(y);
  }
  /** Sums of products a[i]·b[j]: `terms` gives those of place k of the result. */
  contracted(
    a: Numbers,
    b: Numbers,
    shape: Shape,
    terms: (k: number, term: (i: number, j: number) => void) => void,
  ): Numbers {
    const y = empty(shape);
    for (let k = 0; k < y.v.length; k++)
      terms(k, (i, j) => {
        y.v[k] += this.#off(a.v[i] * b.v[j]);
        y.d[k] += this.#off(a.d[i] * b.v[j] + a.v[i] * b.d[j]);
        y.e[k] += this.#off(a.e[i] * b.v[j] + a.v[i] * b.e[j]);
        y.h[k] += this.#off(a.h[i] * b.v[j] + a.d[i] * b.e[j] + a.e[i] * b.d[j] + a.v[i] * b.h[j]);
      });
    return this.#checked(y);
  }

  sum(x: Numbers, axes: readonly number[]): Numbers {
    const { shape, to } = reduced(x.shape, axes);
    return this.gathered(x, shape, to);
  }
  mean(x: Numbers, axes: readonly number[]): Numbers {
    return this.scale(this.sum(x, axes), 1 / sizeOf(axes.map((axis) => x.shape[axis])));
  }
  /** The largest over the axes; the first of equal ones gets the derivatives. */
  max(x: Numbers, axes: readonly number[], sign = 1): Numbers {
    const { shape, to } = reduced(x.shape, axes);
    return this.pick(x, shape, this.first(x, sizeOf(shape), to, sign));
  }
  /** The index of the largest element for each place. */
  first(x: Numbers, places: number, to: ArrayLike<number>, sign = 1): Int32Array {
    const found = new Int32Array(places).fill(-1);
    // All neighbours in the sorted order must differ clearly, not only the largest from the others: this is simpler,
    // and seldom refuses a graph.
    for (let i = 0; i < x.v.length; i++) {
      const k = to[i];
      if (k >= 0 && (found[k] < 0 || sign * this.side(x.v[i], x.v[found[k]]) > 0)) found[k] = i;
    }
    return found;
  }
  softmax(x: Numbers, axis: number): Numbers {
    const e = this.exp(this.sub(x, constantOf(this.max(x, [axis]))));
    return this.div(e, this.sum(e, [axis]));
  }
  logSoftmax(x: Numbers, axis: number): Numbers {
    const top = constantOf(this.max(x, [axis]));
    const low = this.sub(x, top);
    return this.sub(low, this.log(this.sum(this.exp(low), [axis])));
  }
  /** (x − mean)/√(variance + eps) over the axes. */
  standardized(x: Numbers, axes: readonly number[], eps: number): Numbers {
    const centered = this.sub(x, this.mean(x, axes));
    const variance = this.mean(this.mul(centered, centered), axes);
    return this.div(centered, this.sqrt(this.map(variance, (v) => [v + eps, 1, 0])));
  }
}

export const empty = (shape: Shape): Numbers => {
  const n = sizeOf(shape);
  const zeros = () => new Float64Array(n);
  return { shape, v: zeros(), d: zeros(), e: zeros(), h: zeros() };
};
/** The numbers without derivatives. */
export const constantOf = ({ shape, v }: Numbers): Numbers => ({ ...empty(shape), v: v.slice() });
export const plain = (shape: Shape, values: ArrayLike<number>): Numbers => ({
  ...empty(shape),
  v: Float64Array.from(values),
});
export const reshaped = (x: Numbers, shape: Shape): Numbers => ({ ...x, shape });

export function broadcastShape(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => Math.max(a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1));
}
/** The index along each axis of the k-th element. */
export function places(shape: Shape, k: number): number[] {
  const at = new Array<number>(shape.length);
  for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
    at[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return at;
}
export const flatIndex = (shape: Shape, at: readonly number[]): number =>
  at.reduce((k, i, axis) => k * shape[axis] + i, 0);
/** Which element of x each element of a larger shape repeats. */
export function repeated(x: Shape, shape: Shape): Int32Array {
  const before = shape.length - x.length;
  return Int32Array.from({ length: sizeOf(shape) }, (_, k) => {
    const at = places(shape, k);
    return x.reduce((i, n, axis) => i * n + (n === 1 ? 0 : at[before + axis]), 0);
  });
}
/** The shape with the axes of size 1, and where each element of x goes. */
export function reduced(x: Shape, axes: readonly number[]): { shape: number[]; to: Int32Array } {
  const shape = x.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return { shape, to: repeated(shape, x) };
}
