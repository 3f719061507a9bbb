import { DataError } from '../errors.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import type { Dataset } from '../data/columns.js';
import type { PolynomialOptions } from '../data/polynomialFeatures.js';
import { labelsIn } from '../data/target.js';
import type { Examples } from '../nn/examples.js';
import { type Classification, classesOf } from '../nn/classify.js';
import { checkKeys, inRange } from '../options.js';
import { LinearModel } from './linear.js';
import { logistic } from './logistic.js';

export interface LogisticRegressionOptions {
  /** λ of (λ/2)‖w‖². Default 0. */
  l2?: number;
  /** λ of λ‖w‖₁. Default 0. */
  l1?: number;
  /** Classifies by a polynomial of the features: the options of polynomialFeatures. */
  polynomial?: PolynomialOptions;
}

/** A linear model whose outputs are logits. */
export class LogisticRegression extends LinearModel {
  override readonly kind = 'classes';
  /** The most probable label of each row, [n]. */
  override predict(x: Examples): Tensor {
    const { labels } = this.classify(x);
    return constant(Float32Array.from(labels), [labels.length]);
  }
  /** Labels, and the probability of each class. */
  classify(x: Examples): Classification {
    return classesOf(this.scores(x));
  }
}

/** A few whole numbers count as values, but are labels where every class occurs. */
function classesIn({ y, targetShape }: Dataset): number {
  const { classes, complete } = labelsIn(y);
  return complete && !targetShape.length ? classes : 0;
}

/** Logistic regression: finds the w and b that minimize the mean cross-entropy + (l2/2)‖w‖² + l1‖w‖₁. Two classes have
 *  one logit, that of class 1: p = σ(x·w + b); more classes have one each, and p = softmax(x·W + b). The bias is not
 *  penalized; with l1 useless weights are exactly 0. `polynomial` makes it σ(Σᵢⱼ wᵢⱼ x₁ⁱ x₂ʲ): weights are in the order
 *  of polynomialFeatures, and w₀₀ is the bias (the weight of the constant column is 0); with degree 1 and powers
 *  'total' it is plain logistic regression again. scikit-learn's C for n rows is l2 = 1/(C·n). Where classes can be
 *  separated without error and nothing is penalized, there is no minimum: weights grow until the loss is nearly 0.
 *  @example logisticRegression({ l2: 1e-3, polynomial: { degree: 3 } }).fit(train).predict(validation) */
export function logisticRegression(options: LogisticRegressionOptions = {}): LogisticRegression {
  const name = 'logisticRegression';
  checkKeys(name, options, ['l2', 'l1', 'polynomial']);
  const l2 = inRange(name, 'l2', options.l2 ?? 0, 0);
  const l1 = inRange(name, 'l1', options.l1 ?? 0, 0);
  return new LogisticRegression(
    { name, options: { ...options } },
    (design, data) => {
      const classes = data.kind === 'classes' ? data.classes : classesIn(data);
      if (!classes)
        throw new DataError(
          `${name}.fit: y is values, not labels; say how many classes there are: dataset({ x, y, classes })`,
        );
      if (classes < 2) throw new DataError(`${name}.fit: there is one class only; two or more can be told apart`);
      return logistic(design, data, { classes, l2, l1 });
    },
    options.polynomial,
  );
}
