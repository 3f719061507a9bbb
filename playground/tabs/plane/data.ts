import {
  abs,
  add,
  cos,
  datasets,
  div,
  exp,
  log,
  mul,
  pow,
  randomGenerator,
  sign,
  sin,
  sqrt,
  sub,
  type Tensor,
  tanh,
  tensor,
} from '../../../src/index.js';
import type { State } from '../../state.js';
import { FUNCTIONS, formulaOf } from '../shared/formula.js';
import { pointsOf } from './points.js';
import { rowsOf } from './spec.js';

/** Rows [x₁, x₂] and their classes, as float32. */
export interface Rows {
  readonly x: Float32Array;
  readonly y: Float32Array;
}
export interface Data {
  readonly train: Rows;
  /** Right labels only; empty where there are too few points of one's own. */
  readonly validation: Rows;
  readonly test: Rows;
  /** The rows of the training set with the wrong label. */
  readonly liars: readonly number[];
}

const VALIDATION = 200;
const TEST = 400;
/** How far out the points of a formula are. */
const WIDE = 2.8;
/** Where the sets are, and how much they are stretched to fill the plane. */
const PLACES: Readonly<Record<string, readonly [scale: number, x: number, y: number]>> = {
  moons: [1.5, 0.5, 0.25],
  circles: [2, 0, 0],
  spirals: [1.25, 0, 0],
  xor: [2, 0, 0],
  gaussians: [1.25, 0, 0],
  formula: [1, 0, 0],
};
const namesOf = (data: string): readonly string[] => (data === 'own' ? [] : [data]);

/** What a formula becomes: tensors here, and their text in a program. The library's arithmetic has the same bits in every host. */
const UNARY: Readonly<Record<string, (x: Tensor) => Tensor>> = { abs, cos, exp, log, sign, sin, sqrt, tanh };
const BINARY: Readonly<Record<string, readonly [string, (a: Tensor, b: Tensor) => Tensor]>> = {
  '+': ['add', add],
  '-': ['sub', sub],
  '*': ['mul', mul],
  '/': ['div', div],
  '^': ['pow', pow],
};
/** The names of the functions that programs of formulas call. */
export const OPERATIONS = [...FUNCTIONS, ...Object.values(BINARY).map(([name]) => name)];

/** Points drawn evenly from the plane, of class 1 where the formula is above 0; noise moves them afterwards. */
function ofFormula(formula: string, n: number, noise: number, seed: number): Rows {
  const draws = randomGenerator(seed).uniform([n, 2]).data();
  const places = Float32Array.from(draws, (share) => WIDE * (2 * share - 1));
  const [x, y] = [0, 1].map((axis) => tensor(places.filter((_, i) => i % 2 === axis)));
  const value = formulaOf<Tensor>(formula, {
    number: (some) => tensor(some),
    variable: (name) => (name === 'x' ? x : y),
    call: (name, of) => UNARY[name](of),
    operate: (operation, a, b) => BINARY[operation][1](a, b),
  });
  const values = add(value as Tensor, mul(x, 0)).data();
  const moves = randomGenerator(seed + 1)
    .normal([n, 2])
    .data();
  return {
    x: places.map((place, i) => place + noise * moves[i]),
    y: Float32Array.from(values, (some) => Number(some > 0)),
  };
}
const formulaText = (formula: string, n: number, noise: unknown, seed: number): readonly string[] => [
  `// Points drawn evenly from the plane, of class 1 where ${formula}${/[<>]/.test(formula) ? '' : ' > 0'}.`,
  `const places = Float32Array.from(randomGenerator(${seed}).uniform([${n}, 2]).data(), (share) => ${WIDE} * (2 * share - 1));`,
  'const [x, y] = [0, 1].map((axis) => tensor(places.filter((_, i) => i % 2 === axis)));',
  `const value = ${formulaOf<string>(formula, {
    number: (some) => `tensor(${some})`,
    variable: (name) => name,
    call: (name, of) => `${name}(${of})`,
    operate: (operation, a, b) => `${BINARY[operation][0]}(${a}, ${b})`,
  })};`,
  `const moves = randomGenerator(${seed + 1}).normal([${n}, 2]).data();`,
  'const all = {',
  `  x: places.map((place, i) => place + ${noise} * moves[i]),`,
  '  y: Array.from(add(value, mul(x, 0)).data(), (some) => Number(some > 0)),',
  '};',
];

const part = ({ x, y }: Rows, from: number, to: number): Rows => ({
  x: x.slice(2 * from, 2 * to),
  y: y.slice(from, to),
});

