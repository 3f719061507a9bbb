import { type Drawn, placeIn, plot, type PlotInput, type Point, thinned, upright } from '../shared/plot.js';
import { element, path } from '../shared/svg.js';
import type { Theme } from '../../theme.js';

/** The largest of all numbers that are numbers. */
function largest(lists: readonly ArrayLike<number>[]): number {
  let most = 0;
  for (const values of lists)
    for (let i = 0; i < values.length; i++) if (values[i] > most && values[i] < Infinity) most = values[i];
  return most;
}

export interface Curves extends Pick<PlotInput, 'width' | 'height' | 'title'> {
  readonly theme: Theme;
  /** What is measured after each epoch: of this run, and of a run that was kept. */
  readonly training: ArrayLike<number>;
  readonly validation: ArrayLike<number>;
  readonly kept: readonly ArrayLike<number>[];
  /** What stands at the ends of the scales. */
  readonly labels: readonly [x: string, y: string];
  /** The epochs of changes, of the best validation loss where training has stopped, and of the cursor. */
  readonly marks: readonly number[];
  readonly best?: number;
  readonly cursor?: number;
}

/** The curves of training and validation with the gap between them, as they grow. */
export function curves({ theme, training, validation, kept, labels, marks, best, cursor, ...frame }: Curves): string {
  const all = [training, validation, ...kept];
  const scales = {
    ...frame,
    x: { from: 0, to: Math.max(1, ...all.map(({ length }) => length - 1)), label: labels[0] },
    y: { from: 0, to: largest(all) || 1, label: labels[1] },
  };
  const [solid, dashed, ...before] = all.map((values) => thinned(values));
  const dash = '7 4';
  const lines: Drawn[] = [
    ...before.map((points, i) => ({ points, stroke: theme.muted, width: 1.5, dash: i ? dash : undefined })),
    { points: solid, stroke: theme.training },
    { points: dashed, stroke: theme.validation, dash },
  ];
  const places = (points: readonly Point[]): Point[] => points.map((point) => placeIn(scales, point));
  const gap = Number.isNaN(validation[0]) ? [] : [...places(solid), ...places(dashed).reverse()];
  const dots = cursor === undefined ? [] : [training, validation].map((values): Point => [cursor, values[cursor]]);
  return plot({
    ...scales,
    theme,
    lines: [...lines, { points: dots, stroke: theme.text, width: 0, dots: 4 }],
    inside:
      element('path', { d: path(gap), fill: theme.gap }) +
      marks.map((at) => upright(scales, at, theme.muted, '3 3')).join('') +
      (best === undefined ? '' : upright(scales, best, theme.accent)) +
      (cursor === undefined ? '' : upright(scales, cursor, theme.text, '1 3')),
  });
}
