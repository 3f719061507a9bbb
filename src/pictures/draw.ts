import { isTensor, OptionError, shown, type Tensor } from '../index.js';
import { barsDrawing, histogramsDrawing, type Line, linesDrawing } from './charts.js';
import { heatmapDrawing, imagesDrawing } from './grids.js';
import { checkOptions, type Drawing, type Picture, pictureOf, type PictureOptions } from './picture.js';
import { type Path, planeDrawing } from './planes.js';
import { isObject } from './given.js';
import { fieldOf, imageShape } from './primitives.js';
import { around, extent } from './scale.js';
import { type SearchLike, searchDrawing } from './searched.js';
import { label } from './svg.js';

type Fields = Record<string, unknown>;
type Numbers = readonly number[];
const isNumbers = (x: unknown): x is Numbers => Array.isArray(x) && x.every((v) => typeof v === 'number');
const isRows = (x: unknown): x is readonly Numbers[] =>
  Array.isArray(x) && x.length > 0 && x.every((row) => isNumbers(row) && row.length > 0);
const all = (x: unknown, ...keys: readonly string[]): x is readonly Fields[] =>
  Array.isArray(x) &&
  x.length > 0 &&
  x.every((item) => isObject(item) && keys.every((key) => typeof item[key] === 'number'));
const column = (rows: readonly Fields[], key: string): number[] => rows.map((row) => row[key] as number);
/** Whether numbers span so much that their logarithms are the better axis. */
const wide = (values: Numbers, factor = 50): boolean => {
  const [low, high] = extent(values);
  return values.length > 2 && values.every((v) => v > 0) && high / low >= factor;
};

/** A kind of result: how it is known, and how it is drawn. */
interface Kind {
  readonly name: string;
  is(result: unknown): boolean;
  drawing(result: never): Drawing;
}

interface RunLike {
  readonly history: readonly {
    readonly epoch: number;
    readonly loss?: number;
    readonly training?: Fields;
    readonly validation?: Fields;
  }[];
  readonly best?: { readonly epoch: number };
}
const isRun = (x: unknown): x is RunLike =>
  isObject(x) && Array.isArray(x.history) && x.history.every((r) => isObject(r) && typeof r.epoch === 'number');
function runDrawing({ history, best }: RunLike): Drawing {
  const x = history.map((r) => r.epoch);
  const of = (name: 'training' | 'validation'): number[] =>
    history.map((r) => Number(r[name]?.loss ?? (name === 'training' ? r.loss : undefined) ?? Number.NaN));
  const [training, validation] = [of('training'), of('validation')];
  const watched = validation.some(Number.isFinite);
  return linesDrawing({
    title: watched ? 'Training and validation loss' : 'Training loss',
    lines: [
      { name: 'training', x, y: training },
      ...(watched ? [{ name: 'validation', x, y: validation, band: [training, validation] as const }] : []),
    ],
    xLabel: 'epoch',
    yLabel: 'loss',
    yLog: wide([...training, ...validation].filter(Number.isFinite), 1000),
    marks: best ? [{ x: best.epoch, name: 'best' }] : [],
    note: history.length ? undefined : 'No epoch was completed.',
  });
}

function errorsDrawing(
  title: string,
  key: string,
  xLabel: string,
  points: readonly Fields[],
  note?: string,
  law?: (n: number) => number,
): Drawing {
  const sorted = [...points].sort((a, b) => (a[key] as number) - (b[key] as number));
  const x = column(sorted, key);
  const validation = column(sorted, 'validationError');
  const training = column(sorted, 'trainError');
  const best = validation.indexOf(extent(validation)[0]);
  return linesDrawing({
    title,
    lines: [
      { name: 'training error', x, y: training },
      { name: 'validation error', x, y: validation },
      ...(law ? [{ name: 'fitted law', x, y: x.map(law), dots: false }] : []),
    ],
    xLabel,
    yLabel: 'error',
    xLog: wide(x),
    yLog: wide([...training, ...validation], 200),
    marks: best >= 0 && key !== 'size' ? [{ x: x[best], name: 'least validation error' }] : [],
    note,
  });
}

interface DescentLike {
  readonly points: readonly Numbers[];
  readonly values: Numbers;
  readonly f?: ((x: Tensor) => Tensor) | null;
}
const isDescent = (x: unknown): x is DescentLike =>
  isObject(x) && isRows(x.points) && isNumbers(x.values) && x.values.length === x.points.length;
