import { describe, expect, test } from 'vitest';
import {
  adam,
  crossEntropy,
  dataset,
  datasets,
  DataError,
  encode,
  fit,
  LeakageError,
  loadSafetensors,
  type Model,
  mse,
  nn,
  OptionError,
  pipeline,
  quantile,
  saveSafetensors,
  type Shape,
  ShapeError,
  split,
  tensor,
  UnsupportedError,
} from '../../src/index.js';
import { calibrate, type Conformal, conformal, labelIssues, reliability } from '../../src/generalization/index.js';
import { draws } from '../../src/random/draws.js';
import { generalization, type Numbers } from '../fixtures/index.js';

const rowsOf = ({ shape: [n, k], data }: Numbers): number[][] =>
  Array.from({ length: n }, (_, i) => data.slice(i * k, (i + 1) * k));
const close = (found: number, truth: number, by = 1e-6): void =>
  expect(Math.abs(found - truth)).toBeLessThanOrEqual(by * Math.max(1, Math.abs(truth)));
/** A model whose outputs are its inputs: a linear layer, or one that is none. */
const identity = (k: number): Model =>
  nn.sequential([nn.dense(k)]).build([k], {
    state: {
      '0.weight': Float32Array.from({ length: k * k }, (_, i) => Number(i % (k + 1) === 0)),
      '0.bias': new Float32Array(k),
    },
  });
const plain = (shape: Shape): Model => nn.sequential([nn.flatten()]).build(shape);
const { calibrate: calibrations, conformal: conformals, labelIssues: issues } = generalization();

