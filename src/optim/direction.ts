import { OptionError } from '../errors.js';
import { oneOf, shown } from '../options.js';

export type Mode = 'min' | 'max';

/** Names of values in the history (the last part of their paths) that are good when small, and that are good when
 *  large. */
const SMALL =
  /(loss|error)$|^(r?mse|mae|mape|huber|hinge|kl|cosineSimilarity|gaussianNll|poisson|quantile|focal|triplet|crossEntropy|binaryCrossEntropy)$/i;
const LARGE = /^(accuracy[\d.]*|balancedAccuracy|topK?\d*|(precision|recall|f1|fBeta)[\d.]*(\(.*\))?|rocAuc|prAuc|r2)$/;

/** The direction in which the value at this path gets better: 1 where small values are good, −1 where large ones are.
 *  `mode` decides, else the name of the value. Names that the library does not know need a `mode`, and paths to the
 *  test set are refused, because it must not be used to select. */
export function directionOf(where: string, monitor: string, mode: Mode | undefined, option = 'monitor'): 1 | -1 {
  if (typeof monitor !== 'string' || !monitor)
    throw new OptionError(`${where}: ${option} is ${shown(monitor)}; it must be a path such as 'validation.loss'`);
  if (monitor === 'test' || monitor.startsWith('test.'))
    throw new OptionError(
      `${where}: ${option} is '${monitor}'; the test set may not be used to select: use the validation set`,
    );
  if (mode !== undefined) return oneOf(where, 'mode', mode, ['min', 'max']) === 'min' ? 1 : -1;
  const name = monitor.replace(/^.*\.(?=\D)/, '');
  if (LARGE.test(name)) return -1;
  if (SMALL.test(name)) return 1;
  throw new OptionError(
    `${where}: ${option} is '${monitor}', and mode is missing: '${name}' does not say which values are good; give mode: 'min' where small ones are, mode: 'max' where large ones are`,
  );
}
