import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../playground/session.js';
import { type State, stateOf } from '../../playground/state.js';
import { planeEngine } from '../../playground/tabs/plane/engine.js';
import { formulaOf } from '../../playground/tabs/shared/formula.js';
import { PLANE } from '../../playground/tabs/plane/spec.js';
import { printed } from './programs.js';

/** A formula's value at a place, by the functions of JavaScript. */
const at = (text: string, x: number, y: number): number | undefined =>
  formulaOf<number>(text, {
    number: (value) => value,
    variable: (name) => (name === 'x' ? x : y),
    call: (name, of) => (Math[name as 'sin'] as (of: number) => number)(of),
    operate: (sign, a, b) => ({ '+': a + b, '-': a - b, '*': a * b, '/': a / b, '^': a ** b })[sign as '+'] as number,
  });

const [X, Y] = [1.25, -0.5];
test.each([
  ['x', X],
  ['2x', 2 * X],
  ['2x y', 2 * X * Y],
  ['2(x+1)y', 2 * (X + 1) * Y],
  ['-x^2', -(X ** 2)],
  ['2^-x', 2 ** -X],
  ['2^3^2', 2 ** 9],
  ['x - y - 1', X - Y - 1],
  ['x / 2 / 4', X / 8],
  ['x - -y', X + Y],
  ['y > sin(2x)', Y - Math.sin(2 * X)],
  ['x^2 + y^2 < 4', 4 - X ** 2 - Y ** 2],
  ['SQRT(x·x) − .5', X - 0.5],
  ['3 e', 3 * Math.E],
  ['cos(pi x) abs(y)', Math.cos(Math.PI * X) * Math.abs(Y)],
])('%s is read as one writes it', (text, expected) => expect(at(text, X, Y)).toBeCloseTo(expected, 12));

test.each([
  ...[
    '',
    ' ',
    'z',
    'xy',
    'x +',
    '(x',
    'x)',
    'sin x',
    'sin()',
    '()',
    'x > y > 0',
    '> x',
    'x,y',
    'x = y',
    '1..2',
    'x^',
    '*x',
  ],
  ...[
    'constructor(x)',
    '__proto__',
    'toString',
    'alert(1)',
    'x;y',
    '`x`',
    'x['.repeat(9),
    '('.repeat(200),
    `${'x+'.repeat(80)}1`,
  ],
])('"%s" is no formula', (text) => expect(at(text, X, Y)).toBeUndefined());

describe('data of a formula', () => {
  const session = new Session(planeEngine());
  afterAll(() => session.engine.dispose());
  const ran = (more: State, steps = 30): Session => {
    session.reset({ ...stateOf(PLANE, 'spirals'), data: 'formula', noise: 0, ...more });
    session.advance(steps);
    return session;
  };
  test.each(['y > sin(2x)', 'x^2 + y^2 < 4', '-x^3 + y', 'x y', '2^x - 3 + tanh(y) / 5', 'sqrt(abs(x)) < y'])(
    '%s parts the plane',
    (formula) => {
      const { trainX, trainY } = ran({ formula }, 0).engine.frame(['points']).arrays;
      trainY.forEach((label, i) => {
        const value = at(formula, trainX[2 * i], trainX[2 * i + 1]) as number;
        if (Math.abs(value) > 1e-4) expect(label, `${trainX[2 * i]}, ${trainX[2 * i + 1]}`).toBe(Number(value > 0));
      });
      const ones = [...trainY].filter(Boolean).length;
      expect(ones).toBeGreaterThan(20);
      expect(ones).toBeLessThan(180);
    },
  );
  test.each(['y > sin(2x)', 'log(abs(x) + 1) + exp(-y^2) - sqrt(2) / cos(1)', '1', 'log(x)'])(
    'the program of %s prints its hash',
    async (formula) => {
      const run = ran({ formula, noise: 0.1 });
      expect(await printed(run.program())).toBe(run.hash());
    },
  );
});
