import {
  type Dataset,
  diagnose,
  type HeadDiagnosis,
  type Model,
  type Pipeline,
  type Run,
  short,
  type Tensor,
} from '../index.js';
import { type AuditedParts, audit, type FindingKind } from './audit.js';
import { calibrate } from './calibrate.js';
import { conformal } from './conformal.js';
import type { CrossValidation } from './crossValidate.js';
import { importance } from './importance.js';
import { interpret } from './interpret.js';
import { labelIssues } from './labelIssues.js';
import type { LearningCurve } from './learningCurve.js';
import { reliability } from './reliability.js';
import { shift } from './shift.js';
import { percent } from './theTest.js';

/** A sentence of a report, and what to do next. */
export interface ReportLine {
  /** Whether it is as it should be; missing where nothing was looked at. */
  readonly ok?: boolean;
  readonly text: string;
  readonly next: string;
}
export interface ReportSection {
  readonly title: string;
  readonly lines: readonly ReportLine[];
  /** The result that `draw` of `regulus/pictures` can draw, where there is one. */
  readonly result?: object;
}

const some = (items: readonly (number | string)[]): string =>
  `${items.slice(0, 5).join(', ')}${items.length > 5 ? ' …' : ''}`;

export function verdict(run: Run): ReportSection {
  const found = diagnose(run);
  const line = ({ verdict: said, trainError, validationError, interval, advice }: HeadDiagnosis, head = '') => ({
    ok: said === 'good',
    text: `${head && `${head}: `}the verdict is ${said}: the training error is ${short(trainError)}, ${
      Number.isNaN(validationError)
        ? 'the validation error is unknown'
        : `the validation error ${short(validationError)}`
    }${interval ? `, and the gap on new rows lies between ${short(interval[0])} and ${short(interval[1])}` : ''}`,
    next: advice.join('; '),
  });
  const lines = found.heads ? Object.entries(found.heads).map(([head, own]) => line(own, head)) : [line(found)];
  return { title: 'The verdict', lines, result: run };
}

export function newRows({ mean, interval: [low, high], score, scores, ...rest }: CrossValidation): ReportSection {
  const width = high - low;
  const bounded = (x: number): number => (score === 'accuracy' ? Math.min(1, Math.max(0, x)) : x);
  const isWide = width > Math.abs(mean) / 4;
  return {
    title: 'New rows',
    lines: [
      {
        ok: !isWide,
        text: `rows that a model was not trained on have the ${score} ${short(mean)} on average, with a 95 % interval from ${short(bounded(low))} to ${short(bounded(high))}`,
        next: isWide
          ? 'the interval is wide: give crossValidate more repeats, or collect rows, before models are compared'
          : 'report the interval with the mean, and compare other models on the same folds by compare',
      },
    ],
    result: { mean, interval: [low, high], score, scores, ...rest },
  };
}

export function moreRows(curve: LearningCurve): ReportSection {
  const last = curve.points[curve.points.length - 1];
  const gain = 1 - curve.at(2 * last.size) / last.validationError;
  const pays = gain > 0.1;
  const isSure = curve.interval(2 * last.size)[1] < last.validationError;
  return {
    title: 'More rows',
    lines: [
      {
        ok: !pays,
        text: curve.sentence,
        next: pays
          ? isSure
            ? 'collect more rows, which helps more than another model'
            : 'give learningCurve more repeats before rows are collected, since the interval holds no gain too'
          : 'change the model or its features, since more rows bring little',
      },
    ],
    result: curve,
  };
}

const NEXT: Readonly<Record<FindingKind, string>> = {
  duplicates: 'remove the copies before the split',
  nearDuplicates: 'look at the pairs, and give split the groups that they come from',
  conflict: 'look at these rows, and correct or remove the labels',
  constant: 'leave the column out',
  identifier: 'leave the column out, unless it measures something',
  tellsTarget: 'ask when the column becomes known, and leave it out if that is after the target',
  order: "shuffle the rows, or split with order: 'time' if the order is one of time",
  imbalance: "judge by recall or f1, and try crossEntropy({ classWeights: 'balanced' })",
  outliers: 'look at these rows for slips of units or of the pen',
};

