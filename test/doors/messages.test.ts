import { describe, expect, test } from 'vitest';
import * as R from '../../src/index.js';

const { nn, tensor } = R;
const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const model = (): R.Model => nn.sequential([nn.dense(2)]).build([2]);
/** A call with arguments that its types forbid. */
const wrong = (f: unknown, ...args: unknown[]) => (f as (...a: unknown[]) => unknown)(...args);

describe('likely mistakes are named by their place', () => {
  test.each<[() => unknown, string]>([
    [() => wrong(tensor, ['1']), "tensor: element 0 is '1' (a string); give numbers"],
    [() => wrong(tensor, '5'), "tensor: values is '5' (a string); give numbers, in lists or as a tensor"],
    [() => wrong(tensor, [[1, null]]), 'tensor: row 0, column 1 is null; give numbers'],
    [() => wrong(tensor, [[[1], [undefined]]]), 'tensor: element [0, 1, 0] is undefined; give numbers'],
    [() => wrong(tensor, BigInt64Array.of(1n)), 'tensor: values is a BigInt64Array; give numbers'],
    [() => wrong(tensor, []), 'tensor: values is []: a list is empty, or contains itself'],
    [() => model().predict([['1', 2]] as never), "predict: row 0, column 0 is '1' (a string); give numbers"],
    [
      () =>
        model().predict([
          [1, 2],
          [null, 2],
        ] as never),
      'predict: row 1, column 0 is null; give numbers',
    ],
    [() => model().predict(null as never), 'predict: x is null; give numbers'],
    [() => model().predict({ x: 1, shape: 2, size: 3 } as never), 'predict: x is an Object; give numbers'],
    [() => model().classify('2' as never), "classify: x is '2' (a string); give numbers"],
    [() => wrong(model(), '2'), "model: x is '2' (a string); give numbers"],
    [() => wrong(model(), 2), 'model: x is a single number; give rows [n, …]'],
    [
      () => model().load(null as never),
      "load: state is null; it must be numbers by name, as a model's state() gives them",
    ],
    [
      () => model().load({ '0.weight': 'abcd', '0.bias': [1, 2] } as never),
      "load: 0.weight is 'abcd' (a string); give numbers",
    ],
    [
      () => wrong(nn.sequential([nn.dense(2)]).build, 'abc'),
      "build: the shape is 'abc'; give a list of whole sizes from 1 like [2, 3]",
    ],
    [
      () => wrong(nn.sequential([nn.dense(2)]).build, 2),
      'build: the shape is 2; give a list of whole sizes from 1 like [2, 3]',
    ],
    [() => wrong(R.full, [2], 'a'), "full: value is 'a'; it must be a number"],
    [() => wrong(R.full, [2]), 'full: value is undefined; it must be a number'],
    [() => R.sum(x, [1, 1]), 'sum: axis [1, 1] names an axis twice'],
    [() => wrong(x.reshape.bind(x), 3, 2), 'reshape: [2, 3] has 6 elements, which do not fill 3; give a list of sizes'],
    [() => R.concat([x, 2]), 'concat: [] does not fit [2, 3]'],
    [
      () => wrong(R.pad, x, [[1], [1]]),
      'pad: widths[0] is [1]; it must be a pair [before, after] of whole numbers from 0',
    ],
    [() => wrong(R.grad, 3), 'grad: f is 3; it must be a function of tensors that gives one number'],
    [
      () =>
        wrong(
          R.hvp((t) => t.square().sum()),
          x,
          2,
        ),
      'hvp: v is [], but x is [2, 3]; shapes must be equal',
    ],
    [() => R.adam({ beta1: 1 }), 'adam: beta1 is 1; it must be a number from 0 and below 1'],
    [() => R.crossEntropy()(x, tensor([0, 3])), 'crossEntropy: label 3 in row 1 is not a whole number from 0 to 2'],
    [() => wrong(R.valueAndGrad, () => x.sum(), { wrt: [nn.relu()] }), 'valueAndGrad: wrt is [a layer]; it must be'],
    [() => R.arange(1e15), 'arange: there is no memory for 1000000000000000 numbers'],
    [
      () => wrong(nn.dense, { units: 64 }),
      'dense: units is an Object; it must be a whole number from 1, before the options',
    ],
    [
      () => wrong(R.lookahead, 'adam'),
      "lookahead: the first argument is an optimizer, such as adam(); got 'adam'; call it: adam()",
    ],
  ])('%#', (attempt, text) => {
    expect(attempt).toThrow(text);
    expect(attempt).toThrow(R.RegulusError);
  });

  test('an array that contains itself is found before it is followed for ever', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => wrong(tensor, list)).toThrow('tensor: values is [[…]]: a list is empty, or contains itself');
  });
  test('what is shown of a value is short', () => {
    const attempt = () =>
      wrong(
        R.full,
        Array.from({ length: 1000 }, (_, i) => `size ${i}`),
        1,
      );
    expect(attempt).toThrow(/^full: the shape is \['size 0', .*…; give a list of whole sizes from 1 like \[2, 3\]$/);
  });
});

