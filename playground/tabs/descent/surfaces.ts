import type { State } from '../../state.js';

/** A surface as the page draws it. The engine descends on the library's surface of the same name; a test compares the two. */
export interface Ground {
  readonly f: (x: number, y: number) => number;
  readonly domain: readonly [readonly [number, number], readonly [number, number]];
  readonly minima: readonly (readonly [number, number])[];
  readonly saddles: readonly (readonly [number, number])[];
  /** The eigenvalues of the Hessian where it is the same everywhere. */
  readonly curvature?: readonly [number, number];
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const square = (x: number): number => x * x;
const within = (x: number, y: number): Ground['domain'] => [
  [-x, x],
  [-y, y],
];
const quadratic = (curvature: number, domain: Ground['domain']): Ground => ({
  f: (x, y) => (x * x + curvature * y * y) / 2,
  domain,
  minima: [[0, 0]],
  saddles: [],
  curvature: [1, curvature],
});

const GROUNDS: Readonly<Record<string, Ground>> = {
  ravine: quadratic(100, within(10, 2)),
  saddle: { f: (x, y) => x * x - y * y, domain: within(2, 2), minima: [], saddles: [[0, 0]], curvature: [-2, 2] },
  cliff: {
    f: (x, y) => 0.05 * (x * x + y * y) + 10 * sigmoid(50 * (x - 1)),
    domain: within(3, 3),
    minima: [[0, 0]],
    saddles: [],
  },
  plateau: { f: (x, y) => 1 - 1 / (1 + x * x + y * y), domain: within(4, 4), minima: [[0, 0]], saddles: [] },
  doubleWell: {
    f: (x, y) => x * (x * (x * (x - 1 / 3) - 2) + 1) + 5 / 3 + y * y,
    domain: within(2, 2),
    minima: [
      [-1, 0],
      [1, 0],
    ],
    saddles: [[0.25, 0]],
  },
  monkeySaddle: { f: (x, y) => x * (x * x - 3 * y * y), domain: within(2, 2), minima: [], saddles: [[0, 0]] },
  rosenbrock: {
    f: (x, y) => square(1 - x) + 100 * square(y - x * x),
    domain: [
      [-2, 2],
      [-1, 3],
    ],
    minima: [[1, 1]],
    saddles: [],
  },
};
export const SURFACES = ['bowl', ...Object.keys(GROUNDS)];

export const groundOf = (state: State): Ground =>
  GROUNDS[String(state.surface)] ?? quadratic(Number(state.condition), within(4, 4));

/** The start, moved to the edge of the domain where it is outside. */
export function startOf(state: State): readonly [number, number] {
  const [[left, right], [low, high]] = groundOf(state).domain;
  const inside = (value: number, from: number, to: number): number => Math.min(to, Math.max(from, value));
  return [inside(Number(state.x), left, right), inside(Number(state.y), low, high)];
}

/** By which factor the error of a quadratic with this curvature shrinks in each step of v ← αv − εg, θ ← θ + v, in the long run: the larger
 *  modulus of the roots of z² − (1 + α − ελ)z + α. Below 1 it converges, which is so for 0 < ελ < 2(1 + α). */
export function contraction(rate: number, momentum: number, curvature: number): number {
  const b = 1 + momentum - rate * curvature;
  const d = b * b - 4 * momentum;
  return d < 0 ? Math.sqrt(momentum) : (Math.abs(b) + Math.sqrt(d)) / 2;
}
/** The rate and momentum with the smallest contraction for curvatures from μ to L (Polyak 1964). */
export function best(mu: number, most: number): { readonly rate: number; readonly momentum: number } {
  const [small, large] = [Math.sqrt(mu), Math.sqrt(most)];
  return { rate: square(2 / (large + small)), momentum: square((large - small) / (large + small)) };
}

/** The region of rates and momentum, as corners, where the contraction for curvatures from μ to L is at most ρ: α ≤ ρ² and
 *  (1 − ρ)(1 − α/ρ)/μ ≤ ε ≤ (1 + ρ)(1 + α/ρ)/L, which are Jury's conditions for roots within the circle of radius ρ. Empty where no
 *  rate is as fast. */
export function region(mu: number, most: number, rho: number): readonly (readonly [rate: number, momentum: number])[] {
  const [a, b] = [(1 - rho) / mu, (1 + rho) / most];
  const low = Math.max(0, (rho * (a - b)) / (a + b));
  const high = rho * rho;
  if (low > high) return [];
  const from = (alpha: number): number => a * (1 - alpha / rho);
  const to = (alpha: number): number => b * (1 + alpha / rho);
  return [
    [from(low), low],
    [from(high), high],
    [to(high), high],
    [to(low), low],
  ];
}
