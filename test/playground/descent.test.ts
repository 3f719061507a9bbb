import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../playground/session.js';
import { type State, stateOf } from '../../playground/state.js';
import { descent as words } from '../../playground/strings/en/descent.js';
import { descentEngine } from '../../playground/tabs/descent/engine.js';
import { curve, surface } from '../../playground/tabs/descent/picture.js';
import { functionOf, optimizerOf } from '../../playground/tabs/descent/race.js';
import { chosen, DESCENT } from '../../playground/tabs/descent/spec.js';
import { best, contraction, groundOf, region, startOf, SURFACES } from '../../playground/tabs/descent/surfaces.js';
import { THEMES } from '../../playground/theme.js';
import { clip, criticalPoint, descend, surfaces, tensor } from '../../src/index.js';
import { printed } from './programs.js';

const session = new Session(descentEngine());
afterAll(() => session.engine.dispose());
const ran = (state: State, steps?: number): Session => {
  session.reset(state);
  session.advance(steps ?? session.engine.length);
  return session;
};
const presets = DESCENT.presets.map(({ name }) => [name] as const);

test.each(DESCENT.presets.map(({ name, verdict }) => [name, verdict] as const))(
  'the preset %s reaches the verdict "%s", which has words',
  (name, verdict) => {
    expect(ran(stateOf(DESCENT, name)).engine.verdict()).toMatchObject({ kind: verdict });
    expect(words.presets[name].look).toMatch(/\.$/);
    expect(words.verdicts[verdict]).toMatch(/\.$/);
  },
);

test.each(presets)('the steps of %s are those of descend, bit by bit', (name) => {
  const state = stateOf(DESCENT, name);
  const { engine } = ran(state, 30);
  const ends = chosen(state).map(
    (method) =>
      descend(functionOf(state).f, optimizerOf(state, method).made, {
        start: startOf(state),
        steps: 30,
        ...(state.clip ? { clip: clip.globalNorm(Number(state.clip)) } : {}),
        noise: Number(state.noise),
        seed: Number(state.seed),
      }).points.at(-1) as number[],
  );
  expect(engine.parameters().map((point) => [...point])).toEqual(ends);
});

test.each([['race'], ['noise'], ['ring'], ['over-the-edge']])('the program of %s prints its hash', async (name) => {
  const run = ran(stateOf(DESCENT, name), 40);
  expect(await printed(run.program())).toBe(run.hash());
});

test('going back and forth gives the same bits', () => {
  const run = ran(stateOf(DESCENT, 'noise'));
  const end = run.hash();
  run.seek(17);
  const early = run.hash();
  run.advance(1000);
  run.seek(150);
  expect(run.hash()).toBe(end);
  expect(early).not.toBe(end);
  expect(ran(stateOf(DESCENT, 'noise'), 17).hash()).toBe(early);
});

test('another method to look at does not begin the run again, another rate does', () => {
  const state = stateOf(DESCENT, 'race');
  const run = ran(state, 20);
  run.change({ ...state, focus: 'adam' });
  expect(run.engine.step).toBe(20);
  expect(run.engine.frame(['focus']).numbers).toHaveProperty('sNext1');
  run.change({ ...state, focus: 'adam', sgdRate: 0.001 });
  expect(run.engine.step).toBe(0);
});

test('without a method the run ends at once', () => {
  const none = Object.fromEntries(chosen(stateOf(DESCENT, 'race')).map((method) => [method, false]));
  const { engine } = ran({ ...stateOf(DESCENT, 'race'), ...none });
  expect([engine.step, engine.ended, engine.verdict()]).toEqual([0, true, undefined]);
  expect(engine.frame(['focus']).arrays.points).toHaveLength(0);
});

describe('what the page draws is the library’s surface', () => {
  test.each(SURFACES.map((name) => [name]))('%s', (name) => {
    const state = { ...stateOf(DESCENT, 'race'), surface: name, condition: 7 };
    const { f, domain, minima, saddles } = groundOf(state);
    const library = functionOf(state).f;
    for (const [u, v] of [
      [0.1, 0.9],
      [0.37, 0.21],
      [0.66, 0.5],
      [0.93, 0.08],
    ]) {
      const [x, y] = [u, v].map((share, i) => domain[i][0] + share * (domain[i][1] - domain[i][0]));
      const value = library(tensor([x, y])).item();
      expect(Math.abs(f(x, y) - value)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(value)) * 10);
    }
    const known = name === 'bowl' ? undefined : surfaces[(name === 'ravine' ? 'quadratic' : name) as 'saddle'];
    if (known)
      expect({ domain, minima, saddles }).toEqual({
        domain: known.domain,
        minima: known.minima,
        saddles: known.saddles,
      });
  });
});