function descentDrawing(named: readonly (DescentLike & { readonly name?: string })[]): Drawing {
  const name = (d: { name?: string }, i: number): string => d.name ?? (named.length > 1 ? `path ${i + 1}` : '');
  // Descents on models are each in a plane of its own.
  if (!named.every(({ points, f }) => points[0].length === 2 && (f !== null || named.length === 1)))
    return linesDrawing({
      title: 'Descent',
      lines: named.map((d, i): Line => ({ name: name(d, i) || 'value', y: d.values })),
      xLabel: 'update',
      yLabel: 'value',
      yLog: wide(
        named.flatMap(({ values }) => [...values]),
        1000,
      ),
    });
  const domain = around(
    named.flatMap(({ points }) => points.filter((p) => p.every(Number.isFinite))),
    0.2,
  );
  const { f } = named[0];
  return planeDrawing({
    title: named.length > 1 ? 'Descents' : 'Descent',
    domain,
    field: f ? fieldOf('draw', f, domain) : undefined,
    paths: named.map((d, i): Path => ({ name: name(d, i), points: d.points })),
    xLabel: f === null ? 'along the way' : 'x',
    yLabel: f === null ? 'across' : 'y',
  });
}

/** What `compareOptimizers` gives: for each optimizer its runs, one for each seed. */
interface Comparison {
  readonly by: string;
  readonly optimizers: readonly { readonly name: string; readonly runs: readonly RunLike[] }[];
}
const isComparison = (x: unknown): x is Comparison =>
  isObject(x) &&
  typeof x.by === 'string' &&
  Array.isArray(x.optimizers) &&
  x.optimizers.length > 0 &&
  x.optimizers.every((o) => isObject(o) && Array.isArray(o.runs) && o.runs.length > 0 && o.runs.every(isRun));
function comparedDrawing({ by, optimizers }: Comparison): Drawing {
  const valueAt = (record: unknown): number =>
    Number(by.split('.').reduce((at, key) => (isObject(at) ? at[key] : undefined), record) ?? Number.NaN);
  const lines = optimizers.map(({ name, runs }): Line => {
    const longest = Math.max(...runs.map((r) => r.history.length));
    const rows = Array.from({ length: longest }, (_, k) =>
      runs.map((r) => valueAt(r.history[k])).filter(Number.isFinite),
    );
    const y = rows.map((v) => v.reduce((a, b) => a + b, 0) / v.length);
    const band = [rows.map((v) => Math.min(...v)), rows.map((v) => Math.max(...v))] as const;
    return { name: String(name), x: rows.map((_, k) => k + 1), y, ...(runs.length > 1 ? { band } : {}) };
  });
  const seeds = Math.max(...optimizers.map(({ runs }) => runs.length));
  return linesDrawing({
    title: 'Optimizers compared',
    lines,
    xLabel: 'epoch',
    yLabel: by.replace('.', ' '),
    yLog: wide(
      lines.flatMap((l) => l.y.filter(Number.isFinite)),
      30,
    ),
    note: seeds > 1 ? `Means of ${seeds} seeds; bands from the least to the largest.` : undefined,
  });
}

const isClassification = (x: unknown): x is { labels: ArrayLike<unknown> } => isObject(x) && 'labels' in x;
const labelAt = (x: unknown, i: number): string => {
  if (!isClassification(x)) return '';
  const list = isTensor(x.labels) ? x.labels.data() : x.labels;
  return String(list?.[i] ?? '');
};

const lowered = (n: number): string => String(n).replace(/./g, (c) => '₀₁₂₃₄₅₆₇₈₉'[Number(c)]);

