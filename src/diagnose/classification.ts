import { realize } from '../compile/realize.js';
import { checkDataset, type Dataset } from '../data/columns.js';
import { DataError, UnsupportedError } from '../errors.js';
import { checkKeys, integer } from '../options.js';
import { type AnyModel, checkModel } from '../nn/model.js';
import type { Classification } from '../nn/classify.js';
import { type AnyRaw, behind } from '../pipeline/raw.js';
import { readable, table } from '../readable.js';

/** How well one class, or all of them, are recognized. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The number of rows of the class, or the sum of their weights. */
  readonly support: number;
}
export interface ClassificationReport {
  /** The classes in the order of their labels, by name where they have names. */
  readonly classes: readonly (ClassScores & { readonly name: number | string })[];
  readonly accuracy: number;
  /** The mean over the classes that occur, among the rows or the answers. */
  readonly macro: ClassScores;
  /** The mean over the classes, weighted by their support. */
  readonly weighted: ClassScores;
}
/** A row that is wrongly classified. */
export interface Mistake {
  readonly row: number;
  /** The class of the row, and the model's answer: by name, where classes have names. */
  readonly label: number | string;
  readonly predicted: number | string;
  /** The probability that the model gives to its answer. */
  readonly probability: number;
}

/** The model's answers to a set of classes. */
function answered(where: string, whole: AnyRaw, rows: Dataset) {
  const [model, data] = behind(where, whole, rows);
  checkDataset(where, data);
  checkModel(where, model);
  if (data.kind === 'values')
    throw new DataError(
      `${where}: y is values, not labels; say how many classes there are: dataset({ x, y, classes }), or give a set of classes`,
    );
  const answers = (model as AnyModel).classify(data as never) as Partial<Classification>;
  const { labels, probabilities } = answers;
  if (!labels || !probabilities)
    throw new UnsupportedError(`${where}: looks at models with one output; this one has several`);
  const { y, mask, weights, classNames } = data;
  const known = Array.from(labels.keys()).filter((row) => mask?.[row] !== 0);
  const name = (label: number): number | string => classNames?.[label] ?? label;
  return { labels, probabilities, known, y, weights, name };
}

/** Precision, recall, F1 and the number of rows of every class, with their means, as scikit-learn's `classification_report`;
 *  as text, a table. A row counts as often as its weight says. A sealed set counts this as a use.
 *  @example String(classificationReport(model, test)) */
export function classificationReport(model: AnyRaw, data: Dataset): ClassificationReport {
  const { labels, probabilities, known, y, weights, name } = answered('classificationReport', model, data);
  const count = probabilities.shape[1];
  const [right, rows, answers] = [0, 0, 0].map(() => new Array<number>(count).fill(0));
  for (const row of known) {
    const weight = weights?.[row] ?? 1;
    rows[y[row]] += weight;
    answers[labels[row]] += weight;
    if (labels[row] === y[row]) right[y[row]] += weight;
  }
  const classes = rows.map((support, k) => ({
    name: name(k),
    precision: right[k] / (answers[k] || 1),
    recall: right[k] / (support || 1),
    f1: (2 * right[k]) / (support + answers[k] || 1),
    support,
  }));
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  const support = sum(rows);
  const mean = (shares: readonly number[]): ClassScores => {
    const of = (key: 'precision' | 'recall' | 'f1'): number =>
      sum(classes.map((scores, k) => shares[k] * scores[key])) / sum(shares);
    return { precision: of('precision'), recall: of('recall'), f1: of('f1'), support };
  };
  const found: ClassificationReport = {
    classes,
    accuracy: sum(right) / support,
    macro: mean(rows.map((n, k) => Number(n + answers[k] > 0))),
    weighted: mean(rows),
  };
  const line = (title: string, { precision, recall, f1, support: n }: ClassScores): (string | number)[] => [
    title,
    precision,
    recall,
    f1,
    n,
  ];
  return readable(found, ({ accuracy, macro, weighted }) =>
    table([
      ['', 'precision', 'recall', 'f1', 'support'],
      ...classes.map((scores) => line(String(scores.name), scores)),
      ['accuracy', '', '', accuracy, support],
      line('macro', macro),
      line('weighted', weighted),
    ]),
  );
}

/** The k rows (default 10) that are most wrongly classified: those whose own class has the least probability, the worst first;
 *  as text, a table. None where all answers are correct. A sealed set counts this as a use.
 *  @example mistakes(model, validation, { k: 3 }) */
export function mistakes(model: AnyRaw, data: Dataset, options: { k?: number } = {}): Mistake[] {
  checkKeys('mistakes', options, ['k']);
  const k = integer('mistakes', 'k', options.k ?? 10, 1);
  const { labels, probabilities, known, y, name } = answered('mistakes', model, data);
  const [p, width] = [realize(probabilities), probabilities.shape[1]];
  const own = (row: number): number => p[row * width + y[row]];
  const worst = known
    .filter((row) => labels[row] !== y[row])
    .sort((a, b) => own(a) - own(b) || a - b)
    .slice(0, k);
  const found = worst.map((row) => ({
    row,
    label: name(y[row]),
    predicted: name(labels[row]),
    probability: p[row * width + labels[row]],
  }));
  return readable(found, (all) =>
    table([
      ['row', 'label', 'predicted', 'probability'],
      ...all.map(({ row, label, predicted, probability }) => [row, label, predicted, probability]),
    ]),
  );
}
