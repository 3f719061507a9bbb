import { EDGE, MOST, type Point } from './points.js';

/** What is wrong with a table, or its points: `all` rows were read, of which some were chosen where there are too many. */
export type Table =
  | { readonly points: readonly Point[]; readonly classes: readonly [zero: string, one: string]; readonly all: number }
  | { readonly wrong: 'tableWrong'; readonly row: number; readonly text: string }
  | { readonly wrong: 'tableClasses'; readonly count: number; readonly names: string };

/** Reads rows of two numbers and a class, with commas, semicolons, tabs or spaces between them, perhaps below a line of names. Both
 *  columns are stretched to fill the plane. */
export function tableOf(text: string): Table {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const rows = lines.flatMap((line, i) => {
    const separator = /;|\t/.test(line) ? /[;\t]/ : line.includes(',') ? ',' : /\s+/;
    const cells = line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    return line ? [{ line, row: i + 1, numbers: cells.slice(0, 2).map(numberOf), label: cells[2] ?? '', cells }] : [];
  });
  const fits = ({ numbers, label, cells }: (typeof rows)[number]): boolean =>
    cells.length === 3 && label !== '' && numbers.every(Number.isFinite);
  // The first line may hold the names of the columns.
  const own = rows.length > 1 && !rows[0].numbers.some(Number.isFinite) ? rows.slice(1) : rows;
  const wrong = own.find((row) => !fits(row));
  if (wrong || !own.length)
    return { wrong: 'tableWrong', row: wrong?.row ?? 1, text: (wrong?.line ?? '').slice(0, 40) };
  const names = [...new Set(own.map(({ label }) => label))].sort();
  if (names.length !== 2)
    return { wrong: 'tableClasses', count: names.length, names: names.slice(0, 4).join(', ').slice(0, 40) };
  const [x, y] = [0, 1].map((axis) => stretched(own.map(({ numbers }) => numbers[axis])));
  const taken = Math.min(MOST, own.length);
  const points = Array.from({ length: taken }, (_, i) => {
    const at = Math.floor((i * own.length) / taken);
    return { x: x[at], y: y[at], label: names.indexOf(own[at].label) };
  });
  return { points, classes: [names[0], names[1]], all: own.length };
}
const numberOf = (cell: string): number => (cell === '' ? Number.NaN : Number(cell));

/** Numbers moved and scaled to the middle nine tenths of the plane. */
function stretched(values: readonly number[]): readonly number[] {
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const half = (high - low) / 2 || 1;
  return values.map((value) => (0.9 * EDGE * (value - low - half)) / half);
}
