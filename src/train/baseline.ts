import { realize } from '../compile/realize.js';
import type { Dataset } from '../data/columns.js';
import type { Target } from '../data/target.js';
import { grad } from '../differentiate/grad.js';
import { constant, full } from '../graph/leaves.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/arithmetic.js';
import { log } from '../random/hostMath.js';
import type { Scores } from './history.js';
import type { Task, Tasks } from './tasks.js';

/** So many rows at once; the first of them tell which answer is the best. */
const ROWS = 1024;
/** Logarithms of shares are taken from here on. */
const LEAST = 1e-30;
/** How near to 0 and 1 the mean of a probability comes. */
const NEAR = 1e-7;

/** What the best answer reaches that does not look at x: of labels their shares, of values their mean, as the output that the loss likes
 *  best (the number itself, its logarithm or its log-odds). Of several heads, each; their `loss` where all are known. Undefined where
 *  no answer is known: the output is wider than the target, or the loss does not take a constant. Nothing is thrown. */
export function baselineOf(data: Dataset, tasks: Tasks): Partial<Scores> | undefined {
  const each = tasks.list.map((task) => {
    const target = tasks.heads ? data.target(task.name) : data.targets[0];
    const known = (target.mask ?? data.weights) && ((i: number) => (target.mask?.[i] ?? 1) * (data.weights?.[i] ?? 1));
    return { task, scores: scoresOf(target, task, known) };
  });
  if (!tasks.heads) return each[0].scores;
  const loss = each.reduce((sum, { task, scores }) => sum + task.weight * (scores?.loss ?? Number.NaN), 0);
  const named = each.flatMap(({ task, scores }) =>
    Object.entries(scores ?? {}).map(([name, score]) => [`${task.name}.${name}`, score]),
  );
  if (!named.length) return undefined;
  return { ...(!Number.isNaN(loss) && { loss }), ...Object.fromEntries(named) };
}

/** How much a row counts; undefined: all alike. */
type Weight = ((row: number) => number) | undefined;

function scoresOf(target: Target, task: Task, weight: Weight): Partial<Scores> | undefined {
  const { output, loss } = task;
  const classes = output[output.length - 1];
  const labels = loss.labels ? target.shape.length + 1 < output.length : target.classes === classes && classes > 1;
  const found = attempt(() => (labels && loss.labels ? ofLabels : ofValues)(target, task, weight));
  const accuracy = labels ? largestShare(target, classes) : loss.labels ? undefined : shareOfTwo(target);
  const scores = { ...(found !== undefined && { loss: found }), ...(accuracy !== undefined && { accuracy }) };
  return Object.keys(scores).length ? scores : undefined;
}

/** Labels are few: each is a row that counts as often as it is there. The best answer q follows from the loss's slope at a uniform guess
 *  of k classes, whatever weights and smoothing do: 1/k − q for logits, −kq for probabilities. */
function ofLabels(target: Target, { loss, output }: Task, weight: Weight): number | undefined {
  const k = output[output.length - 1];
  const counts = countsOf(target, k, weight);
  const there = [...counts.keys()].filter((label) => counts[label] > 0);
  const y = constant(Float32Array.from(there), [there.length]);
  const weights = constant(
    Float32Array.from(there, (label) => counts[label]),
    [there.length],
  );
  const at = (answer: Tensor): Tensor => loss(add(full([there.length, k], 0), answer), y, weights);
  const uniform = constant(new Float32Array(k).fill(1 / k), [k]);
  const slope = realize(grad(at)(uniform));
  const answers = [slope.map((s) => log(Math.max(1 / k - s, LEAST))), slope.map((s) => -s / k)];
  return least(answers.map((answer) => one(at(constant(Float32Array.from(answer), [k])))));
}

function ofValues(target: Target, { loss, output }: Task, weight: Weight): number | undefined {
  const { values, shape } = target;
  const width = sizeOf(shape);
  const row = output.slice(1);
  if (sizeOf(row) !== width) return undefined;
  const rows = values.length / width;
  const means = new Float64Array(width);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const share = weight?.(i) ?? 1;
    total += share;
    for (let j = 0; j < width; j++) means[j] += share * values[i * width + j];
  }
  for (let j = 0; j < width; j++) means[j] /= total;
  const all = (low: number, high: number): boolean => means.every((m) => m >= low && m <= high);
  const answers = [
    means,
    ...(all(0, Number.POSITIVE_INFINITY) ? [means.map((m) => log(Math.max(m, LEAST)))] : []),
    ...(all(0, 1) ? [means.map((m) => log(Math.max(m, NEAR)) - log(Math.max(1 - m, NEAR)))] : []),
  ];
  /** The loss of an answer on the rows from `at` on, and how much they count. */
  const on = (answer: Float64Array, at: number): { loss: number | undefined; share: number } => {
    const n = Math.min(ROWS, rows - at);
    const part = values.subarray(at * width, (at + n) * width);
    const shares = weight && Float32Array.from({ length: n }, (_, i) => weight(at + i));
    const share = shares ? shares.reduce((a, b) => a + b, 0) : n;
    const repeated = constant(
      Float32Array.from(part, (_, i) => answer[i % width]),
      [n, ...row] as Shape,
    );
    const made = loss(repeated, constant(Float32Array.from(part), [n, ...shape]), shares && constant(shares, [n]));
    return { loss: share > 0 ? one(made) : 0, share };
  };
  const first = answers.map((answer) => attempt(() => on(answer, 0).loss));
  const best = least(first);
  if (best === undefined) return undefined;
  const answer = answers[first.indexOf(best)];
  let sum = 0;
  for (let at = 0; at < rows; at += ROWS) {
    const { loss: part = Number.NaN, share } = on(answer, at);
    sum += (share / total) * part;
  }
  return Number.isFinite(sum) ? sum : undefined;
}

/** How often each label is there. */
function countsOf({ values, shape }: Target, classes: number, weight: Weight): Float64Array {
  const width = sizeOf(shape);
  const counts = new Float64Array(classes);
  for (let i = 0; i < values.length; i++) counts[values[i]] += weight?.(Math.floor(i / width)) ?? 1;
  return counts;
}
/** Metrics do not weigh rows: they count those that have the target. */
function largestShare(target: Target, classes: number): number {
  const { mask } = target;
  const counts = countsOf(target, classes, mask && ((i) => mask[i]));
  return Math.max(...counts) / counts.reduce((a, b) => a + b, 0);
}
/** Of a target that is one number, 0 or 1. */
function shareOfTwo(target: Target): number | undefined {
  if (sizeOf(target.shape) !== 1 || target.values.some((v) => v !== 0 && v !== 1)) return undefined;
  return largestShare(target, 2);
}

/** A loss that is one number. */
function one(loss: Tensor): number | undefined {
  const values = loss.size === 1 ? realize(loss) : [];
  return Number.isFinite(values[0]) ? values[0] : undefined;
}
const least = (losses: readonly (number | undefined)[]): number | undefined => {
  const known = losses.filter((loss) => loss !== undefined);
  return known.length ? Math.min(...known) : undefined;
};
/** Undefined where it fails: a loss need not take what is tried here. */
function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}
