import { curves, type Diagnosis, type Run, type Scores, diagnose } from '../index.js';
import type { Prepared } from './data.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** How errors are shown: shares of wrong labels as percentages, losses as numbers. */
export const errorsOf = ({ target }: Prepared): ((error: number) => string) =>
  target ? (error) => error.toFixed(4) : percent;

/** Training and validation loss over the epochs. */
export function learningCurves({ history }: Run, width: number): string {
  const of = (name: 'training' | 'validation'): number[] => history.map((record) => record[name]?.loss ?? Number.NaN);
  return curves(
    [
      { name: 'training loss', mark: '·', values: of('training') },
      { name: 'validation loss', mark: '∘', values: of('validation') },
    ],
    width,
  );
}

/** What the sets' scores are, in their columns. */
interface Columns {
  readonly training: Scores;
  readonly validation: Scores;
  readonly test: Scores;
}

/** The closing report; its last line is the test's result. */
export function closing(data: Prepared, run: Run, test: Scores, compared: readonly string[]): string {
  const ended = {
    epochs: 'all epochs made',
    patience: 'the validation loss stopped improving',
    aborted: 'stopped by hand',
    reached: 'what was aimed at is reached',
  }[run.stopped.reason];
  const best = run.best ? `; the parameters of epoch ${run.best.epoch}, the best, are kept` : '';
  const { kept } = run;
  const columns = kept && { training: kept.training, validation: kept.validation as Scores, test };
  return [
    `${run.stopped.epoch} epochs: ${ended}${best}`,
    '',
    ...(columns ? [...table(data, columns), '', ...verdict(data, diagnose(run)), ''] : []),
    ...(compared.length ? [...compared, ''] : []),
    result(data, test),
  ].join('\n');
}

/** The root of a mean squared error, in the target's units. */
const rmse = (std: number, { loss }: Scores): string => (Math.sqrt(loss) * std).toPrecision(4);

function result({ all, target }: Prepared, test: Scores): string {
  if (!target) return `test accuracy ${test.accuracy.toFixed(3)}`;
  return `test R² ${test.r2.toFixed(3)}, RMSE ${rmse(target.std, test)} in the units of '${all.targetName}'`;
}

function table({ target }: Prepared, { training, validation, test }: Columns): string[] {
  const line = (name: string, cell: (scores: Scores) => string): string =>
    `${name.padEnd(8)}${[training, validation, test].map((scores) => cell(scores).padStart(12)).join('')}`;
  return [
    `${''.padEnd(8)}${['training', 'validation', 'test'].map((name) => name.padStart(12)).join('')}`,
    line('loss', ({ loss }) => loss.toFixed(4)),
    ...(target
      ? [line('RMSE', (scores) => rmse(target.std, scores)), line('R²', ({ r2 }) => r2.toFixed(3))]
      : [line('error', ({ accuracy }) => percent(1 - accuracy))]),
  ];
}

function verdict(data: Prepared, { verdict: word, gap, advice }: Diagnosis): string[] {
  const what = data.target ? 'loss' : 'error';
  return [
    `gap between validation and training ${what}: ${errorsOf(data)(gap)}`,
    `verdict: ${word}`,
    ...advice.map((line) => `  - ${line}`),
  ];
}
