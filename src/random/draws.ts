import { cos, log, sin } from './hostMath.js';
import type { Key } from './keys.js';
import { philoxInto } from './philox.js';

/** A sequence of random numbers, the same in every engine. The counter is (block, stream, step, 0). */
export interface Draws {
  /** A u32. */
  word(): number;
  /** A float64 from [low, high). */
  uniform(low?: number, high?: number): number;
  /** A float64 of N(0, std²) (Box & Muller 1958). */
  normal(std?: number): number;
}

/** The number of different words: 2³². */
const WORDS = 4294967296;

/** The draws of a key and stream, from the beginning. */
export function draws(key: Key, stream: number, step = 0): Draws {
  const words = new Uint32Array(4);
  let drawn = 0;
  const word = (): number => {
    if ((drawn & 3) === 0) philoxInto(words, drawn >>> 2, stream, step, 0, key);
    return words[drawn++ & 3];
  };
  let spare: number | undefined;
  const normal = (std = 1): number => {
    if (spare !== undefined) {
      const z = spare * std;
      spare = undefined;
      return z;
    }
    const radius = Math.sqrt(-2 * log((word() + 1) / WORDS));
    const angle = 2 * Math.PI * (word() / WORDS);
    spare = radius * sin(angle);
    return radius * cos(angle) * std;
  };
  return { word, uniform: (low = 0, high = 1) => low + (high - low) * (word() / WORDS), normal };
}
