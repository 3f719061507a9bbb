import { type Dataset, permutation, seedKey } from '../index.js';

const [TIMES, STREAM] = [100, 0xda7a0102];
/** What is so many deviations from the mean of random orders is none of them; and it must be this much nearer than they are. */
const [FAR, LEAST] = [5, 0.9];

/** What lies in an order, as a sentence: rows beside one another have like targets, or are alike. Undefined where nothing does. */
export function inOrder(
  data: Dataset,
  kept: Int32Array,
  neighbours: readonly (readonly number[])[] | undefined,
  seed: number,
): string | undefined {
  const n = kept.length;
  if (n < 20) return undefined;
  const orders = Array.from({ length: TIMES }, (_, i) => permutation(n, seedKey(seed), STREAM, i));
  const isLess = (measure: (order: ArrayLike<number>) => number): boolean => {
    const own = measure(Int32Array.from({ length: n }, (_, i) => i));
    const random = orders.map(measure);
    const mean = random.reduce((a, b) => a + b / TIMES, 0);
    const spread = Math.sqrt(random.reduce((sum, v) => sum + ((v - mean) * (v - mean)) / (TIMES - 1), 0));
    return own < LEAST * mean && mean - own > FAR * spread;
  };
  const targets = data.targets
    .filter(({ kind, values, mask }) =>
      isLess((order) => unlike(kind === 'classes', values, data.size, mask, kept, order)),
    )
    .map(({ name }) => (name ? `y.${name}` : 'y'));
  const isAlike = neighbours !== undefined && isLess((order) => apart(neighbours, order));
  if (!targets.length && !isAlike) return undefined;
  const what = [
    ...(targets.length ? [`neighbouring rows have like ${targets.join(' and ')}`] : []),
    ...(isAlike ? ['rows that are alike lie near one another'] : []),
  ];
  return `the rows lie in an order: ${what.join(', and ')}; shuffle them before they are cut, or, if they are a series or come in groups, split with { order: 'time' } or { groups }`;
}

/** How different the targets of neighbouring rows are. */
function unlike(
  classes: boolean,
  values: ArrayLike<number>,
  size: number,
  mask: Float32Array | undefined,
  kept: Int32Array,
  order: ArrayLike<number>,
): number {
  const width = values.length / size;
  let sum = 0;
  for (let i = 1; i < kept.length; i++) {
    const [a, b] = [kept[order[i - 1]], kept[order[i]]];
    if (mask?.[a] === 0 || mask?.[b] === 0) continue;
    for (let k = 0; k < width; k++) {
      const by = Math.abs(values[a * width + k] - values[b * width + k]);
      sum += classes ? Math.min(by, 1) : by;
    }
  }
  return sum;
}

/** How far rows are from their nearest neighbours in a list of places. */
function apart(neighbours: readonly (readonly number[])[], places: ArrayLike<number>): number {
  let sum = 0;
  neighbours.forEach((others, row) => {
    for (const other of others) sum += Math.abs(places[row] - places[other]);
  });
  return sum;
}
