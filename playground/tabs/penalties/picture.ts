import type { Theme } from '../../theme.js';
import { drawing, element, path, rounded, short, ticks } from '../shared/svg.js';
import { type Bowl, type Kind, lossAt, normOf, type Pair, solve, zerosIn } from './bowl.js';

/** The pictures reach from −EDGE to EDGE in both directions. */
export const EDGE = 4;
/** How far the handle that turns the bowl is from its middle. */
export const ARM = 1.3;

export const placeOf = ([x, y]: Pair, size: number): Pair => [
  ((x + EDGE) / (2 * EDGE)) * size,
  ((EDGE - y) / (2 * EDGE)) * size,
];

export interface PanelInput {
  readonly kind: Kind;
  readonly bowl: Bowl;
  readonly lambda: number;
  /** The weights step by step, as pairs in a row. */
  readonly walked: ArrayLike<number>;
  /** The solutions of random bowls, as pairs; nothing else is drawn then but the region. */
  readonly cloud?: readonly Pair[];
  readonly theme: Theme;
  readonly size: number;
  readonly title: string;
}

/** The region of one norm around 0: a diamond or a disc. */
function region(kind: Kind, radius: number, size: number, theme: Theme): string {
  const r = (radius / (2 * EDGE)) * size;
  const middle = size / 2;
  const look = { fill: theme.accent, 'fill-opacity': '0.22', stroke: theme.accent, 'stroke-width': 2 };
  return kind === 'l2'
    ? element('circle', { cx: middle, cy: middle, r, ...look })
    : element('polygon', {
        points: [
          [0, -1],
          [1, 0],
          [0, 1],
          [-1, 0],
        ]
          .map(([x, y]) => `${rounded(middle + r * x)},${rounded(middle + r * y)}`)
          .join(' '),
        ...look,
      });
}

/** The contour of the bowl at a height. */
function contour(
  { optimum, along, stretch }: Bowl,
  height: number,
  size: number,
  look: Record<string, string | number>,
): string {
  const [x, y] = placeOf(optimum, size);
  const scale = size / (2 * EDGE);
  const angle = (-Math.atan2(along[1], along[0]) * 180) / Math.PI;
  const [rx, ry] = [Math.sqrt(2 * height) * scale, Math.sqrt((2 * height) / stretch) * scale];
  const transform = `translate(${rounded(x)} ${rounded(y)}) rotate(${rounded(angle)})`;
  return element('ellipse', { rx, ry, transform, fill: 'none', ...look });
}