describe('labelIssues', () => {
  test.each(issues)('$classes classes, as computed with NumPy', (c) => {
    const found = labelIssues(rowsOf(c.probabilities), c.labels.data);
    expect(found.issues.map(({ row }) => row)).toEqual(c.issues);
    expect(found.issues.map(({ suggested }) => suggested)).toEqual(c.suggested);
    found.issues.forEach(({ margin }, i) => close(margin, c.margins[i], 1e-9));
    expect(found.counts).toEqual(c.counts);
    found.thresholds.forEach((t, k) => close(t, c.thresholds[k], 1e-9));
    found.joint.flat().forEach((share, i) => close(share, c.joint.flat()[i], 1e-9));
    close(found.noiseRate, c.noise_rate, 1e-9);
    expect(Math.abs(found.noiseRate - c.true_noise_rate)).toBeLessThan(0.1);
    expect(String(found)).toContain(`${c.issues.length} labels`);
  });
  test('takes tensors, and of two classes the probability of one', () => {
    const p = [0.1, 0.2, 0.9, 0.8, 0.1];
    const both = labelIssues(
      p.map((q) => [1 - q, q]),
      [0, 0, 1, 1, 1],
    );
    expect(labelIssues(p, [0, 0, 1, 1, 1])).toEqual(both);
    expect(labelIssues(tensor(p), tensor([0, 0, 1, 1, 1])).issues.map(({ row }) => row)).toEqual([4]);
    expect(both.issues.map(({ row }) => row)).toEqual([4]);
  });
  test('a class without rows, and rows that are confident of nothing', () => {
    const found = labelIssues(
      [
        [0.4, 0.3, 0.3],
        [0.5, 0.2, 0.3],
      ],
      [0, 0],
    );
    expect(found.thresholds.slice(1)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(found.counts[0]).toEqual([1, 0, 0]);
    expect(found.noiseRate).toBe(0);
  });
  test('refuses what are no probabilities and no labels', () => {
    expect(() => labelIssues([[2, -1]], [0])).toThrow(DataError);
    expect(() => labelIssues([[0.2, 0.2]], [0])).toThrow(/row 0 of probabilities has the sum 0.4; it must be 1/);
    expect(() => labelIssues([[0.5, 0.5]], [2])).toThrow(/the label of row 0 is 2; it must be a class from 0 to 1/);
    expect(() => labelIssues([[0.5, 0.5]], [0, 1])).toThrow(ShapeError);
  });
});

describe('calibrate', () => {
  test.each(calibrations)('$classes classes, as computed with NumPy', (c) => {
    const data = dataset({ x: rowsOf(c.logits), y: Int32Array.from(c.labels.data), classes: c.classes });
    const found = calibrate(identity(c.classes), data);
    close(found.temperature, c.temperature, 1e-5);
    close(found.before.nll, c.nll_before);
    close(found.after.nll, c.nll_after);
    close(found.before.ece, c.ece_before, 1e-5);
    close(found.after.ece, c.ece_after, 1e-5);
    close(found.before.brier, c.brier_before);
    expect(found.after.nll).toBeLessThanOrEqual(found.before.nll);
    expect(calibrate(identity(c.classes), data)).toMatchObject({ temperature: found.temperature, after: found.after });
  });
  const [c] = calibrations;
  const data = dataset({ x: rowsOf(c.logits), y: Int32Array.from(c.labels.data), classes: c.classes });
  const MODELS: [string, () => Model][] = [
    ['a linear end', () => identity(3)],
    ['no linear end', () => plain([3])],
    ['a linear end within', () => nn.sequential([nn.flatten(), nn.sequential([nn.dense(3)])]).build([3], { seed: 1 })],
  ];
  test.each(MODELS)('the model carries the temperature, in files too: %s', (_, make) => {
    const model = make();
    const before = model.predict(data).toArray() as number[][];
    const { temperature, model: calibrated, after } = calibrate(model, data);
    expect(model.predict(data).toArray()).toEqual(before);
    const again = loadSafetensors(saveSafetensors(calibrated)) as Model;
    const z = again.predict(data).toArray() as number[][];
    z.flat().forEach((v, i) => close(v, before.flat()[i] / temperature, 1e-5));
    close(reliability(calibrated.classify(data).probabilities, data.y).ece, after.ece, 1e-5);
    expect(calibrated.classify(data).labels).toEqual(model.classify(data).labels);
    close(calibrate(calibrated, data).temperature, 1, 1e-4);
  });
  test('recovers the temperature that labels were drawn with', () => {
    const { normal, uniform } = draws([3, 4], 1);
    for (const truth of [0.5, 1, 3]) {
      const x = Array.from({ length: 20_000 }, () => [3 * normal(), 3 * normal(), 3 * normal()]);
      const y = x.map((z) => {
        const weights = z.map((v) => Math.exp(v / truth));
        const u = uniform() * weights.reduce((a, b) => a + b);
        return u < weights[0] ? 0 : u < weights[0] + weights[1] ? 1 : 2;
      });
      const set = dataset({ x, y: Int32Array.from(y), classes: 3 });
      expect(Math.abs(calibrate(identity(3), set).temperature / truth - 1)).toBeLessThan(0.05);
    }
  });
  test('one logit of two classes, and a pipeline', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      a: i % 7,
      plan: i % 2 ? 'x' : 'y',
      bought: i % 3 ? 'yes' : 'no',
    }));
    const set = dataset.fromRows(rows, { target: 'bought' });
    const whole = pipeline([encode, nn.sequential([nn.dense(1)])]);
    const { binaryCrossEntropy } = await import('../../src/index.js');
    await fit(whole, set, { loss: binaryCrossEntropy(), optimizer: adam({ learningRate: 0.3 }), epochs: 20 });
    const found = calibrate(whole, set);
    expect(found.model.classify(rows.slice(0, 2)).labels).toEqual(whole.classify(rows.slice(0, 2)).labels);
    const [z] = whole.predict(rows).toArray() as number[][];
    close((found.model.predict(rows).toArray() as number[][])[0][0], z[0] / found.temperature, 1e-5);
  });
  test('stays within its limits, and refuses what it must', () => {
    const x = [
      [5, 0],
      [0, 5],
    ];
    expect(calibrate(identity(2), dataset({ x, y: [0, 1], classes: 2 })).temperature).toBeCloseTo(1e-3, 9);
    expect(calibrate(identity(2), dataset({ x, y: [1, 0], classes: 2 })).temperature).toBeCloseTo(1e3, 6);
    const sealed = dataset({ x, y: [0, 1], classes: 2, sealed: true });
    expect(() => calibrate(identity(2), sealed)).toThrow(LeakageError);
    expect(() => calibrate(identity(2), dataset({ x, y: [0.5, 1.5] }))).toThrow(/calibrate: y is values/);
    expect(sealed.opened).toBe(0);
  });
});

