// node lab/pytorch/data.mjs > data.json: the rows on which the claims train, for measure.py.
import { datasets, randomGenerator } from 'regulus';
import { digitsOf, linearRows, normals, wrongLabels } from '../data.mjs';

const pairs = ({ x, y, shape: [columns] }) => ({
  x: [...y].map((_, i) => [...x.slice(columns * i, columns * (i + 1))]),
  y: [...y],
});
const ofDigits = (seed, rows, wrong) => [...digitsOf(seed, rows, { wrong }).train.y];
const zeros = (count) => new Array(count).fill(0);

function dataOf(seed) {
  const all = digitsOf(seed, 1000);
  const sets = [all.train, all.validation, all.test].map(pairs);
  const moons = datasets.moons({ n: 460, noise: 0.2, seed });
  return {
    digits: { x: sets.flatMap(({ x }) => x), y: sets.flatMap(({ y }) => y) },
    wrong: {
      200: ofDigits(seed, 200, 0.2),
      300: ofDigits(seed, 300, 0.15),
      400: ofDigits(seed, 400, 0.2),
      600: ofDigits(seed, 600, 0.3),
      1000: ofDigits(seed, 1000, 0.3),
    },
    units: { ...pairs(moons), y: [...wrongLabels(moons.slice(0, 60), 0.2, seed).y, ...moons.slice(60).y] },
    flat: pairs(datasets.moons({ n: 120, noise: 0.25, seed })),
    convex: pairs(datasets.moons({ n: 200, noise: 0.4, seed })),
    decay: pairs(linearRows(seed, 256, [1, -2], 1)),
    shrink: pairs(linearRows(seed, 32, [1, -2, 0.5, 3])),
    sparse: pairs(linearRows(seed, 120, [3, -2, 1.5, 1, -1, ...zeros(15)], 0.3)),
    averaged: pairs(linearRows(seed, 4000, [1, -1, 2, 0.5], 1)),
    tikhonov: pairs(linearRows(seed, 200, [1, -2, 0.5, 3], 0.5)),
    path: pairs(linearRows(seed, 100, [2, -1], 1)),
    deep: randomGenerator(seed + 1)
      .normal([64, 128])
      .toArray(),
    matrices: [1, 2, 3, 4, 6].map((n) =>
      Array.from({ length: 60 }, (_, k) =>
        randomGenerator(1000 * seed + 10 * k + n)
          .normal([n, n])
          .toArray(),
      ),
    ),
    tasks: {
      x: normals(seed, 460, 10),
      directions: normals(seed + 100, 10, 3, 1 / Math.sqrt(10)),
      heads: normals(seed + 200, 3, 20),
      noise: normals(seed + 300, 460, 20, 0.7),
    },
  };
}
process.stdout.write(JSON.stringify([0, 1, 2].map(dataOf)));