export function panel({ kind, bowl, lambda, walked, cloud, theme, size, title }: PanelInput): string {
  const at = (w: Pair): Pair => placeOf(w, size);
  const solution = solve(kind, bowl, lambda);
  const axes = element('path', {
    ...{ d: `M0 ${rounded(size / 2)}H${rounded(size)}M${rounded(size / 2)} 0V${rounded(size)}`, stroke: theme.edge },
  });
  const labels = [
    ...ticks(-3, 3, 6)
      .filter((x) => x !== 0)
      .flatMap((x) => [
        element('text', { x: at([x, 0])[0], y: size / 2 + 14, 'text-anchor': 'middle' }, short(x)),
        element('text', { x: size / 2 - 6, y: at([0, x])[1] + 4, 'text-anchor': 'end' }, short(x)),
      ]),
    element('text', { x: size - 18, y: size / 2 - 6, 'font-size': 13, fill: theme.text }, 'w₁'),
    element('text', { x: size / 2 + 6, y: 14, 'font-size': 13, fill: theme.text }, 'w₂'),
  ].join('');
  const words = element('g', { 'font-size': 11, fill: theme.muted }, labels);
  const background = element('rect', { width: size, height: size, fill: theme.panel });
  if (cloud) {
    const dots = cloud.map((w) => {
      const [cx, cy] = at(w);
      const exact = zerosIn(w) > 0;
      return element('circle', {
        cx,
        cy,
        r: exact ? 2.6 : 2,
        fill: exact ? theme.zero : theme.one,
        'fill-opacity': '0.6',
      });
    });
    return drawing(size, size, title, background + axes + words + dots.join(''));
  }
  const heights = [0.1, 0.4, 0.9, 1.6, 2.5, 4.5, 8, 14].map((height) =>
    contour(bowl, height, size, { stroke: theme.one, 'stroke-opacity': '0.5', 'stroke-width': 1 }),
  );
  const touching = contour(bowl, lossAt(bowl, solution), size, { stroke: theme.one, 'stroke-width': 2.5 });
  // The solutions as λ grows from 0, more densely where it is small.
  const followed = Array.from({ length: 120 }, (_, i) => at(solve(kind, bowl, (i / 100) ** 4 * 20)));
  const regularized = element('path', {
    ...{ d: path(followed), fill: 'none', stroke: theme.text, 'stroke-width': 1.5, 'stroke-dasharray': '2 3' },
  });
  const steps = Array.from({ length: walked.length / 2 }, (_, k) => at([walked[2 * k], walked[2 * k + 1]]));
  const line = element('path', { d: path(steps), fill: 'none', stroke: theme.zero, 'stroke-width': 2.5 });
  const dots = steps
    .slice(0, 60)
    .map(([cx, cy]) => element('circle', { cx, cy, r: 2.2, fill: theme.zero }))
    .join('');
  const [sx, sy] = at(solution);
  const ring = element('circle', { cx: sx, cy: sy, r: 8, fill: 'none', stroke: theme.text, 'stroke-width': 2 });
  const now = steps.length
    ? element('circle', {
        cx: steps[steps.length - 1][0],
        cy: steps[steps.length - 1][1],
        r: 5,
        fill: theme.zero,
        stroke: theme.page,
      })
    : '';
  const [ox, oy] = at(bowl.optimum);
  const [hx, hy] = at(armOf(bowl));
  const arm = element('path', {
    d: path([
      [ox, oy],
      [hx, hy],
    ]),
    stroke: theme.text,
    'stroke-dasharray': '4 3',
  });
  return drawing(
    size,
    size,
    title,
    background +
      region(kind, normOf(kind, solution), size, theme) +
      axes +
      words +
      heights.join('') +
      touching +
      regularized +
      line +
      dots +
      arm +
      ring +
      now,
  );
}
/** Where the handle is that turns the bowl. */
export const armOf = ({ optimum, along }: Bowl): Pair => [optimum[0] + ARM * along[0], optimum[1] + ARM * along[1]];

/** Both weights without a penalty, with L1 and with L2, as bars. */
export function weightBars(
  rows: readonly (readonly [name: string, w: Pair])[],
  theme: Theme,
  width: number,
  title: string,
): string {
  const most = Math.max(...rows.flatMap(([, w]) => w.map(Math.abs)), 1e-6);
  const [left, gap] = [44, 62];
  const half = (width - left - gap) / 2;
  const middle = left + half;
  const content = rows.map(([name, w], i) => {
    const top = 4 + 50 * i;
    const label = element('text', { x: 0, y: top + 24 }, name);
    const drawn = w.map((value, j) => {
      const length = (Math.abs(value) / most) * (half - 20);
      const y = top + 20 * j;
      return (
        element('rect', {
          x: value < 0 ? middle - length : middle,
          y,
          width: length,
          height: 16,
          rx: 2,
          fill: value < 0 ? theme.zero : theme.one,
        }) +
        element(
          'text',
          { x: width, y: y + 13, 'text-anchor': 'end' },
          `w${'₁₂'[j]} = ${Math.abs(value) < 1e-6 ? '0' : short(value)}`,
        )
      );
    });
    return label + drawn.join('');
  });
  const height = 50 * rows.length;
  const axis = element('path', { d: `M${rounded(middle)} 0V${height - 6}`, stroke: theme.edge });
  return drawing(width, height, title, element('g', { 'font-size': 13, fill: theme.text }, content.join('') + axis));
}
