/** Results as text. */

/** Gives a result a text for String(result) and `${result}`. The method is not enumerable, so results stay equal to
 *  their copies, and JSON, loops and structuredClone do not see it. */
export const readable = <T extends object>(result: T, text: (result: T) => string): T =>
  Object.defineProperty(result, 'toString', { value: () => text(result), configurable: true, writable: true });

/** A number for people to read, with about four significant digits. */
export function short(x: number): string {
  const size = Math.abs(x);
  const plain = size === 0 || (size >= 1e-3 && size < 1e5);
  return plain ? x.toFixed(size < 100 ? 4 : 1) : x.toExponential(2);
}

/** A table with aligned columns: words to the left, numbers to the right. The first row is the header. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : numeral(cell))));
  const widths = cells[0].map((_, j) => Math.max(...cells.map((row) => row[j].length)));
  const isText = cells[0].map((_, j) => typeof rows.at(-1)?.[j] === 'string');
  return cells
    .map((row) => row.map((cell, j) => (isText[j] ? cell.padEnd(widths[j]) : cell.padStart(widths[j]))))
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}
const numeral = (x: number): string => (Number.isInteger(x) ? String(x) : short(x));
