import { curves, type Diagnosis, diagnose, type EpochRecord, type Run, type Scores } from '../index.js';
import type { Prepared } from './data.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** Returns the function that formats errors: shares of wrong labels as percentages, losses as numbers. */
export const errorsOf = ({ target }: Prepared): ((error: number) => string) =>
  target ? (error) => error.toFixed(4) : percent;

/** Draws training and validation loss over the epochs as text. */
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

/** The scores on the test set, its number of rows, and how often it was evaluated: only the first time is an honest test. */
export interface Tested {
  readonly scores: Scores;
  readonly rows: number;
  readonly opened: number;
}

/** Writes the closing report; its last line is the result on the test set. */
export function closing(data: Prepared, run: Run, test: Tested, compared: readonly string[]): string {
  const ended = {
    epochs: 'all epochs made',
    patience: 'the validation loss stopped improving',
    aborted: 'stopped by hand',
    reached: 'the target loss was reached',
  }[run.stopped.reason];
  const best = run.best ? `; the parameters of epoch ${run.best.epoch}, the best, are kept` : '';
  return [
    `${run.stopped.epoch} epochs: ${ended}${best}`,
    '',
    ...(run.kept ? [...table(data, run.kept, test), '', ...verdict(data, diagnose(run), run), ''] : []),
    ...(compared.length ? [...compared, ''] : []),
    `the test set was opened ${test.opened === 1 ? 'once, at the end' : `${test.opened} times`}`,
    result(data, test.scores),
  ].join('\n');
}

/** The root of a mean squared error, in the target's units. */
const rmse = (std: number, { loss }: Scores): string => (Math.sqrt(loss) * std).toPrecision(4);

function result({ all, target }: Prepared, test: Scores): string {
  if (!target) return `test accuracy ${test.accuracy.toFixed(3)}`;
  return `test R² ${test.r2.toFixed(3)}, RMSE ${rmse(target.std, test)} in the units of '${all.targetName}'`;
}

function table({ target }: Prepared, { training, validation, rows }: EpochRecord, test: Tested): string[] {
  const sets = [training, validation, test.scores];
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(8)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  const scores = (name: string, show: (scores: Scores) => string): string =>
    line(
      name,
      sets.map((set) => (set ? show(set) : '')),
    );
  return [
    line('', ['training', 'validation', 'test']),
    line(
      'rows',
      [rows.training, rows.validation, test.rows].map((n) => String(n ?? '')),
    ),
    scores('loss', ({ loss }) => loss.toFixed(4)),
    ...(target
      ? [scores('RMSE', (set) => rmse(target.std, set)), scores('R²', ({ r2 }) => r2.toFixed(3))]
      : [scores('error', ({ accuracy }) => percent(1 - accuracy))]),
  ];
}

function verdict(data: Prepared, { verdict: word, gap, advice }: Diagnosis, { baseline }: Run): string[] {
  const what = data.target ? 'loss' : 'error';
  const show = errorsOf(data);
  const { accuracy, loss } = baseline ?? {};
  const constant = data.target ? loss : accuracy && 1 - accuracy;
  return [
    `gap between validation and training ${what}: ${show(gap)}`,
    ...(constant === undefined ? [] : [`${what} of a constant answer: ${show(constant)}`]),
    `verdict: ${word}`,
    ...advice.map((line) => `  - ${line}`),
  ];
}
