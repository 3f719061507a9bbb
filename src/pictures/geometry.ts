import type { Pair } from './planes.js';

/** Cells of points: of each the polygon of places that are nearest to it, within a rectangle. */
export function voronoiCells(points: readonly Pair[], [[left, right], [low, high]]: readonly [Pair, Pair]): Pair[][] {
  return points.map(([px, py], i) => {
    let cell: Pair[] = [
      [left, low],
      [right, low],
      [right, high],
      [left, high],
    ];
    points.forEach(([qx, qy], j) => {
      if (i === j || !cell.length) return;
      // Of equal points the first has the cell.
      if (px === qx && py === qy) {
        if (j < i) cell = [];
        return;
      }
      // Nearer to p than to q: 2(q − p)·z ≤ |q|² − |p|².
      const side = ([x, y]: Pair): number =>
        2 * ((qx - px) * x + (qy - py) * y) - (qx * qx + qy * qy - px * px - py * py);
      const kept: Pair[] = [];
      cell.forEach((a, k) => {
        const b = cell[(k + 1) % cell.length];
        const [u, v] = [side(a), side(b)];
        if (u <= 0) kept.push(a);
        if (u < 0 !== v < 0 && u !== 0 && v !== 0) {
          const t = u / (u - v);
          kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
        }
      });
      cell = kept;
    });
    return cell;
  });
}

/** ½(w − optimum)ᵀ H (w − optimum). */
export interface Bowl {
  readonly optimum: Pair;
  readonly curvature: readonly [Pair, Pair];
}
export function heightOf({ optimum: [a, b], curvature: [[p, q], [, r]] }: Bowl, x: number, y: number): number {
  const [u, v] = [x - a, y - b];
  return (p * u * u + 2 * q * u * v + r * v * v) / 2;
}

/** The line on which the height is `level`, as 96 points: the image of the unit circle by the inverse of H's Cholesky factor. */
export function ellipseOf({ optimum: [a, b], curvature: [[p, q], [, r]] }: Bowl, level: number): Pair[] {
  const [l11, l21] = [Math.sqrt(p), q / Math.sqrt(p)];
  const l22 = Math.sqrt(r - l21 * l21);
  const size = Math.sqrt(2 * level);
  return Array.from({ length: 96 }, (_, k): Pair => {
    // A quarter of the circle is run through by t of ((1 − t²), 2t)/(1 + t²), which needs no sine.
    const t = ((k % 24) - 12) / 12 / 2.414213562373095;
    const [u, v] = [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)];
    const [x, y] = [
      [u, v],
      [-v, u],
      [-u, -v],
      [v, -u],
    ][Math.floor(k / 24)];
    const up = y / l22;
    return [a + (size * (x - l21 * up)) / l11, b + size * up];
  });
}

/** Where (H + λI) w = H w*. */
function ridgeAt({ optimum: [a, b], curvature: [[p, q], [, r]] }: Bowl, lambda: number): Pair {
  const [u, v] = [p * a + q * b, q * a + r * b];
  const [pp, rr] = [p + lambda, r + lambda];
  const det = pp * rr - q * q;
  return [(rr * u - q * v) / det, (pp * v - q * u) / det];
}
/** The least height within the disc: by bisection over λ, with which the length falls. */
function onDisc(bowl: Bowl, radius: number): Pair {
  const length = ([x, y]: Pair): number => Math.sqrt(x * x + y * y);
  if (length(bowl.optimum) <= radius) return bowl.optimum;
  let [low, high] = [0, 1];
  while (length(ridgeAt(bowl, high)) > radius && high < 1e30) high *= 2;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (length(ridgeAt(bowl, middle)) > radius) low = middle;
    else high = middle;
  }
  return ridgeAt(bowl, high);
}
/** The least height within the diamond: on one of its sides, or in a corner. */
function onDiamond(bowl: Bowl, radius: number): Pair {
  const [a, b] = bowl.optimum;
  if (Math.abs(a) + Math.abs(b) <= radius) return bowl.optimum;
  const corners: Pair[] = [
    [radius, 0],
    [0, radius],
    [-radius, 0],
    [0, -radius],
  ];
  let [found, least]: [Pair, number] = [corners[0], Infinity];
  corners.forEach((from, k) => {
    const to = corners[(k + 1) & 3];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const [[p, q], [, r]] = bowl.curvature;
    const [u, v] = [a - from[0], b - from[1]];
    const t = (p * dx * u + q * (dx * v + dy * u) + r * dy * v) / (p * dx * dx + 2 * q * dx * dy + r * dy * dy);
    const near = Math.max(0, Math.min(1, t));
    // A corner has exact zeros.
    const at: Pair = near === 0 ? from : near === 1 ? to : [from[0] + near * dx, from[1] + near * dy];
    const height = heightOf(bowl, at[0], at[1]);
    if (height < least) [found, least] = [at, height];
  });
  return found;
}
/** The least height where the norm is at most the radius. */
export const within = (bowl: Bowl, norm: 'l1' | 'l2', radius: number): Pair =>
  norm === 'l1' ? onDiamond(bowl, radius) : onDisc(bowl, radius);

/** The radius whose solution is that of the penalty λ‖w‖₁ or (λ/2)‖w‖². */
export function radiusFor(bowl: Bowl, norm: 'l1' | 'l2', lambda: number): number {
  if (norm === 'l2') {
    const [x, y] = ridgeAt(bowl, lambda);
    return Math.sqrt(x * x + y * y);
  }
  const [[p, q], [, r]] = bowl.curvature;
  const [a, b] = bowl.optimum;
  const soft = (v: number): number => (v > lambda ? v - lambda : v < -lambda ? v + lambda : 0);
  let [x, y] = [a, b];
  for (let i = 0; i < 1000; i++) {
    x = soft(p * a + q * b - q * y) / p;
    y = soft(q * a + r * b - q * x) / r;
  }
  return Math.abs(x) + Math.abs(y);
}
