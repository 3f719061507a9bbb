import { describe, expect, test } from 'vitest';
import { dataset } from '../../src/data/dataset.js';
import { criticalPoint, learningRateRange, sharpness } from '../../src/diagnose/index.js';
import { OptionError, ShapeError, UnsupportedError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { crossEntropy, mse } from '../../src/losses/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, sgd } from '../../src/optim/index.js';
import { adversarial, fgsm } from '../../src/regularize/index.js';
import { tensor } from '../../src/tensor/create.js';
import { evaluate, fit, type FitOptions, trainStep } from '../../src/train/index.js';
import '../../src/tensor/methods.js';

/** Written as in a textbook: right only where outputs and targets have one shape. */
const squared = (output: Tensor, target: Tensor): Tensor => output.sub(target).square().mean();
const configured = Object.assign((output: Tensor, target: Tensor) => squared(output, target), {
  config: { name: 'configured', options: {} },
});
const x = [[0], [1], [2], [3], [4], [5]];
const line = dataset({ x, y: [0.5, 2.5, 4.5, 6.5, 8.5, 10.5] });
const network = () => nn.sequential([nn.dense(1)]);
const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  loss: squared,
  optimizer: sgd({ learningRate: 0.02 }),
  epochs: 3,
  batchSize: 4,
  ...more,
});
const trained = async (loss: FitOptions['loss'], more: Partial<FitOptions> = {}) => {
  const model = network();
  const run = await fit(model, line, options({ loss, ...more }));
  return { model, run };
};

describe('a function of outputs and targets is a loss', () => {
  test.each([
    ['without a configuration', squared],
    ['with one', configured],
  ])('%s, in fit: the same as mse, though targets are single numbers', async (_, own) => {
    const [mine, theirs] = [await trained(own), await trained(mse())];
    expect(mine.model.state()).toEqual(theirs.model.state());
    expect(mine.run.history.map(({ training }) => training)).toEqual(
      theirs.run.history.map(({ training }) => training),
    );
    expect(mine.run.baseline?.loss).toBeCloseTo(theirs.run.baseline?.loss as number, 5);
    expect(evaluate(mine.model, line)).toEqual(evaluate(theirs.model, line));
    expect(evaluate(mine.model, line, { loss: own })).toEqual(evaluate(theirs.model, line, { loss: mse() }));
  });
  test('in trainStep', () => {
    const of = (loss: FitOptions['loss']) => {
      const step = trainStep(network(), { loss, optimizer: adam() });
      return [1, 2, 3].map(() => step(x, [0.5, 2.5, 4.5, 6.5, 8.5, 10.5]));
    };
    expect(of(squared)).toEqual(of(mse()));
    expect(of(configured)).toEqual(of(mse()));
  });
  test('by head, with its weight', async () => {
    const two = dataset({ x, y: { low: [0.5, 2.5, 4.5, 6.5, 8.5, 10.5], high: [1.5, 3.5, 5.5, 7.5, 9.5, 11.5] } });
    const of = async (loss: FitOptions['loss']) => {
      const model = nn.multiTask({ trunk: nn.dense(3), heads: { low: nn.dense(1), high: nn.dense(1) } });
      const run = await fit(model, two, options({ loss, lossWeights: { low: 0.5 } }));
      return { state: model.state(), training: run.history.at(-1)?.training };
    };
    expect(await of({ low: squared, high: configured })).toEqual(await of({ low: mse(), high: mse() }));
  });
  test('in what looks at a loss', async () => {
    const { model } = await trained(squared);
    expect(sharpness(model, line, { std: 0.1 })).toBe(sharpness(model, line, { std: 0.1, loss: mse() }));
    expect(sharpness(model, line, { std: 0.1, loss: squared })).toBe(sharpness(model, line, { std: 0.1, loss: mse() }));
    const points = [squared, mse()].map((loss) => criticalPoint(model, line, { loss }));
    expect(points[0].eigenvalues).toEqual(points[1].eigenvalues);
    const suggestions = [squared, mse()].map((loss) => learningRateRange(model, line, { loss }).suggestion);
    expect(suggestions[0]).toBe(suggestions[1]);
    const attacked = [squared, mse()].map((loss) => fgsm({ epsilon: 0.1 })(model, loss, x, [0, 1, 2, 3, 4, 5]).data());
    expect(attacked[0]).toEqual(attacked[1]);
    const hardened = [squared, mse()].map((loss) =>
      trained(loss, { adversarial: adversarial({ attack: fgsm({ epsilon: 0.1 }), share: 0.5 }) }),
    );
    expect((await hardened[0]).model.state()).toEqual((await hardened[1]).model.state());
  });
  test('that takes outputs of another width than the targets', async () => {
    const nll = (output: Tensor, target: Tensor): Tensor => {
      const [mean, log] = [0, 1].map((i) => output.slice([0, i], [output.shape[0], i + 1]));
      return mean
        .sub(target.reshape([-1, 1]))
        .square()
        .div(log.exp())
        .add(log)
        .mean();
    };
    const step = trainStep(nn.sequential([nn.dense(2)]), { loss: nll, optimizer: adam({ learningRate: 0.05 }) });
    const first = step(x, [0, 1, 2, 3, 4, 5]);
    for (let i = 0; i < 20; i++) step(x, [0, 1, 2, 3, 4, 5]);
    expect(step(x, [0, 1, 2, 3, 4, 5])).toBeLessThan(first);
  });
  test('whose targets keep their shape where it is no matter of axes of 1', () => {
    const shapes: unknown[] = [];
    const seen = (output: Tensor, target: Tensor): Tensor => {
      shapes.push([output.shape, target.shape]);
      return output.square().mean();
    };
    const step = (model: nn_, y: number[] | number[][] | number[][][]) =>
      trainStep(model, { loss: seen, optimizer: adam() })(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        y,
      );
    step(network(), [1, 2, 3]);
    step(network(), [[1], [2], [3]]);
    step(nn.sequential([nn.dense(1), (t) => t.reshape([-1])]), [[1], [2], [3]]);
    step(nn.sequential([nn.dense(3)]), [0, 1, 2]);
    expect(shapes).toEqual([
      [
        [3, 1],
        [3, 1],
      ],
      [
        [3, 1],
        [3, 1],
      ],
      [[3], [3]],
      [[3, 3], [3]],
    ]);
  });
  test('and knows no weights of rows', async () => {
    const weighted = line.with({ weights: new Float32Array(6).fill(2) });
    const refused = fit(network(), weighted, options());
    await expect(refused).rejects.toThrow(UnsupportedError);
    await expect(refused).rejects.toThrow(
      'fit: the set has weights or a mask, which the loss squared does not take; leave them out',
    );
  });
});
type nn_ = ReturnType<typeof nn.sequential>;

