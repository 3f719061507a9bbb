import { expect, test } from 'vitest';
import * as R from '../../src/index.js';
import * as optim from '../../src/optim/index.js';
import { pictures } from '../../src/pictures/index.js';
import { type AlgorithmName, algorithmOf, NAMES, type UpdateName, UPDATES } from '../../src/pictures/algorithms.js';
import { type Calls, runLines, type Scope } from './formulas.js';
import { elementsOf } from './xml.js';

/** J(θ) = θ² − θ + θ⁴/10, and its derivative. */
const J = (x: R.Tensor): R.Tensor => x.square().sub(x).add(x.square().square().mul(0.1)).sum();
const slope = (x: number): number => 2 * x - 1 + 0.4 * x * x * x;
const moments = { ε: 0.05, β_1: 0.8, β_2: 0.95, δ: 1e-3 };
const adamOptions = { learningRate: 0.05, beta1: 0.8, beta2: 0.95, delta: 1e-3 };
const sgd = R.sgd({ learningRate: 0.05 });

/** Each optimizer as the package has it, and the values of the letters of its box. */
const ROWS: Record<UpdateName, { optimizer: R.Optimizer; values: Record<string, number> }> = {
  sgd: { optimizer: sgd, values: { ε: 0.05 } },
  momentum: { optimizer: R.sgd({ learningRate: 0.05, momentum: 0.7 }), values: { ε: 0.05, α: 0.7 } },
  nesterov: { optimizer: R.sgd({ learningRate: 0.05, momentum: 0.7, nesterov: true }), values: { ε: 0.05, α: 0.7 } },
  adagrad: { optimizer: R.adagrad({ learningRate: 0.2, delta: 0.01 }), values: { ε: 0.2, δ: 0.01 } },
  rmsprop: {
    optimizer: R.rmsprop({ learningRate: 0.05, rho: 0.8, delta: 0.01 }),
    values: { ε: 0.05, ρ: 0.8, δ: 0.01 },
  },
  adadelta: {
    optimizer: R.adadelta({ learningRate: 0.7, rho: 0.8, delta: 0.01 }),
    values: { ε: 0.7, ρ: 0.8, δ: 0.01 },
  },
  adam: { optimizer: R.adam(adamOptions), values: moments },
  adamw: { optimizer: R.adamw({ ...adamOptions, weightDecay: 0.3 }), values: { ...moments, λ: 0.3 } },
  adamax: { optimizer: R.adamax(adamOptions), values: moments },
  nadam: { optimizer: R.nadam({ ...adamOptions, momentumDecay: 0.1 }), values: { ...moments, ψ: 0.1 } },
  radam: { optimizer: R.radam(adamOptions), values: moments },
  lion: { optimizer: R.lion({ learningRate: 0.05, beta1: 0.8, beta2: 0.95 }), values: moments },
  lookahead: { optimizer: R.lookahead(sgd, { every: 3, share: 0.4 }), values: { c: 3, α: 0.4 } },
  sam: { optimizer: R.sam(sgd, { rho: 0.2 }), values: { ρ: 0.2 } },
};
const CALLS: Calls = {
  sign: Math.sign,
  max: Math.max,
  '∇J': slope,
  update: (theta, g) => theta - 0.05 * g,
};
const scopeOf = (values: Record<string, number>): Scope => new Map(Object.entries(values));

test.each(Object.entries(ROWS))(
  '%s: the lines of the box, run as they stand, are the updates of the package',
  (name, row) => {
    const { start, rules } = UPDATES[name as UpdateName];
    const steps = 20;
    const { points } = R.descend(J, row.optimizer, { start: [2], steps });
    const scope = scopeOf({ ...row.values, θ: 2 });
    if (start) runLines([start], scope, CALLS);
    for (let k = 1; k <= steps; k++) {
      scope.set('g', slope(scope.get('θ') as number));
      runLines(rules, scope, CALLS);
      expect(scope.get('θ')).toBeCloseTo(points[k][0], 4);
    }
  },
);
test('every optimizer of the package has a box', () => {
  const made = Object.entries(optim).flatMap(([name, f]) => {
    try {
      return 'base' in (f as () => object)() || 'learningRate' in (f as () => object)() ? [name] : [];
    } catch {
      return [];
    }
  });
  expect(made.length).toBeGreaterThan(7);
  expect([...made, 'sgd', 'sam', 'lookahead'].filter((name) => !NAMES.includes(name as AlgorithmName))).toEqual([]);
});

