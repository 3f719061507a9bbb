import { type Line, linesDrawing } from './charts.js';
import type { Drawing } from './picture.js';

/** What `search` of regulus/sweep finds, also when it was read from JSON, where values that are not finite are null. */
export interface SearchLike {
  readonly trials: readonly {
    readonly trial: number;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly value: number | null;
    readonly state?: unknown;
  }[];
}
type Wide = (values: readonly number[]) => boolean;

/** The best value so far, and below it the values against each parameter that is a number. */
export function searchDrawing({ trials }: SearchLike, wide: Wide): Drawing {
  const seen = trials.filter(({ value, state }) => state !== 'failed' && Number.isFinite(value));
  const yLog = wide(seen.map(({ value }) => value as number));
  const drawing = (xLabel: string, place: (trial: (typeof seen)[number]) => number, more: readonly Line[] = []) => {
    const of = (name: string, some: typeof seen): Line[] =>
      some.length ? [{ name, x: some.map(place), y: some.map(({ value }) => value as number), apart: true }] : [];
    const lines = [
      ...of(
        'completed',
        seen.filter(({ state }) => state !== 'pruned'),
      ),
      ...of(
        'pruned',
        seen.filter(({ state }) => state === 'pruned'),
      ),
    ];
    const xLog = !more.length && wide(seen.map(place));
    return linesDrawing({ title: '', lines: [...lines, ...more], xLabel, yLabel: 'value', xLog, yLog });
  };
  let best = Number.POSITIVE_INFINITY;
  const y = trials.map(({ value, state }) => {
    if (state !== 'pruned' && state !== 'failed') best = Math.min(best, value ?? best);
    return best;
  });
  const names = Object.keys(seen[0]?.parameters ?? {}).filter((name) =>
    seen.every(({ parameters }) => typeof parameters[name] === 'number'),
  );
  return stacked('Search', [
    drawing('trial', ({ trial }) => trial, [
      { name: 'best so far', x: trials.map(({ trial }) => trial), y, dots: false },
    ]),
    ...names.slice(0, 8).map((name) => drawing(name, ({ parameters }) => parameters[name] as number)),
  ]);
}

/** Drawings one below the other. */
function stacked(title: string, parts: readonly Drawing[]): Drawing {
  return {
    title,
    description: parts.map(({ description }) => description).join(' '),
    height: (width) => 170 * parts.length + (width > 400 ? 60 : 30),
    svg: (box) => {
      const height = box.height / parts.length;
      return parts.map((part, i) => part.svg({ ...box, y: box.y + i * height, height: height - 6 })).join('');
    },
    text: () => parts.map((part) => part.text()).join('\n\n'),
  };
}