const rows = (output: Tensor, target: Tensor): Tensor => output.sub(target).square();
const step = (loss: unknown, y: number[] | number[][] = [1, 2], units = 1) =>
  trainStep(nn.sequential([nn.dense(units)]), { loss: loss as never, optimizer: adam() })([[1], [2]], y);
describe('a loss that gives no single number says what it gives', () => {
  test.each<[string, () => unknown, new (m: string) => Error, string]>([
    [
      'a number for each row',
      () => step(rows),
      ShapeError,
      "the loss 'rows' returns [2, 1] for output [2, 1] and target [2, 1]; it must return one number: end it with .mean()",
    ],
    [
      'shapes that were broadcast',
      () => step(rows, [1, 2], 2),
      ShapeError,
      "the loss 'rows' returns [2, 2] for output [2, 2] and target [2]; it must return one number: end it with .mean()",
    ],
    [
      'nothing',
      () => step(() => undefined),
      OptionError,
      "the loss 'loss' returns undefined for output [2, 1] and target [2, 1]; it must return one number, as a tensor",
    ],
    [
      'a number that is no tensor',
      () => step((o: Tensor) => o.size),
      OptionError,
      "the loss 'loss' returns 2 for output [2, 1] and target [2, 1]; it must return one number, as a tensor",
    ],
    [
      'a promise',
      () => step(async (o: Tensor, t: Tensor) => squared(o, t)),
      OptionError,
      "the loss 'loss' returns a Promise for output",
    ],
  ])('%s', (_, attempt, type, text) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(text);
  });
  test('in fit and evaluate too', async () => {
    const text =
      "the loss 'rows' returns [4, 1] for output [4, 1] and target [4, 1]; it must return one number: end it with .mean()";
    await expect(fit(network(), line, options({ loss: rows }))).rejects.toThrow(text);
    const model = network().build([1]);
    expect(() => evaluate(model, line, { loss: rows })).toThrow("the loss 'rows' returns [6, 1] for output");
  });
});

