import { expect, test } from 'vitest';
import * as diagnose from '../../src/diagnose/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { ridge } from '../../src/models/index.js';
import { polynomial } from '../../src/data/synthetic/index.js';
import * as nn from '../../src/nn/index.js';
import { adam, cosineDecay, scheduleCurve, sgd } from '../../src/optim/index.js';
import { table } from '../../src/readable.js';
import { tensor } from '../../src/tensor/create.js';
import { fit } from '../../src/train/index.js';
import '../../src/tensor/methods.js';
import { clouds } from '../train/problems.js';

const data = clouds(64);
const model = () => nn.sequential([nn.dense(4), nn.tanh(), nn.dense(2)]).build([2]);
const curve = polynomial({ n: 30, noise: 0.1, seed: 1 });
const sets = { train: curve.slice(0, 20), validation: curve.slice(20) };
const recipe = { loss: crossEntropy(), optimizer: adam(), epochs: 2 };

test.each<[string, () => object | Promise<object>, RegExp]>([
  ['learningRateRange', () => diagnose.learningRateRange(model(), data), /^suggested rate: \d.*\n.* ┤/],
  ['scheduleCurve', () => scheduleCurve(cosineDecay({ from: 1, steps: 10 }), 11), /^1\.000 ┤··/],
  [
    'criticalPoint',
    () =>
      diagnose.criticalPoint(
        (x) =>
          x
            .square()
            .mul(tensor([1, -1]))
            .sum(),
        [0, 0],
      ),
    /^a saddle: gradient norm 0\.0000, eigenvalues -2\.0000, 2\.0000$/,
  ],
  [
    'criticalPoint of many',
    () => diagnose.criticalPoint(model(), data),
    /^no critical point: gradient norm .*, eigenvalues .*, …, /,
  ],
  [
    'gradientNoise',
    () => diagnose.gradientNoise(model(), data, { batchSizes: [1, 16] }),
    /^batch size {2}standard error\n +1 .*\n +16 .*\nσ = .*, slope -0\.\d{4} \(−½/,
  ],
  [
    'inspectInitialization',
    () => diagnose.inspectInitialization(model(), data),
    /^layer +mean +std +dead +saturated +verdict\n0 dense +-?\d\.\d{4} .* healthy\n1 tanh/,
  ],
  [
    'capacityCurve',
    () => diagnose.capacityCurve((degree) => ridge({ lambda: 0, polynomial: { degree } }), [1, 3], sets),
    /^capacity {2}training error {2}validation error\n +1 +\d\.\d{4} +\d\.\d{4}\n +3/,
  ],
  [
    'regularizationPath',
    () => diagnose.regularizationPath((lambda) => ridge({ lambda }), [0.01, 1], sets),
    /^ +λ {2}training error {2}validation error +‖w‖ {2}zeros\n0\.0100/,
  ],
  ['lossLandscape', () => diagnose.lossLandscape(model(), data, { steps: 5 }), /┤.*\n.*-1 +1 α/s],
  [
    'lossLandscape of two',
    () => diagnose.lossLandscape(model(), data, { steps: 3, directions: 2 }),
    /^β \\ α +-1 +0 +1/,
  ],
  [
    'descend',
    () => diagnose.descend((x) => x.square().sum(), sgd({ learningRate: 0.25 }), { start: [1], steps: 2 }),
    /^2 updates from \[1\.0000\] with the value 1\.0000 to \[0\.2500\] with the value 0\.0625$/,
  ],
  ['activity', () => diagnose.activity(model(), data), /^layer +active\n0 dense +1/],
  ['sparsity', () => diagnose.sparsity(model()), /^6 of 22 parameters are 0: 27\.2727 %$/],
  ['gradientCheck', () => diagnose.gradientCheck((x) => x.square().sum(), tensor([1])), /^the gradient is right: /],
  ['diagnose', async () => diagnose.diagnose(await fit(model(), data, recipe)), /^verdict: /],
  ['a run', () => fit(model(), data, recipe), /^2 epochs: all epochs made/],
])('%s is text where text is wanted, and else what it was', async (_, make, text) => {
  const result = await make();
  expect(String(result)).toMatch(text);
  expect(`${result}`).not.toContain('[object');
  expect(Object.keys(result)).not.toContain('toString');
  expect(JSON.stringify(result)).not.toContain('toString');
  expect(Array.isArray(result) ? Object.assign([...result], { ...result }) : { ...result }).toEqual(result);
});

test('a table aligns its columns', () => {
  const rows = [
    ['name', 'n', 'share'],
    ['first', 1, 0.5],
    ['second', 20, 1e-7],
  ];
  expect(table(rows).split('\n')).toEqual(['name     n    share', 'first    1   0.5000', 'second  20  1.00e-7']);
});
