import { realize } from '../compile/realize.js';
import type { Dataset } from '../data/columns.js';
import type { Target } from '../data/target.js';
import { gradient } from '../differentiate/gradient.js';
import { constant, full } from '../graph/leaves.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Loss } from '../losses/loss.js';
import { add } from '../ops/arithmetic.js';
import { log } from '../random/hostMath.js';
import type { Scores } from './history.js';
import type { Task, Tasks } from './tasks.js';

/** The number of rows processed at once; the first of these decide which constant answer is the best. */
const ROWS = 1024;
/** The least distance of a probability from 0 and 1, so that its logarithm is finite. */
const LEAST = 1e-30;
const NEAR = 1e-7;

/** Computes the scores of the best constant answer, which ignores x: the shares of labels, or the mean of values, as the output with the least
 *  loss (the number itself, its logarithm or its log-odds). With several heads, each has its own; `loss` is set where all are known. Undefined where
 *  no answer is known, because the output is wider than the target or the loss does not take a constant. Nothing is thrown. */
export function baselineOf(data: Dataset, { heads, list }: Tasks): Partial<Scores> | undefined {
  const each = list.map((task) => ({ task, scores: scoresOf(data, data.target(heads && task.name), task) }));
  const named = each.flatMap(({ task, scores }) =>
    Object.entries(scores).map(([name, score]) => [heads ? `${task.name}.${name}` : name, score] as const),
  );
  const loss = each.reduce((sum, { task, scores }) => sum + task.weight * (scores.loss ?? Number.NaN), 0);
  if (heads && !Number.isNaN(loss)) named.unshift(['loss', loss]);
  return named.length ? Object.fromEntries(named) : undefined;
}

function scoresOf({ weights }: Dataset, target: Target, { loss, output }: Task): Partial<Scores> {
  const { values, shape, mask, classes } = target;
  const [width, units] = [sizeOf(shape), output[output.length - 1]];
  const weightOf = mask || weights ? (row: number) => (mask?.[row] ?? 1) * (weights?.[row] ?? 1) : undefined;
  /** The number of rows with each label. */
  const counted = (weight: (row: number) => number): Float64Array => {
    const counts = new Float64Array(units > 1 ? units : 2);
    values.forEach((label, i) => {
      counts[label] += weight(Math.floor(i / width));
    });
    return counts;
  };
  const asLabels = loss.labels && shape.length + 1 < output.length;
  const found = asLabels
    ? ofLabels(loss, units, counted(weightOf ?? (() => 1)))
    : sizeOf(output.slice(1)) === width || loss.answer
      ? ofValues(loss.judged ?? loss, target, output.slice(1), weightOf)
      : Number.NaN;
  const scores: Record<string, number> = Number.isFinite(found) ? { loss: found } : {};
  const isPair = width === 1 && units === 1 && values.every((v) => v === 0 || v === 1);
  if (asLabels || (units > 1 && units === classes) || isPair) {
    const counts = counted(weightOf ?? (() => 1));
    scores.accuracy = counts.reduce((a, b) => Math.max(a, b)) / counts.reduce((a, b) => a + b);
  }
  return scores;
}

/** Scores the best constant answer for labels: each label is one row, weighted by how often it occurs. The best answer q follows from the loss's slope at a uniform guess of k classes,
 *  whatever weights and smoothing do: it is 1/k − q for logits, −kq for probabilities. */