describe('what is no loss or optimizer is refused in words', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ loss: undefined }, 'trainStep: loss is missing; give one such as crossEntropy() or mse()'],
    [{ loss: null }, 'trainStep: loss is missing; give one such as crossEntropy() or mse()'],
    [{ loss: 'mse' }, "trainStep: loss is the string 'mse'; write a call, without quotes: loss: mse()"],
    [{ loss: 'a name' }, "trainStep: loss is 'a name'; give one such as crossEntropy() or mse()"],
    [{ loss: mse }, 'trainStep: loss is the factory mse itself; call it: loss: mse()'],
    [{ loss: crossEntropy }, 'trainStep: loss is the factory crossEntropy itself; call it: loss: crossEntropy()'],
    [{ loss: 3 }, 'trainStep: loss is 3; give one such as crossEntropy() or mse()'],
    [{ loss: { a: 'mse' } }, "trainStep: loss.a is the string 'mse'; write a call, without quotes: loss.a: mse()"],
    [
      { optimizer: undefined },
      'trainStep: optimizer is missing; give one such as adam() or sgd({ learningRate: 0.1 })',
    ],
    [
      { optimizer: 'adam' },
      "trainStep: optimizer is the string 'adam'; write a call, without quotes: optimizer: adam()",
    ],
    [{ optimizer: adam }, 'trainStep: optimizer is the factory adam itself; call it: optimizer: adam()'],
    [{ optimizer: sgd }, 'trainStep: optimizer is a function; give one such as adam() or sgd({ learningRate: 0.1 })'],
    [{ optimizer: mse() }, 'trainStep: optimizer is a function; give one such as adam() or sgd({ learningRate: 0.1 })'],
    [{ optimizer: {} }, 'trainStep: optimizer is an Object; give one such as adam() or sgd({ learningRate: 0.1 })'],
  ])('%j', (given, text) => {
    const attempt = () => trainStep(network(), { loss: mse(), optimizer: adam(), ...given } as never);
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow(text);
  });
  test('in fit and evaluate too', async () => {
    const text = "loss is the string 'mse'; write a call, without quotes: loss: mse()";
    await expect(fit(network(), line, options({ loss: 'mse' as never }))).rejects.toThrow(`fit: ${text}`);
    expect(() => evaluate(network().build([1]), line, { loss: 'mse' as never })).toThrow(`evaluate: ${text}`);
    expect(() => sharpness(network().build([1]), line, { std: 1, loss: mse as never })).toThrow(
      'sharpness: loss is the factory mse itself; call it: loss: mse()',
    );
  });
  test('a function of two arguments is not called to find out', () => {
    let calls = 0;
    const counting = (o: Tensor, t: Tensor): Tensor => {
      calls++;
      return squared(o, t);
    };
    trainStep(network(), { loss: counting, optimizer: adam() });
    expect(calls).toBe(0);
  });
});

test('losses take lists where they take tensors', () => {
  expect(mse()([[1], [2]], [[1], [3]]).item()).toBe(0.5);
  expect(mse()([[1], [2]], [1, 3]).item()).toBe(0.5);
  expect(mse()(tensor([[1], [2]]), Float32Array.of(1, 3), [1, 0]).item()).toBe(0);
  const logits = [
    [2, 1],
    [0, 3],
  ];
  expect(crossEntropy()(logits, [0, 1]).item()).toBe(crossEntropy()(tensor(logits), tensor([0, 1])).item());
});

