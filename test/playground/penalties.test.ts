import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../playground/session.js';
import { type State, stateOf } from '../../playground/state.js';
import { penalties as words } from '../../playground/strings/en/penalties.js';
import {
  bowlFrom,
  type Kind,
  lambdaFor,
  lasso,
  lossAt,
  normOf,
  type Pair,
  ridge,
  solve,
} from '../../playground/tabs/penalties/bowl.js';
import { penaltiesEngine } from '../../playground/tabs/penalties/engine.js';
import { panel } from '../../playground/tabs/penalties/picture.js';
import { PENALTIES } from '../../playground/tabs/penalties/spec.js';
import { THEMES } from '../../playground/theme.js';
import { printed } from './programs.js';

const session = new Session(penaltiesEngine());
afterAll(() => session.engine.dispose());
const ran = (state: State, steps?: number): Session => {
  session.reset(state);
  session.advance(steps ?? session.engine.length);
  return session;
};
const first = stateOf(PENALTIES, 'corner');

test.each(PENALTIES.presets.map(({ name, verdict }) => [name, verdict] as const))(
  'the preset %s reaches the verdict "%s", which has words',
  (name, verdict) => {
    expect(ran(stateOf(PENALTIES, name)).engine.verdict()).toMatchObject({ kind: verdict });
    expect(words.presets[name].look).toMatch(/\.$/);
    expect(words.verdicts[verdict]).toMatch(/\.$/);
  },
);

test.each(PENALTIES.presets.map(({ name }) => [name]))('the program of %s prints its hash', async (name) => {
  const run = ran(stateOf(PENALTIES, name), 50);
  expect(await printed(run.program())).toBe(run.hash());
});

test('going back and forth gives the same bits, and the cloud changes none of them', () => {
  const run = ran(first, 20);
  const early = run.hash();
  run.change({ ...first, cloud: true });
  run.advance(80);
  const end = run.hash();
  run.seek(20);
  expect(run.hash()).toBe(early);
  run.advance(80);
  expect(run.hash()).toBe(end);
  expect(ran(first, 100).hash()).toBe(end);
});

// With a diagonal Hessian the solutions are known (Goodfellow et al. 2016, 7.13 and 7.23): wᵢ = hᵢwᵢ*/(hᵢ + λ) with L2, and
// sign(wᵢ*) max(|wᵢ*| − λ/hᵢ, 0) with L1.
describe.each([
  ['λ 0', 2, -1, 4, 0],
  ['λ 0.5', 2, -1, 4, 0.5],
  ['λ 2.5', 2, -1, 4, 2.5],
  ['λ 5', 2, -1, 4, 5],
  ['an optimum on an axis', 0, 3, 2, 1],
] as const)('%s', (_, w1, w2, stretch, lambda) => {
  const curvature = [1, stretch];
  const [one, two] = [
    [w1, w2].map((w, i) => Math.sign(w) * Math.max(Math.abs(w) - lambda / curvature[i], 0) + 0),
    [w1, w2].map((w, i) => (curvature[i] * w) / (curvature[i] + lambda)),
  ];
  test('training arrives at the formulas', () => {
    const { engine } = ran({ ...first, w1, w2, stretch, angle: 0, lambda }, 400);
    const weights = engine.parameters();
    [one, two].forEach((w, i) => w.forEach((value, j) => expect(weights[i][j]).toBeCloseTo(value, 5)));
    one.forEach((value, j) => value === 0 && expect(weights[0][j] + 0).toBe(0));
  });
  test('so do the solutions that are drawn', () => {
    const bowl = bowlFrom([w1, w2], 0, stretch);
    lasso(bowl, lambda).forEach((value, j) => expect(value).toBeCloseTo(one[j], 10));
    ridge(bowl, lambda).forEach((value, j) => expect(value).toBeCloseTo(two[j], 10));
  });
});

describe.each([
  [20, 4, 1.5],
  [-45, 20, 0.5],
  [70, 8, 3],
])('a bowl turned by %i degrees', (angle, stretch, lambda) => {
  const bowl = bowlFrom([1.3, 2.2], angle, stretch);
  test.each(['l1', 'l2'] as const)('%s: no weights nearby have a smaller value', (kind: Kind) => {
    const w = solve(kind, bowl, lambda);
    const value = ([a, b]: Pair): number =>
      lossAt(bowl, [a, b]) + (kind === 'l1' ? lambda * normOf('l1', [a, b]) : (lambda / 2) * (a * a + b * b));
    for (let i = 0; i < 64; i++)
      for (const far of [1e-3, 0.1, 1]) {
        const turn = (2 * Math.PI * i) / 64;
        expect(value([w[0] + far * Math.cos(turn), w[1] + far * Math.sin(turn)])).toBeGreaterThan(value(w));
      }
  });
  test.each(['l1', 'l2'] as const)('%s: the radius and its λ have the same solution, in training too', (kind: Kind) => {
    const radius = 0.8;
    const w = solve(kind, bowl, lambdaFor(kind, bowl, radius));
    expect(normOf(kind, w)).toBeCloseTo(radius, 8);
    const state = { ...first, form: 'ball', radius, w1: 1.3, w2: 2.2, angle, stretch };
    const weights = ran(state, 1000).engine.parameters()[kind === 'l1' ? 0 : 1];
    w.forEach((value, j) => expect(weights[j]).toBeCloseTo(value, 3));
  });
});

test('an optimum within the ball stays where it is', () => {
  const bowl = bowlFrom([0.3, 0.2], 10, 5);
  expect(lambdaFor('l1', bowl, 1)).toBe(0);
  expect(solve('l2', bowl, 0).map((x) => Number(x.toFixed(12)))).toEqual([0.3, 0.2]);
});

test('of 1,000 random bowls many have a zero with L1 and none with L2; more with a larger λ', () => {
  const shares = [0.5, 2, 8].map((lambda) => ran({ ...first, cloud: true, lambda }, 0).engine.frame([]).numbers);
  expect(shares.map(({ l2 }) => l2)).toEqual([0, 0, 0]);
  expect(shares[0].l1).toBeGreaterThan(5);
  expect(shares[1].l1).toBeGreaterThan(shares[0].l1);
  expect(shares[2].l1).toBeGreaterThan(shares[1].l1);
});

test.each(['l1', 'l2'] as const)('the picture of %s has no number that is none', (kind) => {
  for (const [w1, angle, lambda] of [
    [0, 0, 0],
    [-3.5, -90, 20],
    [3.5, 90, 1],
  ]) {
    const input = {
      kind,
      bowl: bowlFrom([w1, 0], angle, 4),
      lambda,
      walked: [1, 2],
      theme: THEMES.light,
      size: 300,
      title: 't',
    };
    expect(panel(input)).not.toMatch(/NaN|Infinity|undefined/);
    expect(panel({ ...input, cloud: [[0, 1]] })).not.toMatch(/NaN|Infinity|undefined/);
  }
});