test('reliability: bins, their edges and the figures', () => {
  const found = reliability(
    [
      [1, 0],
      [0.5, 0.5],
      [0.25, 0.75],
      [0.2, 0.8],
    ],
    [0, 1, 1, 0],
    { bins: 4 },
  );
  expect(found.bins.map(({ count }) => count)).toEqual([0, 0, 1, 3]);
  expect(found.bins[3]).toEqual({ from: 0.75, to: 1, count: 3, confidence: (1 + 0.75 + 0.8) / 3, accuracy: 2 / 3 });
  // 0.5 is the first of equals and wrong: |0 − 0.5|; three rows |2/3 − 0.85|.
  close(found.ece, 0.25 * 0.5 + 0.75 * (0.85 - 2 / 3), 1e-12);
  close(found.mce, 0.5, 1e-12);
  close(found.brier, (0 + 0.5 + 0.125 + 1.28) / 4, 1e-12);
  expect(reliability([[1, 0]], [1]).nll).toBe(Number.POSITIVE_INFINITY);
});

describe('conformal', () => {
  test.each(conformals)('$kind, alpha $alpha, as computed with NumPy', (c) => {
    if (c.kind === 'classes') {
      const logs = (numbers: Numbers): number[][] => rowsOf(numbers).map((row) => row.map(Math.log));
      const classes = c.calibration.shape[1];
      const data = dataset({ x: logs(c.calibration), y: Int32Array.from(c.labels.data), classes });
      const found = conformal(identity(classes), data, { alpha: c.alpha });
      close(found.threshold, c.threshold);
      expect(found.predict(logs(c.test))).toEqual(c.sets);
    } else {
      const x = c.residuals.data.map(() => [0]);
      const found = conformal(plain([1]), dataset({ x, y: Float32Array.from(c.residuals.data) }), { alpha: c.alpha });
      close(found.threshold, c.threshold);
      const rows = c.test.data.map((v) => [v]);
      (found.predict(rows) as number[][]).forEach(([low, high], i) => {
        close(low, c.test.data[i] - c.threshold);
        close(high, c.test.data[i] + c.threshold);
      });
    }
  });
  // Scores are uniform, so that the coverage of a threshold is known, and has the distribution Beta(r, n + 1 − r).
  const uniform = draws([7, 1], 2).uniform;
  const rowsWith = (n: number, f: (u: number, sign: number) => [x: number[], y: number]): [number[][], number[]] => {
    const rows = Array.from({ length: n }, () => f(uniform(), uniform() < 0.5 ? -1 : 1));
    return [rows.map(([x]) => x), rows.map(([, y]) => y)];
  };
  const SCORES: Record<string, (n: number) => [Conformal, (threshold: number) => number]> = {
    'intervals about a value': (n) => {
      const [x, y] = rowsWith(n, (u, sign) => [[0], sign * u]);
      return [conformal(plain([1]), dataset({ x, y: Float32Array.from(y) }), { alpha }), (t) => t];
    },
    'sets of classes': (n) => {
      const [x, y] = rowsWith(n, (u, sign) => [[0, sign * Math.log(u / (1 - u))], Number(sign > 0)]);
      return [conformal(plain([2]), dataset({ x, y: Int32Array.from(y), classes: 2 }), { alpha }), (t) => t];
    },
    'intervals between quantiles': (n) => {
      const [x, y] = rowsWith(n, (u, sign) => [u < 0.5 ? [-0.5, 0.5] : [0.5, -0.5], sign * u]);
      const found = conformal(plain([2]), dataset({ x, y: Float32Array.from(y) }), { alpha, quantiles: [0, 1] });
      return [found, (t) => t + 0.5];
    },
  };
  const [times, alpha] = [2000, 0.2];
  test.each(Object.keys(SCORES).flatMap((name) => [9, 20, 33].map((n) => [name, n] as const)))(
    'over 2,000 calibration sets, %s of %d rows cover from 1 − alpha to 1 − alpha + 1/(n + 1)',
    (name, n) => {
      const r = Math.ceil((n + 1) * (1 - alpha) - 1e-9);
      const [expected, variance] = [r / (n + 1), (r * (n + 1 - r)) / ((n + 1) * (n + 1) * (n + 2))];
      const covered = Array.from({ length: times }, () => {
        const [{ threshold }, coverage] = SCORES[name](n);
        return coverage(threshold);
      });
      const mean = covered.reduce((a, b) => a + b) / times;
      const spread = covered.reduce((sum, c) => sum + (c - mean) * (c - mean), 0) / times;
      expect(expected).toBeGreaterThanOrEqual(1 - alpha);
      expect(expected).toBeLessThanOrEqual(1 - alpha + 1 / (n + 1));
      expect(Math.abs(mean - expected)).toBeLessThan(3.5 * Math.sqrt(variance / times));
      expect(spread / variance).toBeGreaterThan(0.85);
      expect(spread / variance).toBeLessThan(1.15);
    },
  );
  test('between quantiles that are both the prediction, intervals are those about it', () => {
    for (const c of conformals) {
      if (c.kind !== 'values') continue;
      const [x, y] = [c.residuals.data.map(() => [0, 0]), Float32Array.from(c.residuals.data)];
      const found = conformal(plain([2]), dataset({ x, y }), { alpha: c.alpha, quantiles: [0, 1] });
      close(found.threshold, c.threshold);
      (found.predict(c.test.data.map((v) => [v, v])) as number[][]).forEach(([low, high], i) => {
        close(low, c.test.data[i] - c.threshold);
        close(high, c.test.data[i] + c.threshold);
      });
    }
  });
  test('quantiles that are too wide come closer, cross no further than to their middle, and may be in any order', () => {
    const x = Array.from({ length: 19 }, () => [-4, 4]);
    const y = Float32Array.from({ length: 19 }, (_, i) => i / 10);
    const found = conformal(plain([2]), dataset({ x, y }), { alpha: 0.1, quantiles: [1, 0] });
    close(found.threshold, 1.7 - 4);
    const [wide, narrow] = found.predict([
      [4, -4],
      [0, 2],
    ]) as number[][];
    close(wide[0], -1.7);
    close(wide[1], 1.7);
    expect(narrow).toEqual([1, 1]);
    expect(String(found)).toBe('between the quantiles, moved inwards by 2.3000, lie 90.0000 % of values');
  });
  test('between learned quantiles, intervals are wide where values scatter: of two columns, heads and pipelines', async () => {
    const { normal, uniform: place } = draws([7, 3], 2);
    const rows = Array.from({ length: 1200 }, () => {
      const a = place();
      return { a, y: 100 + 10 * (0.1 + 2 * a) * normal() };
    });
    const of = (from: number, to: number) => dataset.fromRows(rows.slice(from, to), { target: 'y' });
    const [train, calibration, fresh] = [of(0, 500), of(500, 800), of(800, 1200)];
    const q = [0.05, 0.95] as const;
    const options = { optimizer: adam({ learningRate: 0.02 }), epochs: 60, seed: 2 };
    const columns = pipeline([encode, nn.sequential([nn.dense(16), nn.tanh(), nn.dense(2)])], {
      target: 'standardize',
    });
    await fit(columns, train, { ...options, loss: quantile(q) });
    const two = (data: typeof train) => {
      const y = data.y.map((v) => (v - 100) / 10);
      return dataset({ x: Array.from(data.x, (v) => [v]), y: { low: y, high: y } });
    };
    const heads = nn.multiTask({
      trunk: nn.sequential([nn.dense(16), nn.tanh()]),
      heads: { low: nn.dense(1), high: nn.dense(1) },
    });
    await fit(heads, two(train), { ...options, loss: { low: quantile(q[0]), high: quantile(q[1]) } });
    const answers = [
      [conformal(columns, calibration, { quantiles: [0, 1] }).predict(fresh), Array.from(fresh.y)],
      [
        conformal(heads as never, two(calibration), { quantiles: ['low', 'high'] }).predict(two(fresh)),
        Array.from(fresh.y, (v) => (v - 100) / 10),
      ],
    ] as [number[][], number[]][];
    for (const [found, y] of answers) {
      const covered = found.filter(([low, high], i) => y[i] >= low && y[i] <= high).length / y.length;
      expect(covered).toBeGreaterThan(0.85);
      expect(covered).toBeLessThan(0.95);
      const width = (near: boolean) => {
        const own = found.filter((_, i) => (near ? fresh.x[i] < 0.2 : fresh.x[i] > 0.8));
        return own.reduce((sum, [low, high]) => sum + high - low, 0) / own.length;
      };
      expect(width(false)).toBeGreaterThan(3 * width(true));
    }
  });
  test.each<[string, unknown, unknown, new (m: string) => Error, string]>([
    ['one output', [0], {}, OptionError, 'quantiles is [0]; it must be two outputs of the model'],
    ['the same twice', [1, 1], {}, OptionError, 'quantiles is [1, 1]'],
    ['a head of a model without', [0, 'high'], {}, OptionError, "quantiles has 'high', and the model has one output"],
    ['a column beyond', [0, 2], {}, OptionError, 'quantiles has column 2, and the model gives 2 for each row'],
    ['labels', [0, 1], { y: [0, 1], classes: 2 }, UnsupportedError, 'quantiles are of single values; y is labels'],
    ['two values', [0, 1], { y: { a: [[1], [2]], b: [[1], [3]] } }, DataError, "the targets 'a' and 'b' differ"],
    ['none', undefined, {}, UnsupportedError, 'where two of them are quantiles, say which: { quantiles: [0, 1] }'],
  ])('%s is no pair of quantiles', (_, quantiles, more, kind, message) => {
    const data = dataset({
      x: [
        [1, 2],
        [3, 4],
      ],
      y: [[1.5], [2.5]],
      ...(more as object),
    });
    const wrong = () => conformal(plain([2]), data, { quantiles: quantiles as never });
    expect(wrong).toThrow(kind);
    expect(wrong).toThrow(message);
  });
  test('too few rows say nothing, and rows without a target do not count', () => {
    const data = dataset({ x: [[1], [2], [3]], y: [1, 2, 9], classes: false, mask: [1, 1, 0] });
    expect(conformal(plain([1]), data, { alpha: 0.5 }).threshold).toBe(0);
    const wide = conformal(plain([1]), data, { alpha: 0.1 });
    expect(wide.predict([[1]])).toEqual([[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]]);
  });
  test('a pipeline answers with names and in its own units', async () => {
    const rows = Array.from({ length: 90 }, (_, i) => ({
      a: i % 7,
      price: 1e5 + 1e4 * (i % 7),
      kind: i % 2 ? 'b' : 'a',
    }));
    const names = dataset.fromRows(
      rows.map(({ a, kind }) => ({ a, kind })),
      { target: 'kind' },
    );
    const classes = pipeline([encode, nn.sequential([nn.dense(2)])]);
    await fit(classes, names, { loss: crossEntropy(), optimizer: adam(), epochs: 1 });
    const [set] = conformal(classes, names, { alpha: 0.01 }).predict([{ a: 1 }]);
    expect(set).toEqual(['a', 'b']);
    const prices = dataset.fromRows(
      rows.map(({ a, price }) => ({ a, price })),
      { target: 'price' },
    );
    const values = pipeline([encode, nn.sequential([nn.dense(1)])], { target: 'standardize' });
    await fit(values, prices, { loss: mse(), optimizer: adam({ learningRate: 0.1 }), epochs: 60 });
    const [[low, high]] = conformal(values, prices).predict([{ a: 3 }]) as number[][];
    expect(low).toBeGreaterThan(1e5);
    expect(low).toBeLessThanOrEqual(1.3e5 + 1);
    expect(high).toBeGreaterThan(low);
  });
  test('sealed sets are not calibrated with, and are counted where they are answered', () => {
    const { validation, test: last } = split(datasets.moons({ n: 100, seed: 1 }), { seed: 1 });
    const model = nn.sequential([nn.dense(2)]).build([2]);
    expect(() => conformal(model, last)).toThrow(LeakageError);
    expect(conformal(model, validation).predict(last)).toHaveLength(last.size);
    expect(last.opened).toBe(1);
    const two = nn.multiTask({ trunk: nn.dense(2), heads: { a: nn.dense(2), b: nn.dense(2) } }).build([2]);
    expect(() => conformal(two as never, validation)).toThrow(UnsupportedError);
  });
});
