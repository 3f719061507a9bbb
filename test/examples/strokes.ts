export interface Point {
  x: number;
  y: number;
}
/** A part of an ellipse around (cx, cy): degrees from the right, clockwise, as y points down. */
const arc = (cx: number, cy: number, rx: number, ry: number, from: number, to: number): Point[] =>
  Array.from({ length: 25 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 24) * Math.PI) / 180;
    return { x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle) };
  });
const line = (...numbers: number[]): Point[] =>
  Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i], y: numbers[2 * i + 1] }));

/** An 8 in one go, which crosses itself in the middle. */
function eight(): Point[] {
  return Array.from({ length: 49 }, (_, i) => {
    const angle = ((i / 48) * 2 - 0.25) * Math.PI;
    return { x: 50 + 21 * Math.sin(2 * angle), y: 50 - 38 * Math.sin(angle) };
  });
}

/** How a pen may write the digits, in percent of the pad. */
export const STROKES: Record<string, Point[][]> = {
  0: [arc(50, 50, 25, 38, -90, 270)],
  1: [line(38, 28, 52, 14, 52, 88)],
  2: [[...arc(50, 34, 22, 20, 190, 400), ...line(28, 88), ...line(74, 88)]],
  3: [[...arc(48, 32, 20, 18, 210, 450), ...arc(48, 69, 23, 19, -90, 150)]],
  4: [line(56, 12, 26, 60, 76, 60), line(58, 40, 58, 88)],
  5: [[...line(70, 14, 36, 14, 33, 44), ...arc(48, 64, 22, 22, 225, 500)]],
  6: [[...line(62, 12, 42, 36), ...arc(50, 66, 20, 22, 200, 560)]],
  7: [line(26, 14, 74, 14, 46, 88)],
  8: [eight()],
  9: [[...arc(50, 34, 19, 20, 0, -360), ...line(69, 34, 66, 60, 56, 88)]],
};