export function theData(data: Dataset | AuditedParts, seed: number): ReportSection {
  const found = audit(data, { seed });
  return {
    title: 'The data',
    lines: found.length
      ? found.map(({ kind, message }) => ({ ok: false, text: `${kind}: ${message.split('; ')[0]}`, next: NEXT[kind] }))
      : [
          {
            ok: true,
            text: 'no copies, leaks, constant columns, order, rare classes or outliers were found',
            next: 'train on these rows as they are',
          },
        ],
  };
}

/** Where p is below this, two sets differ. */
const DIFFERENT = 0.01;
/** Fewer rows cannot be told apart. */
const LEAST = 20;

export function theSource(train: Dataset, validation: Dataset, seed: number): ReportSection | undefined {
  if (train.size < LEAST || validation.size < LEAST) return undefined;
  const { auc, p, columns } = shift(train, validation, { seed, rows: 1000, permutations: 99 });
  const differs = p <= DIFFERENT;
  const which = differs && columns.length ? `, most in '${columns[0].name}'` : '';
  return {
    title: 'The source',
    lines: [
      {
        ok: !differs,
        text: `a classifier tells validation rows from training rows with an area under the curve of ${short(auc)} (p = ${short(p)})${which}`,
        next: differs
          ? 'split anew at random, or keep the split if the model will meet rows like the validation rows, and trust no other score'
          : 'use shift again on the rows that the model meets later',
      },
    ],
  };
}

/** Labels that answers of models that were not trained on them contradict. */
export function theLabels(data: Dataset, outOfFold: Tensor): ReportSection | undefined {
  const [rows, classes] = outOfFold.shape;
  if (data.kind !== 'classes' || rows !== data.size || classes !== data.classes) return undefined;
  const p = outOfFold.data();
  const answered = Array.from({ length: rows }, (_, row) => row).filter(
    (row) => !Number.isNaN(p[row * classes]) && data.mask?.[row] !== 0,
  );
  if (answered.length < LEAST) return undefined;
  const { issues, noiseRate } = labelIssues(
    answered.map((row) => p.subarray(row * classes, (row + 1) * classes)),
    answered.map((row) => data.y[row]),
  );
  return {
    title: 'The labels',
    lines: [
      {
        ok: noiseRate < 0.02,
        text: issues.length
          ? `${issues.length} labels are contradicted by models that were not trained on them, about ${percent(noiseRate)} of all; the clearest are in rows ${some(issues.map(({ row }) => answered[row]))}`
          : 'no label is contradicted by models that were not trained on it',
        next: issues.length
          ? 'look at these rows, and correct what is wrong: some are rare, not wrong'
          : 'keep the labels',
      },
    ],
  };
}

export function probabilities(model: Model | Pipeline, validation: Dataset): ReportSection {
  const { temperature, before, after, model: calibrated } = calibrate(model as Model, validation);
  calibrated.dispose();
  const ok = before.ece <= 0.05 || before.ece <= after.ece * 1.1;
  const confident = temperature > 1 ? 'too sure' : 'not sure enough';
  return {
    title: 'The probabilities',
    lines: [
      {
        ok,
        text: `the confidence of answers is off by ${percent(before.ece)} on average${ok ? '' : `: the model is ${confident}, and a temperature of ${short(temperature)} leaves ${percent(after.ece)}`}`,
        next: ok
          ? 'use the probabilities as they are'
          : 'use the model of calibrate(model, validation), if decisions depend on probabilities',
      },
    ],
    result: reliabilityOf(model, validation),
  };
}
const reliabilityOf = (model: Model | Pipeline, data: Dataset): object => {
  const all = (model as Model).classify(data as never).probabilities.data();
  const width = all.length / data.size;
  const rows = Array.from({ length: data.size }, (_, row) => row).filter((row) => data.mask?.[row] !== 0);
  return reliability(
    rows.map((row) => (width === 1 ? all[row] : all.subarray(row * width, (row + 1) * width))) as never,
    rows.map((row) => data.y[row]),
  );
};

