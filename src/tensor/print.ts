import { type Shape, show } from '../graph/shape.js';

const EDGE = 3;
const LONG = 8;

/** A tensor as text: its shape and its numbers to four digits, the middle of long axes left out. */
export function printed(data: Float32Array, shape: Shape): string {
  const number = (x: number): string => String(Number(x.toPrecision(4)));
  const lines = (at: number, axes: Shape, indent: string): string => {
    if (!axes.length) return number(data[at]);
    const [n, ...rest] = axes;
    const step = rest.reduce((a, b) => a * b, 1);
    const shown = Array.from({ length: n }, (_, i) => i).filter((i) => n <= LONG || i < EDGE || i >= n - EDGE);
    const items = shown.map((i) => lines(at + i * step, rest, `${indent} `));
    if (n > LONG) items.splice(EDGE, 0, '…');
    return `[${items.join(rest.length ? `,\n${indent} ` : ', ')}]`;
  };
  return `Tensor ${show(shape)} ${lines(0, shape, '')}`;
}
