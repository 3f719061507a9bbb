import { randomGenerator } from '../../../src/index.js';
import { LEVELS, PLACES, VALIDATION } from './spec.js';

/** Images [n, 64] with numbers from 0 to 1, and their classes. */
export interface Images {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** The digits of `regulus/digits` as text: for each place the levels of all digits, those of the zeros first. */
export interface Packed {
  readonly pixels: string;
  readonly labels: string;
}

export function unpacked({ pixels, labels }: Packed): Images {
  const y = Float32Array.from(labels, Number);
  const byLabel = [...y.keys()].sort((a, b) => y[a] - y[b]);
  const x = new Float32Array(pixels.length);
  for (let i = 0; i < x.length; i++)
    x[byLabel[i % y.length] * PLACES + Math.floor(i / y.length)] = Number.parseInt(pixels[i], 17) / LEVELS;
  return { x, y };
}

export const rowsOf = ({ x, y }: Images, rows: ArrayLike<number>): Images => {
  const taken = new Float32Array(rows.length * PLACES);
  for (let i = 0; i < rows.length; i++) taken.set(x.subarray(rows[i] * PLACES, (rows[i] + 1) * PLACES), i * PLACES);
  return { x: taken, y: Float32Array.from(rows, (row) => y[row]) };
};

/** Deals the digits by a seed: the first are for training, the next for validation. */
export function dealt(all: Images, size: number, seed: number): readonly [train: Images, validation: Images] {
  const order = randomGenerator(seed).permutation(all.y.length).data();
  return [rowsOf(all, order.subarray(0, size)), rowsOf(all, order.subarray(size, size + VALIDATION))];
}

/** The row of the image that is nearest to another one. */
export function nearest({ x }: Images, image: Float32Array): number {
  let [row, least] = [0, Infinity];
  for (let i = 0; i * PLACES < x.length; i++) {
    let distance = 0;
    for (let j = 0; j < PLACES && distance < least; j++) {
      const difference = x[i * PLACES + j] - image[j];
      distance += difference * difference;
    }
    if (distance < least) [row, least] = [i, distance];
  }
  return row;
}