describe('what works where tensors are taken', () => {
  test('lists of numbers and typed arrays', () => {
    expect(R.sum([1, 2]).item()).toBe(3);
    expect(R.add([[1], [2]], Float32Array.of(10, 20)).toArray()).toEqual([
      [11, 21],
      [12, 22],
    ]);
    expect(x.mul([1, 0, 2]).toArray()).toEqual([
      [1, 0, 6],
      [4, 0, 12],
    ]);
    expect(
      (
        wrong(
          R.grad((t) => t.square().sum()),
          [1, 2],
        ) as R.Tensor
      ).toArray(),
    ).toEqual([2, 4]);
    const built = model();
    expect(built([[1, 2]], { training: false }).toArray()).toEqual(built.predict([[1, 2]]).toArray());
    built.dispose();
  });
  test('gradients of several models at once, by name for each', () => {
    const [one, two] = [model(), nn.sequential([nn.dense(1)]).build([2])];
    const f = (t: R.Tensor): R.Tensor => two(one(t)).square().mean();
    const rows = tensor([[1, 2]]);
    const { value, grads } = R.valueAndGrad(f, { wrt: [one, two] })(rows);
    const [first, second] = [R.valueAndGrad(f, { wrt: one })(rows), R.valueAndGrad(f, { wrt: two })(rows)];
    expect(value.item()).toBe(first.value.item());
    expect(grads.map((own) => Object.keys(own))).toEqual([Object.keys(first.grads), Object.keys(second.grads)]);
    for (const [own, alone] of [
      [grads[0], first.grads],
      [grads[1], second.grads],
    ])
      for (const [name, g] of Object.entries(own)) expect(g.data()).toEqual(alone[name].data());
    for (const each of [one, two]) each.dispose();
  });
});

describe('a tensor that is used as a number', () => {
  const t = tensor([1, 2]) as never as number;
  test.each<[string, () => unknown]>([
    ['t * 2', () => t * 2],
    ['t + 1', () => t + 1],
    ['Math.exp(t)', () => Math.exp(t)],
    ['t > 1', () => t > 1],
  ])('%s', (_, attempt) => {
    expect(attempt).toThrow(
      'a tensor [2] was used as a number; write x.mul(2) or x.exp(), or read its number with item()',
    );
    expect(attempt).toThrow(R.OptionError);
  });
  test('as text it shows its numbers', () => {
    expect(`${tensor([1, 2])}`).toBe('Tensor [2] [1, 2]');
    expect(String(tensor(3))).toBe('Tensor [] 3');
  });
});

describe('consoles', () => {
  const shownBy = (t: R.Tensor, name: string): unknown =>
    (t as never as Record<symbol, () => unknown>)[Symbol.for(name)]();
  test.each(['nodejs.util.inspect.custom', 'Deno.customInspect'])('show shape and numbers: %s', (name) => {
    expect(shownBy(tensor([1, 2]).mul(2), name)).toBe('Tensor [2] [2, 4]');
  });
  test('compute nothing while a function is traced', () => {
    const seen: unknown[] = [];
    const f = R.compile((t: R.Tensor) => {
      const y = t.mul(2);
      seen.push(shownBy(y, 'nodejs.util.inspect.custom'));
      return y;
    });
    expect(f(tensor([1, 2])).toArray()).toEqual([2, 4]);
    f.dispose();
    expect(seen).toEqual(['Tensor [2] (mul, not computed)']);
  });
  test('never throw', () => {
    const gone = model();
    const y = gone(tensor([[1, 2]]));
    gone.dispose();
    expect(shownBy(y, 'nodejs.util.inspect.custom')).toMatch(/^Tensor \[1, 2\] /);
  });
});

describe('names of other libraries', () => {
  test.each<[() => unknown, string]>([
    [
      () => wrong(nn.dropout, { rate: 0.2 }),
      "dropout: unknown option 'rate'; give keep = 1 − rate, the probability of being retained.",
    ],
    [() => wrong(nn.dropout, { p: 0.2 }), 'give keep = 1 − rate'],
    [() => wrong(R.sgd, { lr: 0.1 }), "sgd: unknown option 'lr'; did you mean 'learningRate'? Known"],
    [() => wrong(R.adam, { learning_rate: 0.1 }), "did you mean 'learningRate'?"],
    [() => wrong(R.adam, { eps: 1e-8 }), "did you mean 'delta'?"],
    [() => wrong(R.adam, { weight_decay: 0.1 }), 'give fit penalties: [l2(1e-4)].'],
    [() => wrong(R.adamw, { weight_decay: 0.1 }), "did you mean 'weightDecay'?"],
    [() => wrong(nn.conv2d, 8, 3, { kernelSize: 3 }), 'sizes stand before the options.'],
    [() => wrong(nn.dense, 8, { inputShape: [3] }), 'fit finds it, or model.build(shape).'],
    [() => wrong(nn.dense, 8, { activaton: 'relu' }), "did you mean 'activation'?"],
    [() => wrong(nn.dense, 8, { zzz: 1 }), "dense: unknown option 'zzz'. Known: init, bias, activation"],
  ])('%#', (attempt, text) => {
    expect(attempt).toThrow(text);
    expect(attempt).toThrow(R.OptionError);
  });
  test.each<[string, string]>([
    ['lr', 'it is an option of the optimizer. Known'],
    ['learningRate', 'it is an option of the optimizer'],
    ['validationSplit', 'take const { train, validation } = split(data).'],
    ['validation_data', "did you mean 'validation'?"],
    ['callbacks', 'there are onEpoch, onStep, stop and logger.'],
    ['batch_size', "did you mean 'batchSize'?"],
  ])('fit: %s', async (name, text) => {
    const data = R.dataset({ x: [[1], [2]], y: [1, 2] });
    const options = { loss: R.mse(), optimizer: R.adam(), epochs: 1, [name]: 1 };
    await expect(R.fit(nn.sequential([nn.dense(1)]), data, options)).rejects.toThrow(text);
  });
});