export function guarantee(model: Model | Pipeline, validation: Dataset): ReportSection {
  const answers = conformal(model, validation, { alpha: 0.1 });
  const next =
    'use conformal(model, rows) with rows that neither trained nor chose the model, as early stopping does with validation rows';
  if (!Number.isFinite(answers.threshold))
    return {
      title: 'The guarantee',
      lines: [{ ok: false, text: 'these rows are too few for answers that hold the truth in 90 % of rows', next }],
    };
  if (answers.kind === 'values')
    return {
      title: 'The guarantee',
      lines: [{ ok: true, text: `90 % of values lie within ${short(answers.threshold)} of the prediction`, next }],
    };
  const sets = answers.predict(validation);
  const size = sets.reduce((sum, set) => sum + set.length, 0) / sets.length;
  return {
    title: 'The guarantee',
    lines: [
      {
        ok: size <= validation.classes / 2 || size < 1.5,
        text: `sets of ${size.toFixed(2)} classes on average hold the right one in 90 % of rows`,
        next,
      },
    ],
  };
}

/** A column whose share of all rises is below this makes no difference. */
const NOTHING = 0.001;

export function features(model: Model | Pipeline, validation: Dataset, seed: number): ReportSection | undefined {
  if (validation.shape.length !== 1 || validation.columns.length < 2) return undefined;
  const found = [...importance(model, validation, { seed, repeats: 3 })].sort((a, b) => b.mean - a.mean);
  const total = found.reduce((sum, { mean }) => sum + Math.max(0, mean), 0);
  const useless = found.filter(({ mean, std }) => mean <= Math.max(std, NOTHING * total)).map(({ feature }) => feature);
  const [first] = found;
  const alone = found.length > 2 && first.mean > 0.8 * total;
  return {
    title: 'What it relies on',
    lines: [
      {
        ok: !alone,
        text: `the loss rises by ${found
          .slice(0, 3)
          .map(({ feature, mean }) => `${short(mean)} without '${feature}'`)
          .join(', ')}${useless.length ? `; ${useless.length} of ${found.length} columns make no difference` : ''}`,
        next: alone
          ? `ask whether '${first.feature}' is known before the target is: the model relies on little else`
          : useless.length
            ? `try without ${some(useless.map((name) => `'${name}'`))}: fewer columns generalize better`
            : 'keep the columns',
      },
    ],
  };
}

export function mistakes(model: Model | Pipeline, validation: Dataset): ReportSection {
  const look = interpret(model, validation);
  const worst = look.worst(5);
  const segments = look.segments();
  const [confused] = validation.kind === 'classes' ? look.confused(2) : [];
  return {
    title: 'Where it errs',
    lines: [
      {
        ok: true,
        text: `the validation rows with the largest loss are ${some(worst.map(({ row }) => row))}`,
        next: 'look at them for wrong labels, and for what the features do not tell',
      },
      ...(confused
        ? [
            {
              ok: confused.share < 0.2,
              text: `${confused.count} rows of class ${confused.label} are taken for ${confused.predicted}, ${percent(confused.share)} of the class`,
              next: 'add a feature that tells the two apart, or more rows of both',
            },
          ]
        : []),
      ...segments.slice(0, 3).map(({ feature, segment, rows, error, elsewhere }) => ({
        ok: false,
        text: `where '${feature}' is ${segment} (${rows} rows) the error is ${short(error)}, and elsewhere ${short(elsewhere)}`,
        next: 'collect more such rows, or judge the model there by itself',
      })),
    ],
  };
}
