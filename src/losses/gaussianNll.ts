import { ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { add, mul, scale, square, sub } from '../ops/arithmetic.js';
import { split } from '../ops/axes.js';
import { exp } from '../ops/elementary.js';
import { reshape } from '../ops/reshape.js';
import { log } from '../random/hostMath.js';
import { type ConfiguredLoss, type Known, loss } from './loss.js';

/** The negative log-likelihood of a normal distribution whose mean and variance are learned, ½(log σ² + (y − μ)²/σ²), the mean
 *  over all targets; the constant ½ log 2π is left out, as in PyTorch. Outputs [..., 2k]: first k means, then the logarithms
 *  of their k variances. Targets [..., k], or [n] for k = 1.
 *  @example gaussianNll()([[0.5, -1]], [0.7]) */
export const gaussianNll = (): ConfiguredLoss =>
  loss(
    'gaussianNll',
    {},
    (output, target) => {
      const width = output.shape[output.shape.length - 1];
      if (output.shape.length < 2 || width % 2 || target.size * 2 !== output.size)
        throw new ShapeError(
          `gaussianNll: target ${show(target.shape)} does not fit output ${show(output.shape)}; give outputs [n, 2k], k means and then k log variances, and targets [n, k]`,
        );
      const [mean, logVariance] = split(output, 2, -1);
      // The root of 1/σ² comes before the square, which would overflow earlier.
      const error = mul(sub(reshape(target, mean.shape), mean), exp(scale(logVariance, -0.5)));
      return scale(add(logVariance, square(error)), 0.5);
    },
    { answer: moments },
  );

/** The least variance of the constant answer: that of equal targets is 0, whose logarithm is not finite. */
const LEAST = 1e-12;

/** The means and log variances of the targets. */
function moments({ values, weights, width }: Known): number[] {
  const columns = Array.from({ length: width }, (_, j) => {
    let [total, mean, squares] = [0, 0, 0];
    for (let i = 0; i < weights.length; i++) {
      total += weights[i];
      mean += weights[i] * values[i * width + j];
    }
    mean /= total;
    for (let i = 0; i < weights.length; i++) {
      const error = values[i * width + j] - mean;
      squares += weights[i] * error * error;
    }
    return [mean, log(Math.max(squares / total, LEAST))];
  });
  return [0, 1].flatMap((k) => columns.map((column) => column[k]));
}
