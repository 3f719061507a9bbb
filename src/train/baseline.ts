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

/** So many rows at once. */
const ROWS = 1024;
/** Logarithms of shares are taken from here on; the nearest to 0 and 1 that a probability comes. */
const LEAST = 1e-30;
const NEAR = 1e-7;

/** What the best answer reaches that does not look at x: of labels their shares, of values their mean, as the output that the loss likes
 *  best (the number itself, its logarithm or its log-odds). Of several heads each; `loss` where all are known. Undefined where
 *  no answer is known: the output is wider than the target, or the loss does not take a constant. Nothing is thrown. */
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
  /** How often each label is there. */
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
    : sizeOf(output.slice(1)) === width
      ? ofValues(loss, target, output.slice(1), weightOf)
      : Number.NaN;
  const scores: Record<string, number> = Number.isFinite(found) ? { loss: found } : {};
  const isPair = width === 1 && units === 1 && values.every((v) => v === 0 || v === 1);
  if (asLabels || (units > 1 && units === classes) || isPair) {
    // Metrics do not weigh rows: they count those that have the target.
    const counts = counted((row) => mask?.[row] ?? 1);
    scores.accuracy = Math.max(...counts) / counts.reduce((a, b) => a + b);
  }
  return scores;
}

/** Each label is a row that counts as often as it is there. The best answer q follows from the loss's slope at a uniform guess of k classes,
 *  whatever weights and smoothing do: it is 1/k − q for logits, −kq for probabilities. */
function ofLabels(loss: Loss, k: number, counts: Float64Array): number {
  const labels = [...counts.keys()].filter((label) => counts[label] > 0);
  const n = labels.length;
  const row = (values: ArrayLike<number>): Tensor => constant(Float32Array.from(values), [values.length]);
  const on = (answer: Tensor): Tensor =>
    loss(add(full([n, k], 0), answer), row(labels), row(labels.map((label) => counts[label])));
  return least([0], () => {
    const uniform = row(new Array<number>(k).fill(1 / k));
    const slope = realize(gradient(on(uniform), [uniform])[0]);
    const answers = [slope.map((s) => log(Math.max(1 / k - s, LEAST))), slope.map((s) => -s / k)];
    return least(answers, (answer) => realize(on(row(answer)))[0]);
  });
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
  const total = weights?.reduce((a, b) => a + b, 0) ?? rows;
  const means = new Float64Array(width);
  values.forEach((value, i) => {
    means[i % width] += ((weights?.[Math.floor(i / width)] ?? 1) * value) / total;
  });
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const answers = [means];
  if (low >= 0) answers.push(means.map((m) => log(Math.max(m, LEAST))));
  if (low >= 0 && high <= 1) answers.push(means.map((m) => log(Math.max(m, NEAR)) - log(Math.max(1 - m, NEAR))));
  return least(answers, (answer) => {
    let sum = 0;
    for (let at = 0; at < rows; at += ROWS) {
      const n = Math.min(ROWS, rows - at);
      const y = Float32Array.from(values.subarray(at * width, (at + n) * width));
      const repeated = constant(
        y.map((_, i) => answer[i % width]),
        [n, ...unit],
      );
      const part = weights?.slice(at, at + n);
      const made = loss(repeated, constant(y, [n, ...shape]), part && constant(part, [n]));
      const share = part?.reduce((a, b) => a + b, 0) ?? n;
      if (share) sum += (share / total) * (made.size === 1 ? realize(made)[0] : Number.NaN);
    }
    return sum;
  });
}

/** The least that answers come to, NaN where none does: a loss need not take what is tried here. */
function least<T>(answers: readonly T[], lossOf: (answer: T) => number): number {
  let best = Number.NaN;
  for (const answer of answers)
    try {
      const loss = lossOf(answer);
      if (!(best <= loss) && Number.isFinite(loss)) best = loss;
    } catch {}
  return best;
}
