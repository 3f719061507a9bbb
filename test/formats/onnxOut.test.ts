import { describe, expect, test } from 'vitest';
import { toOnnx } from '../../src/formats/index.js';
import * as R from '../../src/index.js';
import { shaken } from './cases.js';

const { nn } = R;
const network = (): R.Model =>
  shaken(
    nn.sequential([nn.conv2d(4, 3, { activation: 'relu' }), nn.batchNorm(), nn.flatten(), nn.dense(2)]),
    [5, 4, 3],
    1,
  );

test('the same model gives the same bytes, from a file too', () => {
  const bytes = toOnnx(network());
  expect(toOnnx(network())).toEqual(bytes);
  expect(toOnnx(R.loadSafetensors(R.saveSafetensors(network())))).toEqual(bytes);
  expect(toOnnx(network(), { opset: 13 })).not.toEqual(bytes);
});
test('a file is little more than its numbers', () => {
  const model = shaken(nn.sequential([nn.dense(100), nn.dense(100)]), [100], 1);
  expect(toOnnx(model).length - 4 * 2 * 100 * 101).toBeLessThan(500);
});
test('a model of a thousand nested parts', () => {
  let model = nn.sequential([nn.dense(2)]);
  for (let i = 0; i < 1000; i++) model = nn.sequential([model]);
  expect(toOnnx(model.build([2])).length).toBeGreaterThan(0);
});

describe('what cannot be exported is named', () => {
  const own = (x: R.Tensor): R.Tensor => x.relu();
  test.each<[string, () => R.AnyModel, string]>([
    [
      'a function',
      () => nn.sequential([nn.dense(2), own]),
      "one part has no counterpart in ONNX: '1' (own: a function of your own)",
    ],
    [
      'an activation',
      () => nn.sequential([nn.sequential([nn.dense(2, { activation: own })])]),
      "'0.0' (dense: an activation of your own)",
    ],
    [
      'a function that computes',
      () => nn.defineModel({ a: nn.dense(2), b: nn.dense(1) }, ({ a, b }, x) => b(a(x).relu())),
      'one part has no counterpart in ONNX: the model (defineModel: a function of your own computes)',
    ],
    [
      'a function that computes its result',
      () => nn.sequential([nn.defineModel({ a: nn.dense(1) }, ({ a }, x) => a(x).relu())]),
      "one part has no counterpart in ONNX: '0' (defineModel: a function of your own computes)",
    ],
    ['a copy of a layer', () => nn.sequential([{ ...nn.relu(), call: own }]), "'0' (relu: a function of your own)"],
    ['nn.lambda', () => nn.graph([2], (x) => nn.lambda(own)(x)), "'lambda' (lambda: a function of your own)"],
    [
      'ops that mix examples',
      () =>
        nn.graph([2, 2], (x) => {
          const ops = [
            nn.op('flip')(x),
            nn.op('flip', { args: [[0, 1]] })(x),
            nn.op('cumsum', { args: [0] })(x),
            nn.op('sort', { args: [-3] })(x),
            nn.op('softmax', { args: [0] })(x),
            nn.op('slice', { args: [[-1], [-9], [-1]] })(x),
          ];
          return nn.add()(ops);
        }),
      "6 parts have no counterpart in ONNX: 'op' (op 'flip'), 'op2' (op 'flip'), 'op3' (op 'cumsum'), 'op4' (op 'sort'), 'op5' (op 'softmax') and 1 more; export the model up to there with model.upTo(path), or save it with saveSafetensors",
    ],
  ])('%s', (_, model, text) => {
    const built = model();
    if (!built.shape) built.build([2]);
    expect(() => toOnnx(built)).toThrow(R.UnsupportedError);
    expect(() => toOnnx(built)).toThrow(text);
  });
  test('what comes before can be exported', () => {
    const model = nn.sequential([nn.dense(2), own]).build([2]);
    expect(() => toOnnx(model)).toThrow('model.upTo(path)');
    expect(toOnnx(model.upTo('0')).length).toBeGreaterThan(0);
  });
});

test('wrong options and unfinished models', () => {
  const model = nn.sequential([nn.dense(2)]);
  expect(() => toOnnx(model)).toThrow(R.ShapeError);
  model.build([4]);
  expect(() => toOnnx(model, { opset: 18 } as never)).toThrow('toOnnx: opset is 18; it must be 17 or 13');
  expect(() => toOnnx(model, { input: 'nchw' } as never)).toThrow(R.OptionError);
  expect(() => toOnnx(model, { probability: true } as never)).toThrow(R.OptionError);
  expect(() => toOnnx(R.pipeline([R.standardize, model]) as R.Pipeline)).toThrow('the pipeline is not fitted yet');
  const step = { apply: (x: never) => x };
  expect(() => toOnnx(R.pipeline([step as never, model]) as R.Pipeline)).toThrow(
    'step 0 of the pipeline is of your own',
  );
  const images = nn.sequential([nn.conv2d(2, 1)]).build([3, 3, 1]);
  expect(() => toOnnx(images, { probabilities: true })).toThrow(R.ShapeError);
});
