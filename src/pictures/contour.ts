/** Lines of equal height by marching squares. */
import { pathOf } from './svg.js';

type Point = readonly [number, number];

/** The pieces of the line on which a grid has the value `level`: values[j][i] at (i, j). A cell that a saddle crosses is decided by the mean of its corners. */
export function segmentsOf(values: readonly (readonly number[])[], level: number): (readonly [Point, Point])[] {
  const found: (readonly [Point, Point])[] = [];
  for (let j = 0; j + 1 < values.length; j++)
    for (let i = 0; i + 1 < values[j].length; i++) {
      const corners = [values[j][i], values[j][i + 1], values[j + 1][i + 1], values[j + 1][i]];
      const at = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      // Where the line crosses the edges, in the order top, right, bottom, left.
      const crossings: Point[] = [];
      for (let k = 0; k < 4; k++) {
        const next = (k + 1) & 3;
        const [a, b] = [corners[k], corners[next]];
        if (a < level === b < level) continue;
        // From the same end in both cells that share the edge, so that the pieces meet to the last bit.
        const [p, q, u, v] = k < 2 ? [at[k], at[next], a, b] : [at[next], at[k], b, a];
        const t = (level - u) / (v - u);
        crossings.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
      }
      if (crossings.length === 2) found.push([crossings[0], crossings[1]]);
      else if (crossings.length === 4) {
        const middle = (corners[0] + corners[1] + corners[2] + corners[3]) / 4;
        const shift = middle < level === corners[0] < level ? 0 : 3;
        for (const k of [0, 2]) found.push([crossings[(k + shift) & 3], crossings[(k + shift + 1) & 3]]);
      }
    }
  return found;
}

/** The outlines of the part of a grid whose values are at least `level`, closed along the border, as an even-odd path. `x` and `y` give
 *  the coordinates of columns and rows, between which lies a straight. */
export function outlineOf(
  values: readonly (readonly number[])[],
  level: number,
  x: (i: number) => number,
  y: (j: number) => number,
): string {
  const width = values[0].length;
  const below = Array.from({ length: width + 2 }, () => -1e300);
  // Where the function has no finite value it is high, as losses are that overflow.
  const solid = (v: number): number => (Number.isFinite(v) ? v : v === -Infinity ? -1e300 : 1e300);
  const surrounded = [below, ...values.map((row) => [-1e300, ...row.map(solid), -1e300]), below];
  const at = (place: (i: number) => number, k: number, n: number): number => {
    const inside = Math.max(0, Math.min(n - 1, k - 1));
    const first = Math.floor(inside);
    const [a, b] = [place(first), place(Math.min(n - 1, first + 1))];
    return a + (inside - first) * (b - a);
  };
  return contourOf(surrounded, level)
    .map((line) => {
      const places = line
        .map(([i, j]): Point => [at(x, i, width), at(y, j, values.length)])
        .filter(([a, b], k, all) => !k || a !== all[k - 1][0] || b !== all[k - 1][1]);
      // Along the border a straight needs no points between its ends.
      const straight = (k: number, axis: 0 | 1): boolean =>
        places[k - 1]?.[axis] === places[k][axis] && places[k + 1]?.[axis] === places[k][axis];
      return `${pathOf(places.filter((_, k) => !straight(k, 0) && !straight(k, 1)))}Z`;
    })
    .join('');
}

/** The same as lines: pieces that meet are joined. */
export function contourOf(values: readonly (readonly number[])[], level: number): Point[][] {
  const pieces = segmentsOf(values, level);
  const key = ([x, y]: Point): string => `${x},${y}`;
  const at = new Map<string, number[]>();
  pieces.forEach((piece, i) => {
    for (const point of piece) at.set(key(point), [...(at.get(key(point)) ?? []), i]);
  });
  const used = new Uint8Array(pieces.length);
  const follow = (from: Point): Point[] => {
    const line: Point[] = [];
    for (let point = from; ; ) {
      const next = (at.get(key(point)) ?? []).find((i) => !used[i]);
      if (next === undefined) return line;
      used[next] = 1;
      const [a, b] = pieces[next];
      point = key(a) === key(point) ? b : a;
      line.push(point);
    }
  };
  const lines: Point[][] = [];
  pieces.forEach(([a, b], i) => {
    if (used[i]) return;
    used[i] = 1;
    lines.push([...follow(a).reverse(), a, b, ...follow(b)]);
  });
  return lines;
}

/** Heights that share the values of a grid evenly, so that both the bottom of a ravine and its walls have lines. */
export function levelsOf(values: readonly (readonly number[])[], count: number): number[] {
  const sorted = Float64Array.from(values.flat().filter(Number.isFinite)).sort();
  const levels = Array.from({ length: count }, (_, k) => sorted[Math.floor(((k + 0.6) * sorted.length) / count)]);
  return levels.filter((v, k) => Number.isFinite(v) && v > sorted[0] && v !== levels[k - 1]);
}