describe("classWeights 'balanced'", () => {
  const points = { x: [[0], [1], [2], [3], [4], [5]], y: Int32Array.of(0, 0, 0, 0, 1, 2) };
  const data = dataset({ ...points, classes: 3 });
  /** n/(k·n_c), as scikit-learn's compute_class_weight('balanced') gives them for these labels. */
  const weights = [0.5, 2, 2];
  const three = () => nn.sequential([nn.dense(3)]);
  const fitted = async (classWeights: number[] | 'balanced', set = data, more: Partial<FitOptions> = {}) => {
    const model = three();
    const run = await fit(model, set, options({ loss: crossEntropy({ classWeights }), batchSize: 2, ...more }));
    return { model, run };
  };
  test('are those of the training set, in fit and in evaluate after it', async () => {
    const [mine, theirs] = [await fitted('balanced'), await fitted(weights)];
    expect(mine.model.state()).toEqual(theirs.model.state());
    const other = dataset({ x: [[1], [2], [6]], y: Int32Array.of(1, 2, 2), classes: 3 });
    expect(evaluate(mine.model, other)).toEqual(evaluate(theirs.model, other));
    const validated = await fitted('balanced', data, { validation: other });
    expect(validated.run.history.at(-1)?.validation).toEqual(evaluate(theirs.model, other));
    expect(sharpness(mine.model, other, { std: 0.1 })).toBe(sharpness(theirs.model, other, { std: 0.1 }));
  });
  test('are those of a set that is given with the loss', async () => {
    const { model } = await fitted('balanced');
    const [balanced, given] = [crossEntropy({ classWeights: 'balanced' }), crossEntropy({ classWeights: weights })];
    expect(evaluate(model, data, { loss: balanced })).toEqual(evaluate(model, data, { loss: given }));
    expect(learningRateRange(model, data, { loss: balanced }).losses).toEqual(
      learningRateRange(model, data, { loss: given }).losses,
    );
  });
  test('of rows of shares, of sequences, of rows that have their target', async () => {
    const hot = dataset({ x: points.x, y: Array.from(points.y, (label) => [0, 1, 2].map((k) => Number(k === label))) });
    expect((await fitted('balanced', hot)).model.state()).toEqual((await fitted(weights, hot)).model.state());
    const words = dataset({
      x: points.x,
      y: [
        [0, 0],
        [0, 0],
        [1, 2],
        [0, 0],
        [0, 0],
        [2, 1],
      ],
    });
    const tagger = nn.sequential([nn.dense(6), (t) => t.reshape([-1, 2, 3])]).build([1]);
    const judged = (classWeights: number[] | 'balanced') =>
      evaluate(tagger, words, { loss: crossEntropy({ classWeights }) });
    expect(judged('balanced')).toEqual(judged([0.5, 2, 2]));
    const some = dataset({
      x: points.x,
      y: { kind: points.y },
      classes: { kind: 3 },
      mask: { kind: [1, 1, 1, 1, 1, 0] },
    });
    const heads = async (classWeights: number[] | 'balanced') => {
      const model = nn.multiTask({ trunk: nn.dense(2), heads: { kind: nn.dense(3) } });
      await fit(model, some, options({ loss: { kind: crossEntropy({ classWeights }) } }));
      return model.state();
    };
    expect(await heads('balanced')).toEqual(await heads([5 / 8, 5 / 2, 5 / 2]));
  });
  test('give a class without rows the weight of one with a single row', async () => {
    const two = dataset({ ...points, y: Int32Array.of(0, 0, 0, 0, 1, 1), classes: 3 });
    expect((await fitted('balanced', two)).model.state()).toEqual((await fitted([0.75, 1.5, 3], two)).model.state());
  });
  test('need a set: by hand and in a step there is none', () => {
    const text =
      "crossEntropy: classWeights 'balanced' are those of a data set, which is not known here; give numbers, or train with fit";
    const loss = crossEntropy({ classWeights: 'balanced' });
    expect(() => loss([[1, 2]], [1])).toThrow(text);
    expect(() => trainStep(three(), { loss, optimizer: adam() })([[1]], [1])).toThrow(text);
  });
  test.each([
    ['even', "classWeights is 'even'; it must be 'balanced', or finite numbers from 0, one for each class"],
    [[], 'classWeights is []; it must be'],
    [[1, -1], 'classWeights is [1, -1]; it must be'],
    [[1, Number.NaN], 'classWeights is [1, NaN]; it must be'],
    [[1, '2'], "classWeights is [1, '2']; it must be"],
    [{ 0: 1, 1: 2 }, 'classWeights is an Object; it must be'],
    [null, 'classWeights is null; it must be'],
    [2, 'classWeights is 2; it must be'],
  ])('%j is refused', (classWeights, text) => {
    const attempt = () => crossEntropy({ classWeights: classWeights as never });
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow(`crossEntropy: ${text}`);
  });
});
