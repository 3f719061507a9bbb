import { checkKeys, OptionError, refuse, positive } from '../index.js';
import { ellipseOf, heightOf, radiusFor, within } from './geometry.js';
import { isObject, pairOf } from './given.js';
import { checkOptions, type Picture, pictureOf, type PictureOptions } from './picture.js';
import { type Pair, planeDrawing } from './planes.js';
import { element, label, num, pathOf, words } from './svg.js';

export interface PenaltyGeometry {
  /** Where the loss is least. */
  readonly optimum: Pair;
  /** The loss's curvature: the diagonal [a, c], or the matrix [[a, b], [b, c]], positive definite. Default [1, 1]. */
  readonly curvature?: Pair | readonly [Pair, Pair];
  /** Which penalty: true with `radius`, or its λ. One of the two. */
  readonly l1?: boolean | number;
  readonly l2?: boolean | number;
  /** The largest norm of the weights. */
  readonly radius?: number;
}
/** Draws where the lines of equal loss meet the diamond of an L1 penalty or the disc of an L2 penalty: with L1 often in a corner, where a
 *  weight is exactly 0. The loss is ½(w − optimum)ᵀ H (w − optimum); with λ the ball is that on whose edge λ‖w‖₁ or (λ/2)‖w‖² has
 *  its solution.
 *  @example pictures.penalties({ optimum: [2, 1], curvature: [1, 2], l1: true, radius: 1 }).text() */
