import { checkKeys, integer, readable, short, table } from '../index.js';
import { type Labels, labelsFor, largest, logOf, type Matrix, type Probabilities, probabilitiesOf } from './rows.js';

/** The answers whose confidence, the probability of the answer, lies in one of the bins. */
export interface ReliabilityBin {
  /** The bin holds confidences from `from` to below `to`; the last one has 1 too. */
  readonly from: number;
  readonly to: number;
  /** The number of rows. */
  readonly count: number;
  /** Their mean confidence, and the share of them that is right; NaN in an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
}
/** How good probabilities are, as means over the rows. */
export interface Quality {
  /** The mean of −log of the label's probability. */
  readonly nll: number;
  /** The expected calibration error: the mean over the rows of |accuracy − mean confidence| of their bin. */
  readonly ece: number;
  /** The mean of Σ (p − 1 of the label)² over the classes, from 0 to 2. */
  readonly brier: number;
}
/** Whether probabilities are what they say. */
export interface Reliability extends Quality {
  readonly bins: ReliabilityBin[];
  /** The largest |accuracy − mean confidence| of a bin. */
  readonly mce: number;
}

/** Compares how sure the answers of a classifier are with how often they are right: of those with 80 % confidence 80 % should be right.
 *  The rows are put into `bins` of equal width (default 15) by the largest probability; the curve of accuracy over
 *  confidence is the reliability diagram, and its mean distance from the diagonal the expected calibration error (Guo et al. 2017).
 *
 *  `probabilities` [n, classes], or of two classes that of class 1, [n] or [n, 1]; `labels` [n] count from 0. Throws a DataError for what
 *  are no probabilities or no labels, a ShapeError where their numbers differ.
 *  @example reliability([[0.9, 0.1], [0.4, 0.6]], [0, 1], { bins: 2 }).bins.map(({ count }) => count) // [0,2] */
export function reliability(
  probabilities: Probabilities,
  labels: Labels,
  options: { bins?: number } = {},
): Reliability {
  const where = 'reliability';
  checkKeys(where, options, ['bins']);
  const bins = integer(where, 'bins', options.bins ?? BINS, 1, MOST);
  const all = probabilitiesOf(where, probabilities);
  return readable(reliabilityOf(all, labelsFor(where, labels, all), bins), textOf);
}
export const BINS = 15;
const MOST = 10_000;

/** The same of numbers that are checked. */
export function reliabilityOf(
  { values: p, rows, columns }: Matrix,
  labels: ArrayLike<number>,
  count = BINS,
): Reliability {
  const [sizes, sums, right] = [0, 0, 0].map(() => new Float64Array(count));
  let [nll, brier] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    const top = largest(p, from, columns);
    const bin = Math.min(count - 1, Math.floor(p[top] * count));
    sizes[bin]++;
    sums[bin] += p[top];
    if (top - from === labels[row]) right[bin]++;
    nll -= logOf(p[from + labels[row]]) / rows;
    for (let k = 0; k < columns; k++) {
      const off = p[from + k] - Number(k === labels[row]);
      brier += (off * off) / rows;
    }
  }
  const bins = Array.from(
    sizes,
    (size, i): ReliabilityBin => ({
      from: i / count,
      to: (i + 1) / count,
      count: size,
      confidence: sums[i] / size,
      accuracy: right[i] / size,
    }),
  );
  const gaps = bins.map((bin) => (bin.count ? Math.abs(bin.accuracy - bin.confidence) : 0));
  const ece = gaps.reduce((sum, gap, i) => sum + (gap * sizes[i]) / rows, 0);
  return { bins, ece, mce: Math.max(...gaps), nll, brier };
}

function textOf({ bins, ece, mce, nll, brier }: Reliability): string {
  return [
    `expected calibration error ${short(ece)}, largest ${short(mce)}, negative log likelihood ${short(nll)}, Brier score ${short(brier)}`,
    table([
      ['from', 'to', 'rows', 'confidence', 'accuracy'],
      ...bins.filter(({ count }) => count).map((bin) => [bin.from, bin.to, bin.count, bin.confidence, bin.accuracy]),
    ]),
  ].join('\n');
}
