/** A point that the user has set: coordinates and a class, 0 or 1. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

/** The plane that is shown: both coordinates go from −EDGE to EDGE. */
export const EDGE = 3;
/** The most points of one’s own. */
export const MOST = 200;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Points as text for the URL, four characters each: 24 bits, of which 1 is the class and 11 are each of the coordinates. */
export function textOfPoints(points: readonly Point[]): string {
  const part = (value: number): number => Math.max(0, Math.min(2047, Math.round(((value + EDGE) / (2 * EDGE)) * 2047)));
  return points
    .map(({ x, y, label }) => {
      const bits = (label << 22) | (part(x) << 11) | part(y);
      return [18, 12, 6, 0].map((shift) => DIGITS[(bits >> shift) & 63]).join('');
    })
    .join('');
}

/** Reads such text; undefined where it is something else. */
export function pointsOf(text: string): readonly Point[] | undefined {
  if (text.length % 4 || text.length > 4 * MOST || !/^[\w-]*$/.test(text)) return undefined;
  return Array.from({ length: text.length / 4 }, (_, i) => {
    const bits = [...text.slice(4 * i, 4 * i + 4)].reduce((sum, digit) => sum * 64 + DIGITS.indexOf(digit), 0);
    const value = (part: number): number => (part / 2047) * 2 * EDGE - EDGE;
    return { x: value((bits >> 11) & 2047), y: value(bits & 2047), label: (bits >> 22) & 1 };
  });
}