/** Deals points of one's own: of four, three are for training and one for validation. */
const dealt = (points: string): readonly [train: Rows, validation: Rows] => {
  const all = pointsOf(points) ?? [];
  const rows = (own: typeof all): Rows => ({
    x: Float32Array.from(own.flatMap(({ x, y }) => [x, y])),
    y: Float32Array.from(own, ({ label }) => label),
  });
  return [rows(all.filter((_, i) => i % 4 !== 3)), rows(all.filter((_, i) => i % 4 === 3))];
};
const joined = (a: Rows, b: Rows): Rows => ({ x: Float32Array.of(...a.x, ...b.x), y: Float32Array.of(...a.y, ...b.y) });
const NONE: Rows = { x: new Float32Array(0), y: new Float32Array(0) };

/** The data that settings describe: the same for the same settings, in every host. */
export function dataOf(state: State): Data {
  const [size, seed] = [Number(state.size), Number(state.seed)];
  const [ownTrain, ownValidation] = dealt(String(state.points));
  let [train, validation, test] = [NONE, NONE, NONE];
  for (const name of namesOf(String(state.data))) {
    const made = datasets[name as 'moons' | 'spirals'];
    const options = { n: size + VALIDATION + TEST, noise: Number(state.noise), seed };
    const all =
      name === 'formula'
        ? ofFormula(String(state.formula), options.n, options.noise, seed)
        : name === 'spirals' || name === 'gaussians'
          ? made({ ...options, ...{ classes: 2 } })
          : made(options);
    const [scale, ...center] = PLACES[name];
    const rows: Rows = {
      x: Float32Array.from(all.x, (value, i) => scale * (value - center[i % 2])),
      y: Float32Array.from(all.y as ArrayLike<number>),
    };
    train = part(rows, 0, size);
    validation = part(rows, size, size + VALIDATION);
    test = part(rows, size + VALIDATION, size + VALIDATION + TEST);
  }
  [train, validation] = [joined(train, ownTrain), joined(validation, ownValidation)];
  const liars = new Set<number>();
  const turn = (row: number): void => {
    if (row >= train.y.length) return;
    train.y[row] = 1 - train.y[row];
    if (!liars.delete(row)) liars.add(row);
  };
  const share = Number(state.flipped);
  if (share && train.y.length)
    randomGenerator(seed)
      .uniform([train.y.length])
      .data()
      .forEach((draw, row) => draw < share && turn(row));
  for (const row of rowsOf(String(state.liars))) turn(row);
  return { train, validation, test, liars: [...liars].sort((a, b) => a - b) };
}

/** The lines of a program that make the same training and validation rows. */
export function dataText(state: State): string {
  const data = String(state.data);
  const [size, seed] = [Number(state.size), Number(state.seed)];
  const lines: string[] = [];
  if (data === 'own') lines.push('const train = { x: [], y: [] };', 'const validation = { x: [], y: [] };');
  else {
    const [scale, x, y] = PLACES[data];
    const classes = data === 'spirals' || data === 'gaussians' ? ', classes: 2' : '';
    const n = size + VALIDATION + TEST;
    lines.push(
      ...(data === 'formula'
        ? formulaText(String(state.formula), n, state.noise, seed)
        : [`const all = datasets.${data}({ n: ${n}, noise: ${state.noise}, seed: ${seed}${classes} });`]),
      '/** Rows from one number to another, stretched to fill the plane. */',
      'const part = (from, to) => ({',
      `  x: Array.from(all.x.slice(2 * from, 2 * to), (value, i) => ${scale} * (value - [${x}, ${y}][i % 2])),`,
      '  y: Array.from(all.y.slice(from, to)),',
      '});',
      `const train = part(0, ${size});`,
      `const validation = part(${size}, ${size + VALIDATION});`,
    );
  }
  const [ownTrain, ownValidation] = dealt(String(state.points));
  for (const [name, { x, y }] of [
    ['train', ownTrain],
    ['validation', ownValidation],
  ] as const)
    if (y.length) lines.push(`${name}.x.push(${[...x].join(', ')});`, `${name}.y.push(${[...y].join(', ')});`);
  if (state.flipped)
    lines.push(
      '// Some labels are wrong.',
      `randomGenerator(${seed}).uniform([train.y.length]).data().forEach((draw, row) => {`,
      `  if (draw < ${state.flipped}) train.y[row] = 1 - train.y[row];`,
      '});',
    );
  const liars = rowsOf(String(state.liars));
  if (liars.length)
    lines.push(`for (const row of [${liars.join(', ')}]) if (row < train.y.length) train.y[row] = 1 - train.y[row];`);
  return lines.join('\n');
}