export function penalties(geometry: PenaltyGeometry, options: PictureOptions = {}): Picture {
  const where = 'pictures.penalties';
  const base = checkOptions(where, options);
  if (!isObject(geometry)) return refuse(where, 'options', geometry, '{ optimum, curvature, l1 or l2, radius }');
  checkKeys(where, geometry, ['optimum', 'curvature', 'l1', 'l2', 'radius']);
  const { curvature = [1, 1], l1, l2, radius } = geometry as PenaltyGeometry;
  const optimum = pairOf(where, 'optimum', geometry.optimum);
  const given = curvature as readonly unknown[];
  const nested = Array.isArray(given) && Array.isArray(given[0]);
  const [a, c] = nested ? [0, 0] : pairOf(where, 'curvature', curvature);
  const matrix: readonly [Pair, Pair] = nested
    ? [pairOf(where, 'curvature[0]', given[0]), pairOf(where, 'curvature[1]', given[1])]
    : [
        [a, 0],
        [0, c],
      ];
  const [[p, q], [q2, r]] = matrix;
  if (q !== q2 || !(p > 0) || !(p * r - q * q > 0))
    refuse(where, 'curvature', curvature, 'two positive numbers or a symmetric, positive definite matrix');
  const on = (v: unknown): boolean => v !== undefined && v !== false;
  for (const [name, v] of [
    ['l1', l1],
    ['l2', l2],
  ] as const)
    if (on(v) && v !== true && !(typeof v === 'number' && v >= 0 && Number.isFinite(v)))
      refuse(where, name, v, 'true or a λ from 0');
  if (on(l1) === on(l2)) throw new OptionError(`${where}: give l1 or l2, one of them: true with a radius, or a λ`);
  const norm = on(l1) ? 'l1' : 'l2';
  const strength = norm === 'l1' ? l1 : l2;
  if (radius !== undefined) positive(where, 'radius', radius);
  if (strength === true && radius === undefined)
    throw new OptionError(`${where}: radius is missing; with ${norm}: true give the largest norm of the weights`);
  const bowl = { optimum, curvature: matrix };
  const size = radius ?? radiusFor(bowl, norm, strength as number);
  const w = size > 0 ? within(bowl, norm, size) : ([0, 0] as const);
  // Both axes have the same length, and hold the ball, the optimum and the origin.
  const low = optimum.map((v) => Math.min(-size, v));
  const high = optimum.map((v) => Math.max(size, v));
  const span = Math.max(high[0] - low[0], high[1] - low[1]) * 1.25 || 2;
  const domain = [0, 1].map((k) => {
    const middle = (low[k] + high[k]) / 2;
    return [middle - span / 2, middle + span / 2] as const;
  }) as [Pair, Pair];
  const touched = heightOf(bowl, w[0], w[1]);
  const inside = !(touched > 0);
  // Contours at equal distances, the third of which meets the ball.
  const unit = inside ? heightOf(bowl, optimum[0] + span / 12, optimum[1]) : touched / 9;
  const zero = w.map((v, i) => (v === 0 ? `w${'₁₂'[i]} is exactly 0` : '')).filter(Boolean);
  const outlined: readonly Pair[] =
    norm === 'l2'
      ? ellipseOf(
          {
            optimum: [0, 0],
            curvature: [
              [2, 0],
              [0, 2],
            ],
          },
          size * size,
        )
      : ellipseOf(
          {
            optimum: [0, 0],
            curvature: [
              [2, 0],
              [0, 2],
            ],
          },
          1,
        ).map(([u, v]) => {
          const scale = size / (Math.abs(u) + Math.abs(v));
          return [u * scale, v * scale];
        });
  const ball = norm === 'l1' ? 'diamond' : 'disc';
  return pictureOf(
    planeDrawing({
      title: inside
        ? `${norm.toUpperCase()}: the optimum lies within the ${ball}`
        : `${norm.toUpperCase()}: contours meet the ${ball}${zero.length && norm === 'l1' ? ' in a corner' : ''}`,
      description: `Lines of equal loss around (${optimum.map((v) => label(v)).join(', ')}), and the weights whose ${norm === 'l1' ? '1-norm' : '2-norm'} is at most ${label(size)}.`,
      domain,
      square: true,
      shapes: (x, y) => {
        const [cx, cy, rx, ry] = [x.at(0), y.at(0), x.at(size) - x.at(0), y.at(0) - y.at(size)];
        const outline =
          norm === 'l1'
            ? `M${num(cx + rx)} ${num(cy)}L${num(cx)} ${num(cy - ry)}L${num(cx - rx)} ${num(cy)}L${num(cx)} ${num(cy + ry)}Z`
            : `M${num(cx - rx)} ${num(cy)}a${num(rx)} ${num(ry)} 0 1 0 ${num(2 * rx)} 0a${num(rx)} ${num(ry)} 0 1 0 ${num(-2 * rx)} 0Z`;
        const axis = `M${num(x.at(domain[0][0]))} ${num(cy)}H${num(x.at(domain[0][1]))}M${num(cx)} ${num(y.at(domain[1][0]))}V${num(y.at(domain[1][1]))}`;
        const ellipse = (k: number): string =>
          `${pathOf(ellipseOf(bowl, unit * k * k).map(([u, v]) => [x.at(u), y.at(v)]))}Z`;
        const farther = [1, 2, 4, 5, 6, 7, 8, 9, 11, 14, 18, 23, 29].map(ellipse).join('');
        return [
          element('path', { d: outline, class: 'f0', 'fill-opacity': '0.25' }),
          element('path', { d: axis, class: 'rg' }),
          element('path', { d: farther + (inside ? ellipse(3) : ''), class: 'ra', 'stroke-opacity': '0.6' }),
          element('path', { d: outline, class: 's0', 'stroke-width': 2 }),
          inside ? '' : element('path', { d: ellipse(3), class: 's1', 'stroke-width': 2 }),
          element('circle', { cx: x.at(w[0]), cy: y.at(w[1]), r: 5, class: 'f1 ro', 'stroke-width': 1.5 }),
        ].join('');
      },
      over: (x, y) =>
        words(x.at(w[0]) - 8, y.at(w[1]) + 17, 'solution', { class: 'rt rk', 'text-anchor': 'end' }) +
        (inside
          ? ''
          : words(x.at(optimum[0]), y.at(optimum[1]) - 9, 'least loss', { class: 'rt rk', 'text-anchor': 'middle' })),
      crosses: [optimum],
      signs: [
        ...outlined.map((at) => [at, '·'] as const),
        ...(inside ? [] : ellipseOf(bowl, touched).map((at) => [at, '∘'] as const)),
        [w, '●'],
      ],
      xLabel: 'w₁',
      yLabel: 'w₂',
      note: `solution (${w.map((v) => label(v)).join(', ')})${zero.length ? `: ${zero.join(', ')}` : ''}`,
    }),
    base,
  );
}
