import { readable, table } from '../index.js';
import { type Labels, labelsFor, type Probabilities, probabilitiesOf } from './rows.js';

/** A row whose label is probably wrong. */
export interface LabelIssue {
  readonly row: number;
  /** The label that it has, and the class that it seems to be. */
  readonly label: number;
  readonly suggested: number;
  /** The probability of the label minus the largest of the other classes', from −1 to 1. */
  readonly margin: number;
}
/** What probabilities say of labels. */
export interface LabelIssues {
  /** The rows whose confident class is not their label, by ascending margin: the worst first. */
  readonly issues: LabelIssue[];
  /** The mean probability of each class over the rows that are labelled so. Infinity for a class without rows. */
  readonly thresholds: number[];
  /** counts[label][class]: the number of rows with a label that are confidently of a class. */
  readonly counts: number[][];
  /** joint[label][class]: the estimated share of all rows with a label that truly are of a class. */
  readonly joint: number[][];
  /** The estimated share of wrong labels, 1 − the trace of `joint`. */
  readonly noiseRate: number;
}
/** How far a probability may be below the threshold by rounding. */
const ROUNDING = 1e-6;

/** Finds labels that are probably wrong, by confident learning (Northcutt, Jiang & Chuang 2021). A row is confident in the most
 *  probable of the classes whose probability reaches the class's threshold, the mean over the rows that are labelled so; rows that reach
 *  none are not counted. A row that is confidently of another class than its label is an issue.
 *
 *  `probabilities` [n, classes], or of two classes that of class 1, [n] or [n, 1], must come from models that were not trained on
 *  these rows, such as the folds of a cross-validation: a model that has learned a wrong label by heart finds it right. `labels` [n] count
 *  from 0. Look at the rows before they are removed: some are rare, not wrong.
 *
 *  Throws a DataError for what are no probabilities or no labels, a ShapeError where their numbers differ.
 *  @example labelIssues([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.95, 0.05]], [0, 0, 1, 1, 1]).issues.map(({ row }) => row) // [4] */
export function labelIssues(probabilities: Probabilities, labels: Labels): LabelIssues {
  const where = 'labelIssues';
  const all = probabilitiesOf(where, probabilities);
  const y = labelsFor(where, labels, all);
  const { values: p, rows, columns: classes } = all;
  const sizes = new Float64Array(classes);
  const sums = new Float64Array(classes);
  y.forEach((label, row) => {
    sizes[label]++;
    sums[label] += p[row * classes + label];
  });
  const thresholds = Array.from(sums, (sum, label) => (sizes[label] ? sum / sizes[label] : Number.POSITIVE_INFINITY));
  const counts = square(classes);
  const issues: LabelIssue[] = [];
  for (let row = 0; row < rows; row++) {
    const at = row * classes;
    const label = y[row];
    let suggested = -1;
    let others = 0;
    for (let k = 0; k < classes; k++) {
      if (k !== label) others = Math.max(others, p[at + k]);
      if (p[at + k] >= thresholds[k] - ROUNDING && (suggested < 0 || p[at + k] > p[at + suggested])) suggested = k;
    }
    if (suggested < 0) continue;
    counts[label][suggested]++;
    if (suggested !== label) issues.push({ row, label, suggested, margin: p[at + label] - others });
  }
  issues.sort((a, b) => a.margin - b.margin || a.row - b.row);
  const joint = jointOf(counts, sizes);
  const noiseRate = 1 - joint.reduce((trace, shares, k) => trace + shares[k], 0);
  return readable({ issues, thresholds, counts, joint, noiseRate }, textOf);
}

const square = (n: number): number[][] => Array.from({ length: n }, () => new Array<number>(n).fill(0));

/** Rows of counts, rescaled to the number of rows with that label, as shares of their sum. */
function jointOf(counts: readonly (readonly number[])[], sizes: Float64Array): number[][] {
  const scaled = counts.map((row, label) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count) => (sum ? (count * sizes[label]) / sum : 0));
  });
  const total = scaled.flat().reduce((a, b) => a + b, 0);
  // Where no row is confident of anything, nothing speaks against the labels.
  if (!total)
    return scaled.map((row, i) => row.map((_, j) => (i === j ? sizes[i] / sizes.reduce((a, b) => a + b) : 0)));
  return scaled.map((row) => row.map((count) => count / total));
}

/** The number of issues that the text shows. */
const MOST = 20;
function textOf({ issues, noiseRate }: LabelIssues): string {
  const lines = [
    `${issues.length} labels are probably wrong; about ${(100 * noiseRate).toFixed(1)} % of all are estimated to be`,
  ];
  if (issues.length)
    lines.push(
      table([
        ['row', 'label', 'suggested', 'margin'],
        ...issues.slice(0, MOST).map(({ row, label, suggested, margin }) => [row, label, suggested, margin]),
      ]),
    );
  if (issues.length > MOST) lines.push(`and ${issues.length - MOST} more`);
  return lines.join('\n');
}
