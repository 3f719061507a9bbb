import { DataError } from '../errors.js';
import { record } from '../options.js';
import { readable, short } from '../readable.js';
import type { Run } from '../train/run.js';
import { type Judged, type Verdict, verdictOf, type Whole } from '../train/verdict.js';

/** The diagnosis of one output. */
export interface HeadDiagnosis extends Judged {
  /** Suggestions of what to try next. */
  readonly advice: readonly string[];
}
export interface Diagnosis extends HeadDiagnosis {
  /** For several heads: the diagnosis of each by its name … */
  readonly heads?: Readonly<Record<string, HeadDiagnosis>>;
  /** … and the name of the worst, whose verdict and errors are those of the whole. */
  readonly head?: string;
}

const ADVICE: Record<Verdict, readonly string[]> = {
  underfitting: [
    'give the model more capacity: more units or layers, or features such as polynomialFeatures',
    'train longer, or with another learning rate: the training error itself is too large',
    'weaken the regularization: smaller l2 and l1, larger keep',
  ],
  overfitting: [
    'get more training data, or augment what there is',
    'regularize: l2(1e-3), l1(1e-4), nn.dropout({ keep: 0.5 }), labelSmoothing',
    'stop early: stop: earlyStopping({ patience: 5 }), or take fewer units',
  ],
  good: ['evaluate once on the test set, and keep the model'],
  unclear: [],
};

function adviceOf({ verdict, validationError, trainError, interval, limit }: Judged): readonly string[] {
  if (verdict !== 'unclear') return ADVICE[verdict];
  if (!Number.isFinite(trainError)) return ['the training error is not finite: use a smaller learning rate'];
  if (Number.isNaN(validationError))
    return ['give { validation } to fit: without it, the error on new rows is unknown'];
  if (interval && limit !== undefined)
    return [
      `the validation set is too small to tell: the gap is between ${short(interval[0])} and ${short(interval[1])}, on either side of ${short(limit)}`,
      'give more validation rows, or let every row judge once: crossValidate of regulus/generalization',
    ];
  return [
    'there is no constant answer to compare with: its error under this loss is not known, or is 0 because all targets are equal',
    'compare with a small model: capacityCurve shows where the validation error is least',
  ];
}

/** Judges a run by its training and validation error: a training error of more than half that of a constant answer
 *  (`run.baseline`) is underfitting; else a gap of more than a tenth of that of a constant answer is overfitting.
 *  `interval` is the gap's, as far as the choice of the validation rows goes (95 %); where it lies on both sides of that tenth, the verdict is
 *  'unclear': more validation rows are needed, or crossValidate of regulus/generalization. Errors are 1 − accuracy where the history has it, else the loss. They are those of the parameters that were kept,
 *  and the training error is that on the whole training set. Where the verdict needs something that is missing, it is
 *  'unclear', and the advice says what to add. With several heads each has a diagnosis, and that of the worst head is
 *  that of the whole. For a retrained run it is about the first training, because the second has learned the validation
 *  set. Throws a DataError for a run without a whole epoch.
 *  @example diagnose(await fit(model, train, options)).verdict // 'underfitting', 'overfitting', 'good' or 'unclear'
 *  @example console.log(String(diagnose(run))) */
export function diagnose(run: Run): Diagnosis {
  record('diagnose', 'run', run, 'what fit gives');
  if (!('training' in Object(run.kept)))
    throw new DataError('diagnose: this run has no whole epoch to look at; train for at least one');
  const { heads, ...whole } = verdictOf(run as Whole);
  const advised = Object.entries(heads ?? {}).map(([name, own]) => [name, { ...own, advice: adviceOf(own) }] as const);
  return readable<Diagnosis>(
    { ...whole, advice: adviceOf(whole), ...(heads && { heads: Object.fromEntries(advised) }) },
    textOf,
  );
}

function textOf({ verdict, head, heads, advice, ...errors }: Diagnosis): string {
  const line = ({ trainError, validationError, gap, interval }: Omit<Judged, 'verdict'>): string =>
    `training error ${short(trainError)}, ${
      Number.isNaN(validationError)
        ? 'no validation error'
        : `validation error ${short(validationError)}, gap ${short(gap)}${interval ? ` (95 %: ${short(interval[0])} to ${short(interval[1])})` : ''}`
    }`;
  return [
    `verdict: ${verdict}${head === undefined ? '' : ` (head '${head}')`}`,
    ...(heads ? Object.entries(heads).map(([name, own]) => `${name}: ${own.verdict}; ${line(own)}`) : [line(errors)]),
    ...advice.map((text) => `- ${text}`),
  ].join('\n');
}
