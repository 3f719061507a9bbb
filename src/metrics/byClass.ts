import { OptionError } from '../errors.js';
import { slice } from '../ops/arrange.js';
import { add, div, maximum, mul, scale } from '../ops/arithmetic.js';
import { greater } from '../ops/compare.js';
import { oneHot } from '../ops/gather.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import type { Tensor } from '../graph/tensor.js';
import { checkKeys, meant, positive, refuse, shown } from '../options.js';
import { weighed } from './confusion.js';
import { labelsOf } from './labels.js';
import { type ConfiguredMetric, metric } from './metric.js';

export interface OfClassOptions {
  /** The class, by its name in the data set or its label. Default: the mean over the classes. */
  of?: number | string;
}

/** For each class, the weights of its correct answers, rows and answers. */
interface Counts {
  readonly right: Tensor;
  readonly rows: Tensor;
  readonly answers: Tensor;
}
function counts(where: string, output: Tensor, target: Tensor, weights?: Tensor): Counts {
  const { guess, truth, classes } = labelsOf(where, output, target);
  const [isTrue, isGuess] = [oneHot(truth, classes), oneHot(guess, classes)];
  const rows = weighed(where, isTrue, weights);
  return { right: sum(mul(rows, isGuess), 0), rows: sum(rows, 0), answers: sum(weighed(where, isGuess, weights), 0) };
}
/** A share, 0 where there is nothing to share. */
const share = (part: Tensor, whole: Tensor): Tensor => div(part, maximum(whole, 1e-30));

/** A metric that is a share of each class: of one class, or the mean over the classes that occur among the targets or the
 *  answers, as in scikit-learn. */
function byClass(
  name: string,
  options: Readonly<Record<string, unknown>>,
  of: number | string | undefined,
  sharesOf: (found: Counts) => Tensor,
): ConfiguredMetric {
  if (of !== undefined && typeof of !== 'string' && !(Number.isSafeInteger(of) && of >= 0))
    refuse(name, 'of', of, 'the name of a class, or its label');
  const told = of === undefined ? options : { ...options, of };
  const made = (label: number | string | undefined, more: Pick<ConfiguredMetric, 'fit'> = {}): ConfiguredMetric =>
    metric(
      name,
      told,
      (output, target, weights) => {
        if (typeof label === 'string')
          throw new OptionError(
            `${name}: '${label}' is the name of a class of a data set, which is not known here; give its label`,
          );
        const found = counts(name, output, target, weights);
        const shares = sharesOf(found);
        if (label === undefined) return div(sum(shares), sum(greater(add(found.rows, found.answers), 0)));
        if (label >= shares.size)
          throw new OptionError(
            `${name}: of is ${label}; the labels of ${shares.size} classes are 0 to ${shares.size - 1}`,
          );
        return reshape(slice(shares, label, label + 1), []);
      },
      more,
    );
  if (typeof of !== 'string') return made(of);
  return made(of, {
    fit: ({ classNames = [] }) => {
      const label = classNames.indexOf(of);
      if (label >= 0) return made(label);
      throw new OptionError(
        `${name}: of is ${shown(of)}; the classes are ${classNames.length ? `${classNames.join(', ')}${meant(of, classNames)}` : 'numbers without names: give the label'}`,
      );
    },
  });
}

/** The precision: the share of a class's answers that are correct; of one class, or the mean over the classes.
 *  @example precision({ of: 1 }) */
export function precision(options: OfClassOptions = {}): ConfiguredMetric {
  checkKeys('precision', options, ['of']);
  return byClass('precision', {}, options.of, ({ right, answers }) => share(right, answers));
}

/** The recall: the share of a class's rows that are found; of one class, or the mean over the classes.
 *  @example recall({ of: 1 }) */
export function recall(options: OfClassOptions = {}): ConfiguredMetric {
  checkKeys('recall', options, ['of']);
  return byClass('recall', {}, options.of, ({ right, rows }) => share(right, rows));
}

/** The F1 score: the harmonic mean of a class's precision and recall; of one class, or the mean over the classes.
 *  @example f1({ of: 1 }) */
export function f1(options: OfClassOptions = {}): ConfiguredMetric {
  checkKeys('f1', options, ['of']);
  return byClass('f1', {}, options.of, ({ right, rows, answers }) => share(scale(right, 2), add(rows, answers)));
}

/** The Fβ score, in which recall counts β times as much as precision: fBeta(1) is f1; of one class, or the mean over the
 *  classes.
 *  @example fBeta(2, { of: 1 }) */
export function fBeta(beta: number, options: OfClassOptions = {}): ConfiguredMetric {
  positive('fBeta', 'beta', beta);
  checkKeys('fBeta', options, ['of']);
  const squared = beta * beta;
  return byClass('fBeta', { beta }, options.of, ({ right, rows, answers }) =>
    share(scale(right, 1 + squared), add(scale(rows, squared), answers)),
  );
}

/** The balanced accuracy: the mean of the recalls of the classes that occur among the targets, as in scikit-learn. Rare classes
 *  count as much as frequent ones.
 *  @example balancedAccuracy() */
export const balancedAccuracy = (): ConfiguredMetric =>
  metric('balancedAccuracy', {}, (output, target, weights) => {
    const { right, rows } = counts('balancedAccuracy', output, target, weights);
    return div(sum(share(right, rows)), sum(greater(rows, 0)));
  });
