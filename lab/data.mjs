// Data of the claims: the digits that ship with the package, and synthetic sets.
import { dataset, randomGenerator } from 'regulus';
import { digits } from 'regulus/digits';

/** Numbers from N(0, std²), as rows of `columns`. */
export function normals(seed, rows, columns, std = 1) {
  const values = randomGenerator(seed).normal([rows, columns], { std }).data();
  return Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);
}

/** `rows` training rows of the digits, 400 for validation and 397 for the test, in an order of their own for each seed. Pixels are 0 … 1. */
export function digitsOf(seed, rows, { images = false, wrong = 0 } = {}) {
  const all = digits({ images })
    .with({ scale: 1 / 16 })
    .shuffle(seed + 1);
  const train = all.slice(0, rows);
  return {
    train: wrong ? wrongLabels(train, wrong, seed) : train,
    validation: all.slice(1000, 1400),
    test: all.slice(1400),
  };
}

/** The set with a share of its labels moved to another class. */
export function wrongLabels(set, share, seed) {
  const [target] = set.targets;
  const draws = randomGenerator(seed + 1000)
    .uniform([set.size, 2])
    .data();
  const values = target.values.map((y, i) =>
    draws[2 * i] < share ? (y + 1 + Math.floor(draws[2 * i + 1] * (target.classes - 1))) % target.classes : y,
  );
  return set.with({ targets: [{ ...target, values }] });
}

/** Rows y = x·w + noise with features from N(0, 1). */
export function linearRows(seed, rows, weights, noise = 0.5) {
  const x = normals(seed, rows, weights.length + 1);
  const y = x.map((row) => weights.reduce((sum, w, j) => sum + w * row[j], noise * row[weights.length]));
  return dataset({ x: x.map((row) => row.slice(0, weights.length)), y: y.map((v) => [v]) });
}
