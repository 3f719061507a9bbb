import type { Point } from '../shared/plot.js';

/** The Voronoi cells of points within a square of this half side: for each, the places that are nearer to it than to any other. */
export const cellsOf = (points: readonly Point[], edge: number): readonly (readonly Point[])[] =>
  points.map((own) => {
    let cell: readonly Point[] = [
      [-edge, -edge],
      [edge, -edge],
      [edge, edge],
      [-edge, edge],
    ];
    for (const other of points) if (other !== own) cell = nearer(cell, own, other);
    return cell;
  });

/** The part of a polygon that is nearer to one point than to another. */
function nearer(cell: readonly Point[], [ax, ay]: Point, [bx, by]: Point): readonly Point[] {
  /** Below 0 on the side of a. */
  const side = ([x, y]: Point): number => (bx - ax) * (x - (ax + bx) / 2) + (by - ay) * (y - (ay + by) / 2);
  return cell.flatMap((from, i): Point[] => {
    const to = cell[(i + 1) % cell.length];
    const [s, t] = [side(from), side(to)];
    const kept: Point[] = s <= 0 ? [from] : [];
    if (s < 0 === t < 0 || s === t) return kept;
    const share = s / (s - t);
    return [...kept, [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
  });
}
