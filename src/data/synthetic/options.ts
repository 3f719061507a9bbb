import { checkKeys, inRange, integer } from '../../options.js';
import { room } from '../../graph/values.js';
import { type Draws, draws } from '../../random/draws.js';
import { seedKey, streams } from '../../random/keys.js';

/** What all synthetic sets take. */
export interface SyntheticOptions {
  /** Rows. Default 200. */
  n?: number;
  /** The standard deviation of what is added to every coordinate (or to y). Default 0.1. */
  noise?: number;
  /** Default 0. */
  seed?: number;
}

/** Checked options with their defaults, and random numbers of the seed. */
export function drawn(
  name: string,
  options: SyntheticOptions,
  more: readonly string[] = [],
  usual = 0.1,
): { n: number; noise: number; random: Draws } {
  checkKeys(name, options, ['n', 'noise', 'seed', ...more]);
  const n = integer(name, 'n', options.n ?? 200, 2);
  room(name, 2 * n);
  return {
    n,
    noise: inRange(name, 'noise', options.noise ?? usual, 0),
    random: draws(seedKey(options.seed ?? 0, name), streams.synthetic),
  };
}
