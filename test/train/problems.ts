import { dataset } from '../../src/data/dataset.js';
import { draws } from '../../src/random/draws.js';
import { seedKey } from '../../src/random/keys.js';

/** Two overlapping clouds: n rows of two features, two classes. */
export function clouds(n: number, seed = 1, sealed = false) {
  const { normal } = draws(seedKey(seed), 7);
  const rows = Array.from({ length: n }, (_, i) => [normal() + (i % 2 ? 1.5 : -1.5), normal()]);
  return dataset({ x: rows, y: rows.map((_, i) => i % 2), classes: 2, sealed });
}
