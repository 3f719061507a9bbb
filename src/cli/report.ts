import { curves, type Diagnosis, diagnose, type EpochRecord, type Run, type Scores } from '../index.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** How errors are shown: as percentages, or as numbers where one of them is above 1. */
export const percentOr = (...errors: readonly number[]): ((error: number) => string) =>
  Math.max(...errors) <= 1 ? percent : (error) => error.toFixed(3);

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

/** What the test set said, of how many rows it is, and how often it was opened: a second look is no test any more. */
export interface Tested {
  readonly scores: Scores;
  readonly rows: number;
  readonly opened: number;
}

/** The closing report; its last line is the test's result. */
export function closing(run: Run, test: Tested, compared: readonly string[]): string {
  const ended = {
    epochs: 'all epochs made',
    patience: 'the validation loss stopped improving',
    aborted: 'stopped by hand',
    reached: 'what was aimed at is reached',
  }[run.stopped.reason];
  const best = run.best ? `; the parameters of epoch ${run.best.epoch}, the best, are kept` : '';
  const { accuracy, loss } = test.scores;
  const result = accuracy === undefined ? `test loss ${loss.toFixed(4)}` : `test accuracy ${accuracy.toFixed(3)}`;
  return [
    `${run.stopped.epoch} epochs: ${ended}${best}`,
    '',
    ...(run.kept ? [...table(run.kept, test), '', ...verdict(diagnose(run), run), ''] : []),
    ...(compared.length ? [...compared, ''] : []),
    `the test set was opened ${test.opened === 1 ? 'once, at the end' : `${test.opened} times`}`,
    result,
  ].join('\n');
}

function table({ training, validation, rows }: EpochRecord, test: Tested): string[] {
  const sets = [training, validation, test.scores];
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(8)}${cells.map((c) => c.padStart(12)).join('')}`;
  const scores = (show: (scores: Scores) => string): string[] => sets.map((set) => (set ? show(set) : ''));
  return [
    line('', ['training', 'validation', 'test']),
    line(
      'rows',
      [rows.training, rows.validation, test.rows].map((n) => String(n ?? '')),
    ),
    line(
      'loss',
      scores(({ loss }) => loss.toFixed(4)),
    ),
    ...(test.scores.accuracy === undefined
      ? []
      : [
          line(
            'error',
            scores(({ accuracy }) => percent(1 - accuracy)),
          ),
        ]),
  ];
}

function verdict({ verdict: word, gap, advice, trainError, validationError }: Diagnosis, { baseline }: Run): string[] {
  const show = percentOr(trainError, validationError);
  const { accuracy, loss } = baseline ?? {};
  const constant = accuracy === undefined ? loss?.toFixed(4) : percent(1 - accuracy);
  return [
    `gap between validation and training error: ${show(gap)}`,
    ...(constant === undefined ? [] : [`error of a constant answer: ${constant}`]),
    `verdict: ${word}`,
    ...advice.map((line) => `  - ${line}`),
  ];
}
