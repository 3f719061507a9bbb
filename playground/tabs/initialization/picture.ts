import type { Theme } from '../../theme.js';
import { drawing, element, rounded, short } from '../shared/svg.js';
import { BINS } from './spec.js';

const TOP = 18;
const ROOM = 42;
/** The height of a layer's row. */
export const rowOf = (depth: number): number => Math.max(15, Math.min(30, 300 / depth));
export const heightOf = (depth: number): number => TOP + depth * rowOf(depth) + 20;

export interface HistogramsInput {
  /** For each layer, BINS numbers: the first and the last are those beyond the range. */
  readonly counts: ArrayLike<number>;
  readonly stds: ArrayLike<number>;
  /** What stands at both ends of the range. */
  readonly ends: readonly [low: string, high: string];
  readonly colour: string;
  readonly theme: Theme;
  readonly width: number;
  readonly title: string;
}

/** A histogram for each layer, from the first at the top. Heights are roots, so that rare values show; bars of values beyond the range
 *  are in the colour of warnings. */
export function histograms({ counts, stds, ends, colour, theme, width, title }: HistogramsInput): string {
  const depth = stds.length;
  const row = rowOf(depth);
  const bar = (width - ROOM - 18) / BINS;
  const rows = Array.from({ length: depth }, (_, layer) => {
    const own = Array.from({ length: BINS }, (_, i) => counts[layer * BINS + i]);
    const most = Math.max(...own, 1);
    const bottom = TOP + (layer + 1) * row;
    const shape = (from: number, to: number): string =>
      own
        .slice(from, to)
        .map((count, i) => {
          const h = count ? Math.max(1, Math.sqrt(count / most) * (row - 3)) : 0;
          return h
            ? `M${rounded(18 + (from + i) * bar)} ${rounded(bottom)}v${rounded(-h)}h${rounded(bar)}V${rounded(bottom)}`
            : '';
        })
        .join('');
    return (
      element('path', { d: shape(1, BINS - 1), fill: colour }) +
      element('path', { d: shape(0, 1) + shape(BINS - 1, BINS), fill: theme.warning }) +
      element('path', { d: `M18 ${rounded(bottom)}H${rounded(width - ROOM)}`, stroke: theme.line }) +
      element('text', { x: 14, y: bottom - 2, 'text-anchor': 'end' }, String(layer + 1)) +
      element('text', { x: width, y: bottom - 2, 'text-anchor': 'end', fill: theme.text }, short(stds[layer], 2))
    );
  });
  const height = heightOf(depth);
  const below = (x: number, anchor: string, text: string): string =>
    element('text', { x, y: height - 6, 'text-anchor': anchor }, text);
  return drawing(
    width,
    height,
    title,
    element(
      'g',
      { 'font-size': 11, fill: theme.muted },
      rows.join('') +
        below(18, 'start', ends[0]) +
        below(width - ROOM, 'end', ends[1]) +
        element('text', { x: width, y: 12, 'text-anchor': 'end' }, 'σ'),
    ),
  );
}
