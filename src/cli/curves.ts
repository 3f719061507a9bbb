/** Learning curves as text: one mark for each epoch, or for several where the terminal is narrow. */

export interface Curve {
  readonly name: string;
  readonly mark: string;
  readonly values: readonly number[];
}
const BOTH = '▪';

/** Curves over epochs 1 … n in a frame of `width`×`height` characters; where two meet, a third mark stands. */
export function curves(list: readonly Curve[], width = 64, height = 12): string {
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
      const up = high === low ? 0 : Math.round(((value - low) / (high - low)) * (height - 1));
      const line = cells[height - 1 - up];
      line[column] = line[column] === ' ' ? mark : BOTH;
    }
  const label = (value: number): string => value.toFixed(value < 10 ? 3 : 1);
  const labels = cells.map((_, i) => (i === 0 ? label(high) : i === height - 1 ? label(low) : ''));
  const margin = Math.max(...labels.map((text) => text.length));
  const end = String(epochs);
  return [
    ...cells.map((line, i) => `${labels[i].padStart(margin)} ┤${line.join('')}`.trimEnd()),
    `${' '.repeat(margin)} └${'─'.repeat(columns)}`,
    `${' '.repeat(margin + 2)}1${end.padStart(Math.max(end.length + 1, columns - 1))} epochs`,
    `${' '.repeat(margin + 2)}${list.map(({ name, mark }) => `${mark} ${name}`).join('   ')}`,
  ].join('\n');
}
