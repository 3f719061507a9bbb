import { type Dataset, type Model, type Pipeline, short, type Target, type Tensor } from '../index.js';
import { guesses, known, logitsFor } from './answers.js';
import type { ReportSection } from './sections.js';

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The model answers once, whatever it has of heads, so that the test is opened once. */
export function theTest(model: Model | Pipeline, test: Dataset): ReportSection {
  const output: unknown = model.predict(test as never);
  const opened = test.opened || 1;
  const isOne = test.targets.length === 1;
  const found = test.targets.map((target) => {
    const own = (isOne ? output : (output as Readonly<Record<string, Tensor>>)[target.name]) as Tensor;
    return `${isOne ? '' : `${target.name}: `}${errorOn(own, test, target)}`;
  });
  return {
    title: 'The test',
    lines: [
      {
        ok: opened <= 1,
        text: `${found.join('; ')}; the set was opened ${opened === 1 ? 'once' : `${opened} times`}`,
        next:
          opened <= 1
            ? 'report this, and do not change the model by it'
            : 'get new rows for the last word, if the model was changed since the first look',
      },
    ],
  };
}

/** How wrong an output is, in words. */
function errorOn(output: Tensor, test: Dataset, target: Target): string {
  const rows = known({ size: test.size, mask: target.mask });
  if (target.kind === 'classes') {
    const answers = guesses(logitsFor('generalization', output, test.with({ targets: [target] })));
    const error = rows.filter((row) => answers[row] !== target.values[row]).length / rows.length;
    const [low, high] = wilson(error, rows.length);
    return `${percent(1 - error)} of ${rows.length} test rows are right, with a 95 % interval from ${percent(1 - high)} to ${percent(1 - low)}`;
  }
  const values = output.data();
  const width = values.length / test.size;
  let sum = 0;
  for (const row of rows)
    for (let i = row * width; i < (row + 1) * width; i++) sum += Math.abs(target.values[i] - values[i]);
  return `the mean absolute error on ${rows.length} test rows is ${short(sum / rows.length / width)}`;
}

/** Wilson's interval (1927) of a share among n. */
function wilson(share: number, n: number): [low: number, high: number] {
  const z2 = 3.841458820694124;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const reach = Math.sqrt(((share * (1 - share) + z2 / (4 * n)) * z2) / n) / (1 + z2 / n);
  return [middle - reach, middle + reach];
}
