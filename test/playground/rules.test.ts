import { expect, test } from 'vitest';
import { type State, stateOf } from '../../playground/state.js';
import { updateOf as ofMethod } from '../../playground/tabs/descent/view.js';
import { DESCENT, type Method } from '../../playground/tabs/descent/spec.js';
import { updateOf } from '../../playground/tabs/plane/rule.js';
import { PLANE } from '../../playground/tabs/plane/spec.js';
import { linesOf } from '../../playground/tabs/shared/mathml.js';
import { sessionOf } from './engines.js';

const first = stateOf(PLANE, 'spirals');
const OPTIMIZERS = PLANE.fields.flatMap((field) =>
  field.key === 'optimizer' && 'options' in field ? field.options : [],
);
const ROWS: readonly (readonly [string, State, number])[] = [
  ...OPTIMIZERS.flatMap((optimizer) =>
    [0, 1, 37].map((steps) => [`${optimizer} after ${steps} steps`, { optimizer }, steps] as const),
  ),
  ['L2', { l2: 0.3, optimizer: 'momentum' }, 20],
  ['a clipped gradient', { clip: 0.05, optimizer: 'sgd' }, 20],
  ['both', { l2: 0.3, clip: 0.05 }, 20],
  ['L1', { l1: 0.05 }, 20],
  ['max-norm', { maxNorm: 0.5, rate: 0.05 }, 30],
  ['a schedule, dropout and noise', { schedule: 'cosine', keep: 0.8, weightNoise: 0.1, inputNoise: 0.1 }, 50],
];
test.each(ROWS)(
  'with %s, the lines come to what the engine computes next, and change nothing',
  async (_, more, steps) => {
    const session = await sessionOf('plane');
    const state = { ...first, ...more };
    session.reset(state);
    session.advance(steps);
    const hash = session.hash();
    for (const [parameter, index] of [
      [0, 0],
      [0, 13],
      [2, 5],
      [4, 3],
    ]) {
      const { numbers } = session.engine.frame([`rule:${parameter}:${index}`]);
      const lines = updateOf(state, numbers);
      expect(lines.length).toBeGreaterThan(1);
      for (const { rule, filled } of lines) expect(rule + filled).not.toMatch(/NaN|undefined|∞/);
      const last = (name: string) =>
        lines.findLast(({ rule }) => rule.startsWith(`<math displaystyle="true" alttext="${name} ←`))?.value[0];
      for (const [key, value] of Object.entries(numbers).filter(([name]) => name.startsWith('after.')))
        expect(Math.abs((last(key.slice(6)) as number) - value), key).toBeLessThan(
          2e-6 * Math.max(0.1, Math.abs(value)),
        );
    }
    expect(session.hash()).toBe(hash);
    const seen = session.engine.frame(['rule:0:3', 'weights']).numbers;
    session.advance(1);
    expect(session.engine.frame(['weights']).arrays.weights[3]).toBe(seen['after.θ']);
    const alone = await sessionOf('plane');
    alone.reset(state);
    alone.advance(steps + 1);
    expect(session.hash()).toBe(alone.hash());
  },
);

test('there are no lines where there is no next update', async () => {
  const session = await sessionOf('plane');
  const state = { ...first, data: 'own' };
  session.reset(state);
  expect(updateOf(state, session.engine.frame(['rule:0:0']).numbers)).toEqual([]);
  for (const want of ['rule:9:0', 'rule:0:999', 'rule:x:y']) {
    session.reset(first);
    expect(updateOf(first, session.engine.frame([want]).numbers)).toEqual([]);
  }
});

test.each(
  ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam'].flatMap((focus) => [
    { focus },
    { focus, alpha: 0 },
    { focus, clip: 0.5, noise: 0.1 },
  ]),
)('in descent, the lines of $focus come to the next point', async (more) => {
  const session = await sessionOf('descent');
  const state = { ...stateOf(DESCENT, 'race'), ...more };
  session.reset(state);
  session.advance(7);
  const { numbers } = session.engine.frame(['focus']);
  const lines = ofMethod(state, more.focus as Method, 7, numbers);
  lines.at(-1)?.value.forEach((value, i) => expect(value).toBeCloseTo(numbers[`next${i + 1}`], 4));
});

test.each([
  ['v = α v − ε g', '<mi>α</mi><mo>\u2062</mo><mi>v</mi><mo>−</mo><mi>ε</mi><mo>\u2062</mo><mi>g</mi>'],
  [
    'r = (1 − ρ) g^2',
    '<mrow><mo stretchy="false">(</mo><mn>1</mn><mo>−</mo><mi>ρ</mi><mo stretchy="false">)</mo></mrow>',
  ],
  ['v = ŝ', '<mover><mi>s</mi><mo stretchy="false">^</mo></mover>'],
  [
    'v = β₁ / sqrt(g)',
    '<mfrac><mrow><msub><mi>β</mi><mn>1</mn></msub></mrow><mrow><msqrt><mi>g</mi></msqrt></mrow></mfrac>',
  ],
])('%s is written in MathML', (line, part) => {
  const values = { v: [1], g: [-0.5], ŝ: [2], r: [0] };
  const [{ rule }] = linesOf([line], values, { α: [0.9], ε: [0.1], ρ: [0.9], 'β₁': [0.9] }, {});
  expect(rule).toContain(part);
  expect(rule).toContain(`alttext="${line.replace('=', '←')}"`);
});
test.each([
  [
    'r = ρ r + (1 − ρ) g^2',
    '<mn>0.9</mn><mo>·</mo><mn>4</mn><mo>+</mo><mn>0.1</mn><mo>·</mo><msup><mrow><mrow><mo stretchy="false">(</mo><mn>−0.5</mn><mo stretchy="false">)</mo></mrow></mrow><mrow><mn>2</mn></mrow></msup><mo>=</mo><mn>3.63</mn>',
    3.625,
  ],
  ['r = r − 0.00001 g', '<mo>·</mo><msup><mn>10</mn><mn>−5</mn></msup>', 4.000005],
])('%s is filled with numbers', (line, part, value) => {
  const [{ filled, value: found }] = linesOf([line], { r: [4], g: [-0.5] }, { ρ: [0.9] }, {});
  expect(filled).toContain(part);
  expect(found[0]).toBeCloseTo(value, 6);
});