test('clipping: the lines of the box are those of the package', () => {
  const { points } = R.descend(J, sgd, { start: [2], steps: 12, clip: R.clip.globalNorm(0.5) });
  const scope = scopeOf({ v: 0.5, θ: 2 });
  for (let k = 1; k <= 12; k++) {
    scope.set('g', slope(scope.get('θ') as number));
    runLines(
      algorithmOf('clip')
        .lines.slice(3)
        .map((line) => line.slice(2)),
      scope,
      CALLS,
    );
    expect(scope.get('θ')).toBeCloseTo(points[k][0], 4);
  }
});
test.each([
  [[5, 4, 4.5, 3, 3.5, 3.2, 3.1, 2], 3],
  [[1, 2, 3, 4], 2],
  [[3, 2, 2, 2, 1, 5, 6, 7, 8], 4],
])('early stopping: the box stops where the package does, of the errors %j with patience %i', (errors, patience) => {
  const rule = R.earlyStopping({ patience });
  let [state, best, end] = [rule.init(), 0, 0];
  for (const [i, value] of errors.entries()) {
    const { state: next, improved, stop } = rule.update(state, value);
    state = next;
    if (improved) best = i + 1;
    end = i + 1;
    if (stop) break;
  }
  const scope = scopeOf({ n: 1, p: patience, θ_0: 0 });
  const hooks = [
    { line: /^train/, run: (s: Scope) => void s.set('θ', (s.get('i') as number) + 1) },
    { line: /the error of/, run: (s: Scope) => void s.set('v′', errors[(s.get('i') as number) - 1]) },
    { line: /^return/, run: () => undefined },
  ];
  runLines(algorithmOf('earlyStopping').lines, scope, {}, hooks);
  expect([scope.get('i^*'), scope.get('θ^*'), scope.get('i')]).toEqual([best, best, end]);
});
test('batch normalization: the lines of the box are what the layer computes, and what it keeps', () => {
  const x = [0.5, -1.25, 2, 3.5, 0.75];
  const model = R.nn.sequential([R.nn.batchNorm({ momentum: 0.2, eps: 0.01 })]).build([1]);
  model.load(
    Object.fromEntries(
      Object.entries({ weight: 1.5, bias: -0.25, running_mean: 0.3, running_var: 2 }).map(([name, value]) => [
        `0.${name}`,
        Float32Array.of(value),
      ]),
    ),
  );
  const rows = x.map((v) => [v]);
  const y = model(R.tensor(rows), { training: true }).data();
  R.trainStep(model, { loss: R.mse(), optimizer: R.sgd({ learningRate: 1e-9 }) })(rows, rows);
  const scope = new Map<string, number | readonly number[]>(
    Object.entries({ n: 5, γ: 1.5, β: -0.25, δ: 0.01, m: 0.2, M: 0.3, V: 2 }),
  );
  scope.set('x', x);
  runLines(algorithmOf('batchNorm').lines, scope, {}, [{ line: /^keep/, run: () => undefined }]);
  (scope.get('y') as number[]).forEach((v, i) => {
    expect(v).toBeCloseTo(y[i], 5);
  });
  const { '0.running_mean': mean, '0.running_var': variance } = model.state() as Record<string, ArrayLike<number>>;
  expect(scope.get('M')).toBeCloseTo(mean[0], 5);
  expect(scope.get('V')).toBeCloseTo(variance[0], 5);
  model.dispose();
});

test.each(NAMES)('%s: each line has its number, and all letters are in the picture', (name) => {
  for (const width of [160, 300, 480]) {
    const elements = elementsOf(pictures.algorithm(name, { width }).svg());
    const texts = elements.filter((e) => e.name === 'text');
    const numbers = texts
      .filter(({ attributes }) => attributes['text-anchor'] === 'end')
      .map(({ text }) => Number(text));
    expect(numbers).toEqual(algorithmOf(name).lines.map((_, i) => i + 1));
    const high = Number(elements[0].attributes.height);
    for (const { attributes } of texts) expect(Number(attributes.y)).toBeLessThan(high);
  }
});
test('letters that are lowered or raised return to the line', () => {
  for (const name of NAMES) {
    const texts = elementsOf(pictures.algorithm(name).svg()).filter((e) => e.name === 'text');
    for (const { text } of texts) expect(text).not.toMatch(/[$^_{}]|undefined/);
  }
  expect(pictures.algorithm('adam').text()).toContain('10    θ ← θ − ε ŝ/(√r̂ + δ)');
  expect(pictures.algorithm('adam').text()).toContain('ŝ ← s/(1 − β₁ᵏ)');
});
