export interface Point {
  x: number;
  y: number;
}
/** 64 levels from 0 to 16, row after row, of strokes in any unit; undefined where nothing was drawn. */
export function levels(strokes: readonly (readonly Point[])[]): number[] | undefined;