const KINDS: readonly Kind[] = [
  { name: 'run', is: isRun, drawing: runDrawing },
  {
    name: 'capacityCurve',
    is: (x) => all(x, 'capacity', 'trainError', 'validationError'),
    drawing: (x: readonly Fields[]) => errorsDrawing('Capacity and errors', 'capacity', 'capacity', x),
  },
  {
    name: 'regularizationPath',
    is: (x) => all(x, 'lambda', 'trainError', 'validationError'),
    drawing: (x: readonly Fields[]) => {
      // A logarithmic axis has no place for 0, which stands a step before the least.
      const positive = column(x, 'lambda').filter((v) => v > 0);
      const least = Math.min(...positive);
      const moved = positive.length > 1 && positive.length < x.length && wide(positive);
      const points = moved ? x.map((p) => (p.lambda === 0 ? { ...p, lambda: least / 10 } : p)) : x;
      return errorsDrawing(
        'Regularization and errors',
        'lambda',
        'λ',
        points,
        moved ? `λ = 0 is drawn at ${label(least / 10)}.` : undefined,
      );
    },
  },
  {
    name: 'learningCurve',
    is: (x) => isObject(x) && all(x.points, 'size', 'trainError', 'validationError'),
    drawing: ({ points, fit, at }: { points: readonly Fields[]; fit?: Fields; at?: unknown }) => {
      const law = fit && ['a', 'b', 'c'].every((k) => typeof fit[k] === 'number');
      return errorsDrawing(
        'Errors by the number of rows',
        'size',
        'rows',
        points,
        law
          ? `Fitted: a ${label(fit.a as number)}, b ${label(fit.b as number)}, c ${label(fit.c as number)}.`
          : undefined,
        typeof at === 'function' ? (n) => Number(at(n)) : undefined,
      );
    },
  },
  {
    name: 'learningRateRange',
    is: (x) => isObject(x) && isNumbers(x.rates) && isNumbers(x.losses) && typeof x.suggestion === 'number',
    drawing: (x: { rates: Numbers; losses: Numbers; smoothed?: Numbers; suggestion: number }) =>
      linesDrawing({
        title: 'Learning rate range',
        lines: [
          { name: 'loss', x: x.rates, y: x.losses, dots: false },
          ...(x.smoothed ? [{ name: 'smoothed', x: x.rates, y: x.smoothed, dots: false }] : []),
        ],
        xLabel: 'learning rate',
        yLabel: 'loss',
        xLog: true,
        marks: [{ x: x.suggestion, name: 'suggestion' }],
      }),
  },
  {
    name: 'scheduleCurve',
    is: (x) => isObject(x) && isNumbers(x.steps) && isNumbers(x.rates),
    drawing: (x: { steps: Numbers; rates: Numbers }) => {
      const skip = Math.max(1, Math.ceil(x.steps.length / 1000));
      const seen = x.steps.map((_, i) => i).filter((i) => i % skip === 0 || i === x.steps.length - 1);
      const line = { name: 'learning rate', x: seen.map((i) => x.steps[i]), y: seen.map((i) => x.rates[i]) };
      return linesDrawing({
        title: 'Learning rate schedule',
        lines: [line],
        xLabel: 'update',
        yLabel: 'learning rate',
      });
    },
  },
  {
    name: 'inspectInitialization',
    is: (x) => all(x, 'mean', 'std') && x.every((l) => isObject(l.histogram)),
    drawing: (x: readonly Fields[]) =>
      histogramsDrawing(
        'Outputs layer by layer',
        x.map((l) => ({
          ...(l.histogram as { edges: Numbers; counts: Numbers }),
          name: `${String(l.layer)} ${String(l.name)}`.trim(),
          note: `std ${label(l.std as number)}, ${String(l.verdict)}`,
        })),
      ),
  },
  {
    name: 'gradientNoise',
    is: (x) => all(x, 'batchSize', 'standardError'),
    drawing: (x: readonly Fields[] & { sigma?: number; slope?: number }) => {
      const sizes = column(x, 'batchSize');
      const { sigma, slope } = x;
      return linesDrawing({
        title: 'Noise of the gradient',
        lines: [
          { name: 'standard error', x: sizes, y: column(x, 'standardError') },
          ...(sigma === undefined
            ? []
            : [{ name: 'σ/√n', x: sizes, y: sizes.map((n) => sigma / Math.sqrt(n)), dots: false }]),
        ],
        xLabel: 'batch size',
        yLabel: 'standard error of the gradient',
        xLog: true,
        yLog: true,
        note: slope === undefined ? undefined : `Slope ${label(slope)}.`,
      });
    },
  },
  {
    name: 'criticalPoint',
    is: (x) => isObject(x) && typeof x.gradientNorm === 'number' && isNumbers(x.eigenvalues),
    drawing: (x: { gradientNorm: number; eigenvalues: Numbers; kind: string }) => {
      const few =
        x.eigenvalues.length > 16 ? [...x.eigenvalues.slice(0, 8), ...x.eigenvalues.slice(-8)] : x.eigenvalues;
      return barsDrawing({
        title: x.kind === 'none' ? 'No critical point' : `Critical point: ${x.kind}`,
        unit: 'eigenvalues of the Hessian',
        bars: few.map((value, i) => ({
          name: `λ${lowered(i < few.length / 2 ? i + 1 : x.eigenvalues.length - few.length + i + 1)}`,
          value,
        })),
        note: `gradient norm ${label(x.gradientNorm)}`,
      });
    },
  },
  {
    name: 'lossLandscape',
    is: (x) => isObject(x) && isNumbers(x.alphas) && isNumbers(x.betas) && isRows(x.losses),
    drawing: ({
      alphas,
      betas,
      losses,
      changes,
    }: {
      alphas: Numbers;
      betas: Numbers;
      losses: readonly Numbers[];
      changes?: unknown;
    }) =>
      betas.length === 1
        ? linesDrawing({
            title: `Loss ${isNumbers(changes) ? 'down the gradient' : 'along a direction'}`,
            lines: [
              { name: 'loss', x: alphas, y: losses[0] },
              ...(isNumbers(changes) ? [{ name: 'change of the gradient', x: alphas, y: changes }] : []),
            ],
            xLabel: isNumbers(changes) ? 'learning rate' : 'α',
            yLabel: isNumbers(changes) ? undefined : 'loss',
          })
        : planeDrawing({
            title: 'Loss landscape',
            domain: [
              [alphas[0], alphas[alphas.length - 1]],
              [betas[0], betas[betas.length - 1]],
            ],
            field: { x: alphas, y: betas, values: losses },
            crosses: [[0, 0]],
            xLabel: 'α',
            yLabel: 'β',
            square: true,
            note: `the model, at the cross; losses from ${extent(losses.flat())
              .map((v) => label(v))
              .join(' to ')}`,
          }),
  },
  { name: 'descend', is: isDescent, drawing: (x: DescentLike) => descentDrawing([x]) },
  {
    name: 'several of descend',
    is: (x) => isObject(x) && Object.values(x).length > 0 && Object.values(x).every(isDescent),
    drawing: (x: Record<string, DescentLike> | readonly DescentLike[]) =>
      descentDrawing(
        Array.isArray(x)
          ? (x as readonly DescentLike[])
          : Object.entries(x).map(([name, d]: [string, DescentLike]) => ({
              name,
              points: d.points,
              values: d.values,
              f: d.f,
            })),
      ),
  },
  {
    name: 'compareOptimizers',
    is: isComparison,
    drawing: comparedDrawing,
  },
  {
    name: 'search',
    is: (x) => isObject(x) && all(x.trials, 'trial') && x.trials.every(({ parameters }) => isObject(parameters)),
    drawing: (x: SearchLike) => searchDrawing(x, wide),
  },
  {
    name: 'earlyStoppingAsL2',
    is: (x) => isObject(x) && typeof x.lambda === 'number' && all(x.directions, 'curvature', 'early', 'l2'),
    drawing: ({ lambda, directions }: { lambda: number; directions: readonly Fields[] }) => {
      const x = column(directions, 'curvature');
      return linesDrawing({
        title: 'Early stopping and L2, by direction',
        lines: [
          { name: 'early stopping', x, y: column(directions, 'early') },
          { name: `L2, λ = ${label(lambda)}`, x, y: column(directions, 'l2') },
        ],
        xLabel: 'curvature',
        xLog: wide(x),
        yLabel: 'share of the solution',
        y: [0, 1.05],
      });
    },
  },
  {
    name: 'activity',
    is: (x) => all(x, 'active'),
    drawing: (x: readonly Fields[]) =>
      barsDrawing({
        title: 'Active outputs by layer',
        unit: 'shares that are not 0',
        bars: x.map((l) => ({ name: `${String(l.layer)} ${String(l.name)}`.trim(), value: l.active as number })),
        most: 1,
      }),
  },
  {
    name: 'reliability',
    is: (x) => isObject(x) && all(x.bins, 'count', 'confidence', 'accuracy'),
    drawing: ({ bins, ece }: { bins: readonly Fields[]; ece?: number }) => {
      const full = bins.filter((b) => (b.count as number) > 0);
      return linesDrawing({
        title: 'Reliability',
        lines: [
          { name: 'accuracy', x: column(full, 'confidence'), y: column(full, 'accuracy'), dots: true },
          { name: 'as sure as right', x: [0, 1], y: [0, 1], dots: false },
        ],
        xLabel: 'confidence',
        yLabel: 'accuracy',
        square: true,
        x: [0, 1],
        y: [0, 1],
        note: ece === undefined ? undefined : `Expected calibration error ${label(ece)}.`,
      });
    },
  },
  {
    name: 'crossValidate',
    is: (x) => isObject(x) && isNumbers(x.scores) && x.scores.length > 0 && typeof x.mean === 'number',
    drawing: ({ scores, mean, interval }: { scores: Numbers; mean: number; interval?: Numbers }) =>
      barsDrawing({
        title: 'Scores of the folds',
        unit: 'scores',
        bars: scores.slice(0, 50).map((value, i) => ({ name: `fold ${i + 1}`, value })),
        note: `mean ${label(mean)}${interval?.length === 2 ? `, 95 % interval ${label(interval[0])} to ${label(interval[1])}` : ''}`,
      }),
  },
  {
    name: 'adversarialExample',
    is: (x) => isObject(x) && isTensor(x.example) && isTensor(x.perturbation),
    drawing: (x: { example: Tensor; perturbation: Tensor; before?: unknown; after?: unknown }) => {
      const { shape } = x.example;
      const [after, change] = [x.example.data(), x.perturbation.data()];
      const size = after.length / shape[0];
      // Digits without their shape are squares all the same.
      const side = Math.sqrt(size);
      const image =
        shape.length > 2
          ? imageShape('draw', shape)
          : Number.isInteger(side) && side > 2
            ? ([shape[0], side, side, 1] as const)
            : ([shape[0], 1, size, 1] as const);
      const rows = Math.min(shape[0], 6);
      const values = new Float32Array(rows * 3 * size);
      const labels: string[] = [];
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < size; k++) {
          const at = i * size + k;
          values[3 * i * size + k] = after[at] - change[at];
          values[(3 * i + 1) * size + k] = change[at];
          values[(3 * i + 2) * size + k] = after[at];
        }
        labels.push(`x: ${labelAt(x.before, i)}`, 'x′ − x', `x′: ${labelAt(x.after, i)}`);
      }
      return imagesDrawing({
        title: 'Adversarial examples',
        values,
        shape: [rows * 3, image[1], image[2], image[3]],
        columns: 3,
        labels,
        between: ['+', '='],
        signed: (i) => i % 3 === 1,
      });
    },
  },
  {
    name: 'augment.preview',
    is: (x) => isTensor(x) && (x.shape.length === 5 || x.shape.length === 4),
    drawing: (x: Tensor) => {
      const five = x.shape.length === 5;
      const shape = five ? [x.shape[0] * x.shape[1], ...x.shape.slice(2)] : x.shape;
      return imagesDrawing({
        title: five ? 'Augmented images' : 'Images',
        values: x.data(),
        shape: imageShape('draw', shape),
        columns: five ? x.shape[1] : undefined,
      });
    },
  },
  {
    name: 'confusionMatrix',
    is: (x) => isRows(x) && x.every((row) => row.length === x.length),
    drawing: (x: readonly Numbers[] & { classNames?: readonly string[] }) => {
      const total = x.flat().reduce((a, b) => a + b, 0);
      const right = x.reduce((sum, row, i) => sum + row[i], 0);
      return heatmapDrawing({
        title: 'Confusion matrix',
        values: x,
        rows: x.classNames,
        columns: x.classNames,
        xLabel: 'answer',
        yLabel: 'truth',
        note: total > 0 ? `${label(right)} of ${label(total)} are right` : undefined,
      });
    },
  },
];

/** Draws a result: a run of `fit`, and what capacityCurve, learningCurve, regularizationPath, learningRateRange, scheduleCurve,
 *  inspectInitialization, gradientNoise, criticalPoint, lossLandscape, descend (one, a list, or several by name), compareOptimizers,
 *  earlyStoppingAsL2, activity, reliability, confusionMatrix (of `evaluate`), crossValidate, adversarialExample, augment.preview and the `search` of regulus/sweep give. A result is known by its
 *  shape, so copies and results read from JSON are drawn too. Throws an OptionError for everything else.
 *  @example draw(scheduleCurve(cosineDecay({ from: 0.1, steps: 100 }), 100), { title: 'Cosine' }).svg().startsWith('<svg') // true */
export function draw(result: object, options: PictureOptions = {}): Picture {
  const base = checkOptions('draw', options);
  const kind = KINDS.find((each) => each.is(result));
  if (!kind)
    throw new OptionError(
      `draw: result is ${shown(result)}, which it does not know; give what one of these returns: ${KINDS.map(({ name }) => name).join(', ')}. pictures.lines and its siblings draw the rest`,
    );
  return pictureOf(kind.drawing(result as never), base);
}
