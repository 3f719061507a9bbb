import { integer, refuse } from './options.js';

/** A curve to be drawn as text, with one mark for each value, or for several where the frame is narrow. */

export interface Curve {
  readonly name: string;
  readonly mark: string;
  readonly values: readonly number[];
}
const BOTH = '▪';
const CURVES = 'curves: { name, mark, values }';

/** The labels below the first and the last column, and the unit. */
export interface Axis {
  readonly first: string;
  readonly last: string;
  readonly unit: string;
}

/** Draws curves in a frame of `width`×`height` characters, by default over the epochs 1 … n. Where two curves meet
 *  there is a third mark. */
export function curves(list: readonly Curve[], width = 64, height = 12, axis?: Axis): string {
  integer('curves', 'width', width, 1);
  // A larger frame would not fit into memory.
  integer('curves', 'height', height, 1, 10_000);
  if (!Array.isArray(list)) refuse('curves', 'list', list, CURVES);
  for (let i = 0; i < list.length; i++)
    if (!Array.isArray(Object(list[i]).values)) refuse('curves', `list[${i}]`, list[i], CURVES);
  const finite = list.flatMap(({ values }) => values.filter(Number.isFinite));
  const epochs = Math.max(0, ...list.map(({ values }) => values.length));
  if (!finite.length) return 'no whole epoch, no curves';
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const columns = Math.min(epochs, Math.max(1, width));
  const cells = Array.from({ length: height }, () => new Array<string>(columns).fill(' '));
  for (const { mark, values } of list)
    for (let column = 0; column < columns; column++) {
      const value =
        values[columns === 1 ? values.length - 1 : Math.round((column * (values.length - 1)) / (columns - 1))];
      if (!Number.isFinite(value)) continue;
      // Halves, so that the difference of huge numbers is finite.
      const up = high === low ? 0 : Math.round(((value / 2 - low / 2) / (high / 2 - low / 2)) * (height - 1));
      const line = cells[height - 1 - up];
      line[column] = line[column] === ' ' ? mark : BOTH;
    }
  const { first, last, unit } = axis ?? { first: '1', last: String(epochs), unit: 'epochs' };
  const label = (value: number): string =>
    value !== 0 && Math.abs(value) < 0.01 ? value.toPrecision(2) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);
  const labels = cells.map((_, i) => (i === 0 ? label(high) : i === height - 1 ? label(low) : ''));
  const margin = Math.max(...labels.map((text) => text.length));
  return [
    ...cells.map((line, i) => `${labels[i].padStart(margin)} ┤${line.join('')}`.trimEnd()),
    `${' '.repeat(margin)} └${'─'.repeat(columns)}`,
    `${' '.repeat(margin + 2)}${first}${last.padStart(Math.max(last.length + 1, columns - first.length))} ${unit}`,
    `${' '.repeat(margin + 2)}${list.map(({ name, mark }) => `${mark} ${name}`).join('   ')}`,
  ].join('\n');
}