describe('the eigenvalues are those of criticalPoint', () => {
  test.each([['two-wells'], ['ridge'], ['race'], ['cliff']])('%s', (name) => {
    const state = stateOf(DESCENT, name);
    const { engine } = ran(state, 5);
    const { point1, point2, eigenvalue1, eigenvalue2 } = engine.frame(['focus']).numbers;
    const { eigenvalues } = criticalPoint(functionOf(state).f, [point1, point2]);
    [eigenvalue1, eigenvalue2].forEach((value, i) =>
      expect(Math.abs(value - eigenvalues[i])).toBeLessThan(1e-4 * Math.max(1, Math.abs(eigenvalues[1]))),
    );
  });
});

describe('momentum on the bowl', () => {
  const momentumOnly = { sgd: false, nesterov: false, adagrad: false, rmsprop: false, adam: false };
  // Polyak's region 0 ≤ α < 1, 0 < ε < 2(1 + α)/L, at its edge and in its corners.
  test.each([
    [0.04, 0, true],
    [0.0495, 0, true],
    [0.0505, 0, false],
    [0.0949, 0.9, true],
    [0.0955, 0.9, false],
    [0.0745, 0.5, true],
    [0.0755, 0.5, false],
  ])('ε %f and α %f: converges %s', (momentumRate, alpha, converges) => {
    const state = {
      ...stateOf(DESCENT, 'knife-edge'),
      ...momentumOnly,
      momentum: true,
      x: 3,
      y: 3,
      momentumRate,
      alpha,
    };
    const [point] = ran(state, 1000).engine.parameters();
    expect(Math.hypot(...point) < 1e-3).toBe(converges);
    expect(Math.max(contraction(momentumRate, alpha, 1), contraction(momentumRate, alpha, 40)) < 1).toBe(converges);
  });

  test('the error shrinks by the contraction per step', () => {
    const state = {
      ...stateOf(DESCENT, 'knife-edge'),
      ...momentumOnly,
      condition: 1,
      x: 3,
      y: 0,
      momentumRate: 0.01,
      alpha: 0.5,
    };
    const [[early], [late]] = [100, 150].map((steps) => ran(state, steps).engine.parameters()[0]);
    expect((late / early) ** (1 / 50)).toBeCloseTo(contraction(0.01, 0.5, 1), 5);
  });

  test('the best rate and momentum have the contraction √α, and every other pair is slower', () => {
    const [mu, most] = [1, 40];
    const { rate, momentum } = best(mu, most);
    const worst = (r: number, m: number): number => Math.max(contraction(r, m, mu), contraction(r, m, most));
    expect(worst(rate, momentum)).toBeCloseTo((Math.sqrt(40) - 1) / (Math.sqrt(40) + 1), 6);
    for (let i = 1; i < 40; i++)
      for (let j = 0; j < 40; j++) expect(worst((i / 40) * 0.1, j / 40)).toBeGreaterThan(worst(rate, momentum) - 1e-9);
  });

  test('the corners of a region have its contraction, and there is none below the best', () => {
    for (const rho of [0.95, 0.9, 0.8])
      for (const [rate, momentum] of region(1, 40, rho))
        expect(Math.max(contraction(rate, momentum, 1), contraction(rate, momentum, 40))).toBeCloseTo(rho, 6);
    expect(region(1, 40, 0.72)).toEqual([]);
  });
});

test('pictures have no number that is none, before, during and after a divergence', () => {
  const state = { ...stateOf(DESCENT, 'over-the-edge'), sgdRate: 5, steps: 200 };
  for (const steps of [0, 20, 200]) {
    const frame = ran(state, steps).engine.frame(['focus']);
    const pictures = [
      surface({ state, frame, theme: THEMES.dark, size: 400, title: 'a "title" <of> it' }),
      curve(state, frame, THEMES.light, 400, 200, 'curve'),
    ];
    for (const picture of pictures) {
      expect(picture).not.toMatch(/NaN|Infinity|undefined/);
      expect(picture).not.toContain('<of>');
    }
  }
});
