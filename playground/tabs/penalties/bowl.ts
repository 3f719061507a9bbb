import type { State } from '../../state.js';

export type Pair = readonly [number, number];

/** sin x for |x| ≤ π by its series: the same bits in every engine. */
function sine(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 2; n < 40; n += 2) {
    term *= (-x * x) / (n * (n + 1));
    sum += term;
  }
  return sum;
}

/** The loss without a penalty: ½(w − w*)ᵀH(w − w*), where H has the eigenvalues 1, in the direction of `angle`, and `stretch` across it. */
export interface Bowl {
  readonly optimum: Pair;
  /** The direction in which the bowl is long. */
  readonly along: Pair;
  readonly stretch: number;
  /** h₁₁, h₁₂, h₂₂. */
  readonly hessian: readonly [number, number, number];
}
/** A bowl; the angle is in degrees, from −90 to 90. */
export function bowlFrom(optimum: Pair, angle: number, stretch: number): Bowl {
  const radians = (angle * Math.PI) / 180;
  const [c, s] = [sine(Math.PI / 2 - Math.abs(radians)), sine(radians)];
  const hessian = [c * c + stretch * s * s, (1 - stretch) * c * s, s * s + stretch * c * c] as const;
  return { optimum, along: [c, s], stretch, hessian };
}
export const bowlOf = (state: State): Bowl =>
  bowlFrom([Number(state.w1), Number(state.w2)], Number(state.angle), Number(state.stretch));

export function lossAt({ optimum, hessian: [a, b, c] }: Bowl, [w1, w2]: Pair): number {
  const [x, y] = [w1 - optimum[0], w2 - optimum[1]];
  return (a * x * x + 2 * b * x * y + c * y * y) / 2;
}

/** The two rows of a linear regression whose half squared error is the bowl: √d·e for each eigenvector e, with the target √d·e·w*. */
export function rowsOf({ optimum, along: [c, s], stretch }: Bowl): {
  readonly x: readonly Pair[];
  readonly y: readonly number[];
} {
  const root = Math.sqrt(stretch);
  const x: readonly Pair[] = [
    [c, s],
    [-root * s, root * c],
  ];
  return { x, y: x.map(([a, b]) => a * optimum[0] + b * optimum[1]) };
}

const shrunk = (x: number, by: number): number => (x > by ? x - by : x < -by ? x + by : 0);

/** The smallest ½(w − w*)ᵀH(w − w*) + (λ/2)‖w‖²: (H + λI)⁻¹Hw*. */
export function ridge({ optimum: [x, y], hessian: [a, b, c] }: Bowl, lambda: number): Pair {
  const [p, q] = [a * x + b * y, b * x + c * y];
  const [d, e] = [a + lambda, c + lambda];
  const determinant = d * e - b * b;
  return [(e * p - b * q) / determinant, (d * q - b * p) / determinant];
}

/** The smallest ½(w − w*)ᵀH(w − w*) + λ‖w‖₁: among the solutions for every pattern of signs, the one with the smallest value. */
export function lasso(bowl: Bowl, lambda: number): Pair {
  const {
    optimum: [x, y],
    hessian: [a, b, c],
  } = bowl;
  const [p, q] = [a * x + b * y, b * x + c * y];
  const candidates: Pair[] = [
    [0, 0],
    [shrunk(p, lambda) / a, 0],
    [0, shrunk(q, lambda) / c],
  ];
  const determinant = a * c - b * b;
  for (const s of [-1, 1])
    for (const t of [-1, 1]) {
      const [u, v] = [p - lambda * s, q - lambda * t];
      const w: Pair = [(c * u - b * v) / determinant, (a * v - b * u) / determinant];
      if (w[0] * s > 0 && w[1] * t > 0) candidates.push(w);
    }
  const value = (w: Pair): number => lossAt(bowl, w) + lambda * (Math.abs(w[0]) + Math.abs(w[1]));
  return candidates.reduce((best, w) => (value(w) < value(best) ? w : best));
}

export const KINDS = ['l1', 'l2'] as const;
export type Kind = (typeof KINDS)[number];
export const solve = (kind: Kind, bowl: Bowl, lambda: number): Pair => (kind === 'l1' ? lasso : ridge)(bowl, lambda);
export const normOf = (kind: Kind, [x, y]: Pair): number =>
  kind === 'l1' ? Math.abs(x) + Math.abs(y) : Math.sqrt(x * x + y * y);

/** The λ whose solution has this norm, by bisection; 0 where the optimum is within the ball. */
export function lambdaFor(kind: Kind, bowl: Bowl, radius: number): number {
  if (normOf(kind, bowl.optimum) <= radius) return 0;
  let [low, high] = [0, 1];
  while (normOf(kind, solve(kind, bowl, high)) > radius) high *= 2;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (normOf(kind, solve(kind, bowl, middle)) > radius) low = middle;
    else high = middle;
  }
  return high;
}
/** The λ of a panel: what was set, or what corresponds to the radius. */
export const lambdaOf = (kind: Kind, bowl: Bowl, state: State): number =>
  state.form === 'ball' ? lambdaFor(kind, bowl, Number(state.radius)) : Number(state.lambda);

/** Below this a number counts as 0: the bisection of the radius is not exact. */
export const NOTHING = 1e-6;
export const zerosIn = (w: Iterable<number>): number => [...w].filter((x) => Math.abs(x) < NOTHING).length;
