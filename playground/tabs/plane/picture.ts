import { escaped } from '../../../src/markup.js';
import { inner, ofLogit, type Polygon, ringsOf } from '../../draw/heat.js';
import { filled } from '../../strings/en.js';
import type { ViewContext } from '../../tab.js';
import { GRID, type Shown } from './map.js';
import { EDGE } from './points.js';

const SIZE = 420;
const LEVELS = [-0.9, -0.7, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.7, 0.9];
const round = (value: number): string => String(Math.round(100 * value) / 100);
const mixed = (from: readonly number[], to: readonly number[], share: number): string =>
  `rgb(${from.map((value, i) => Math.round(value + (to[i] - value) * share)).join(',')})`;
const pathOf = (lines: readonly Polygon[]): string =>
  lines
    .map((line) => `M${line.map(([x, y]) => `${round((x * SIZE) / GRID)},${round((y * SIZE) / GRID)}`).join('L')}`)
    .join('');

/** The plane and the curves as one SVG. */
export function pictureOf(
  { frame, theme, verdict, strings, width: _, ...context }: ViewContext,
  points: Shown | undefined,
  curves: string,
  status: string,
): string {
  const { title, verdicts, words } = strings.tabs.plane;
  const sentence = verdict && !context.running ? filled(verdicts[verdict.kind] ?? '', verdict.numbers) : status;
  const { map, output = map } = (frame?.arrays ?? {}) as Record<string, Float32Array>;
  const [zero, middle, one] = theme.map;
  const parts: string[] = [];
  if (output) {
    const shares = Float32Array.from(output, ofLogit);
    parts.push(`<rect width="${SIZE}" height="${SIZE}" fill="${mixed(middle, zero, 1)}"/>`);
    for (const level of LEVELS) {
      const share = level + 0.1;
      const fill = mixed(middle, share < 0 ? zero : one, Math.min(1, Math.abs(share)));
      parts.push(`<path d="${pathOf(ringsOf(shares, GRID, level))}" fill="${fill}" fill-rule="evenodd"/>`);
    }
    parts.push(
      `<path d="${pathOf(inner(ringsOf(output, GRID, 0), GRID))}" fill="none" stroke="${theme.text}" stroke-width="2" stroke-linejoin="round"/>`,
    );
  }
  const at = (value: number): number => ((value + EDGE) / (2 * EDGE)) * SIZE;
  points?.trainY.forEach((label, i) => {
    const [x, y] = [at(points.trainX[2 * i]), SIZE - at(points.trainX[2 * i + 1])];
    const look = `fill="${label ? theme.one : theme.zero}" stroke="${points.liars.has(i) ? theme.text : theme.page}" stroke-width="1.25"`;
    parts.push(
      label
        ? `<circle cx="${round(x)}" cy="${round(y)}" r="4.2" ${look}/>`
        : `<rect x="${round(x - 3.7)}" y="${round(y - 3.7)}" width="7.4" height="7.4" ${look}/>`,
    );
  });
  const look = strings.tabs.plane.title;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 520" width="900" height="520" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13">
<title id="t">${escaped(title)}</title><desc id="d">${escaped(sentence)}</desc>
<rect width="900" height="520" fill="${theme.page}"/>
<text x="20" y="30" font-size="16" font-weight="600" fill="${theme.text}">${escaped(`Regulus · ${look}`)}</text>
<text x="20" y="502" fill="${theme.text}">${escaped(sentence)}</text>
<svg x="20" y="50" width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}">${parts.join('\n')}</svg>
<g transform="translate(480,50)">${curves}
<text x="368" y="290" text-anchor="end" fill="${theme.training}">${escaped(words.training)}</text>
<text x="368" y="308" text-anchor="end" fill="${theme.validation}">${escaped(words.validation)}</text></g>
</svg>
`;
}
