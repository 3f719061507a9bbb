import { curves, type Diagnosis, type Run, type Scores, diagnose } from '../index.js';

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

/** The closing report; its last line is the test's result. */
export function closing(run: Run, test: Scores, compared: readonly string[]): string {
  const ended = {
    epochs: 'all epochs made',
    patience: 'the validation loss stopped improving',
    aborted: 'stopped by hand',
    reached: 'what was aimed at is reached',
  }[run.stopped.reason];
  const best = run.best ? `; the parameters of epoch ${run.best.epoch}, the best, are kept` : '';
  const result =
    test.accuracy === undefined ? `test loss ${test.loss.toFixed(4)}` : `test accuracy ${test.accuracy.toFixed(3)}`;
  return [
    `${run.stopped.epoch} epochs: ${ended}${best}`,
    '',
    ...(run.kept
      ? [...table(run.kept.training, run.kept.validation as Scores, test), '', ...verdict(diagnose(run)), '']
      : []),
    ...(compared.length ? [...compared, ''] : []),
    result,
  ].join('\n');
}

function table(training: Scores, validation: Scores, test: Scores): string[] {
  const sets = [training, validation, test];
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(8)}${cells.map((c) => c.padStart(12)).join('')}`;
  return [
    line('', ['training', 'validation', 'test']),
    line(
      'loss',
      sets.map(({ loss }) => loss.toFixed(4)),
    ),
    ...(test.accuracy === undefined
      ? []
      : [
          line(
            'error',
            sets.map(({ accuracy }) => percent(1 - accuracy)),
          ),
        ]),
  ];
}

function verdict({ verdict: word, gap, advice, trainError, validationError }: Diagnosis): string[] {
  const show = percentOr(trainError, validationError);
  return [
    `gap between validation and training error: ${show(gap)}`,
    `verdict: ${word}`,
    ...advice.map((line) => `  - ${line}`),
  ];
}