function ofLabels(loss: Loss, k: number, counts: Float64Array): number {
  const labels = [...counts.keys()].filter((label) => counts[label] > 0);
  const n = labels.length;
  const total = counts.reduce((a, b) => a + b);
  // With many classes the table of outputs is large. Cross-entropy without smoothing and weights is the entropy of the shares, which needs no table.
  if (k > ROWS)
    return loss.answer || Object.keys(loss.config?.options ?? [0]).length
      ? Number.NaN
      : labels.reduce((sum, label) => sum - (counts[label] / total) * log(counts[label] / total), 0);
  const row = (values: ArrayLike<number>): Tensor => constant(Float32Array.from(values), [values.length]);
  const on = (answer: Tensor): Tensor =>
    loss(add(full([n, k], 0), answer), row(labels), row(labels.map((label) => counts[label])));
  const told = loss.answer?.({ values: labels, width: 1, weights: labels.map((label) => counts[label]), units: k });
  if (told) return best([told], (answer) => realize(on(row(answer)))[0]).loss;
  return best([0], () => {
    const uniform = row(new Array<number>(k).fill(1 / k));
    const slope = realize(gradient(on(uniform), [uniform])[0]);
    const answers = [slope.map((s) => log(Math.max(1 / k - s, LEAST))), slope.map((s) => -s / k)];
    return best(answers, (answer) => realize(on(row(answer)))[0]).loss;
  }).loss;
}

function ofValues(
  loss: Loss,
  { values, shape }: Target,
  unit: readonly number[],
  weightOf: ((row: number) => number) | undefined,
): number {
  const width = sizeOf(shape);
  const rows = values.length / width;
  const weights = weightOf && Float32Array.from({ length: rows }, (_, i) => weightOf(i));
  const units = sizeOf(unit);
  const answers = loss.answer
    ? [Float64Array.from(loss.answer({ values, width, weights: weights ?? new Float32Array(rows).fill(1), units }))]
    : answersOf(values, width, weights);
  /** The scores of the rows up to `end`. */
  const on = (answer: Float64Array, end: number): number => {
    let [sum, counted] = [0, 0];
    const repeated = new Float32Array(Math.min(ROWS, rows) * units);
    for (let at = 0; at < repeated.length; at += units) repeated.set(answer, at);
    for (let at = 0; at < end; at += ROWS) {
      const n = Math.min(ROWS, end - at);
      const part = weights?.slice(at, at + n);
      const made = loss(
        constant(repeated.slice(0, n * units), [n, ...unit]),
        constant(new Float32Array(values.subarray(at * width, (at + n) * width)), [n, ...shape]),
        part && constant(part, [n]),
      );
      const share = part?.reduce((a, b) => a + b, 0) ?? n;
      if (share) sum += share * (made.size === 1 ? realize(made)[0] : Number.NaN);
      counted += share;
    }
    return sum / counted;
  };
  const { answer } = best(answers, (each) => on(each, Math.min(ROWS, rows)));
  return best(answer ? [answer] : answers, (each) => on(each, rows)).loss;
}

/** The weighted mean of the values, its logarithm and its log-odds, as far as they exist. */
function answersOf(values: ArrayLike<number>, width: number, weights: Float32Array | undefined): Float64Array[] {
  const rows = values.length / width;
  const total = weights?.reduce((a, b) => a + b, 0) ?? rows;
  const means = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    const share = (weights?.[i] ?? 1) / total;
    for (let j = 0; j < width; j++) means[j] += share * values[i * width + j];
  }
  const low = means.reduce((a, b) => Math.min(a, b));
  const high = means.reduce((a, b) => Math.max(a, b));
  const answers = [means];
  if (low >= 0) answers.push(means.map((m) => log(Math.max(m, LEAST))));
  if (low >= 0 && high <= 1) answers.push(means.map((m) => log(Math.max(m, NEAR)) - log(Math.max(1 - m, NEAR))));
  return answers;
}

/** Returns the candidate with the least loss; undefined where the loss rejects all of them. */
function best<T>(answers: readonly T[], lossOf: (answer: T) => number): { answer?: T; loss: number } {
  let found: { answer?: T; loss: number } = { loss: Number.NaN };
  for (const answer of answers)
    try {
      const loss = lossOf(answer);
      if (!(found.loss <= loss) && Number.isFinite(loss)) found = { answer, loss };
    } catch {}
  return found;
}
