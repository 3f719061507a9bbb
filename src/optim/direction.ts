import { OptionError } from '../errors.js';
import { oneOf, shown } from '../options.js';

export type Mode = 'min' | 'max';

/** Values of the history by the last part of their paths: good when they are small, or when they are large. */
const SMALL = /(loss|error)$|^(mse|mae|huber|hinge|crossEntropy|binaryCrossEntropy)$/i;
const LARGE = /^(accuracy[\d.]*|topK?\d*|precision|recall|f1|rocAuc|r2)$/;

/** Which way the value at this path gets better: 1 where small values are good, −1 where large ones are. It follows from the value's
 *  name unless `mode` says it. A name that is not the library's own says nothing, and the test set must not select: both are refused. */
export function directionOf(where: string, monitor: string, mode: Mode | undefined): 1 | -1 {
  if (typeof monitor !== 'string' || !monitor)
    throw new OptionError(`${where}: monitor is ${shown(monitor)}; it must be a path such as 'validation.loss'`);
  if (monitor === 'test' || monitor.startsWith('test.'))
    throw new OptionError(
      `${where}: monitor is '${monitor}'; the test set may not be used to select: use the validation set`,
    );
  if (mode !== undefined) return oneOf(where, 'mode', mode, ['min', 'max']) === 'min' ? 1 : -1;
  const name = monitor.replace(/^.*\.(?=\D)/, '');
  if (LARGE.test(name)) return -1;
  if (SMALL.test(name)) return 1;
  throw new OptionError(
    `${where}: monitor is '${monitor}', and mode is missing: '${name}' does not say which values are good; give mode: 'min' where small ones are, mode: 'max' where large ones are`,
  );
}
