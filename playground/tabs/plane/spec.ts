import { type State, type TabSpec, textOfTwin, twinOf } from '../../state.js';
import { formulaOf } from '../shared/formula.js';
import { pointsOf, textOfPoints } from './points.js';

const ACTIVATIONS = ['relu', 'tanh', 'sigmoid', 'leakyRelu', 'elu', 'gelu', 'silu', 'softplus'];
/** Up to six hidden layers of one to sixteen units, each perhaps with an activation of its own: '8,8:relu'. */
export const unitsOf = (layers: string): readonly number[] =>
  layers ? layers.split(',').map((layer) => Number.parseInt(layer, 10)) : [];
/** The activation of each hidden layer. */
export const activationsOf = ({ layers, activation }: State): readonly string[] =>
  layers
    ? String(layers)
        .split(',')
        .map((layer) => layer.split(':')[1] ?? String(activation))
    : [];
const layersChecked = (text: string): string | undefined => {
  const layers = text.split(/[\s,;]+/).filter(Boolean);
  const read = layers.map((layer) => {
    const [, units, name] = /^0*(\d+)(?::(\w+))?$/.exec(layer) ?? [];
    const activation = ACTIVATIONS.find((known) => known.toLowerCase() === name?.toLowerCase());
    const fits = Number(units) >= 1 && Number(units) <= 16 && (!name || activation);
    return fits && `${units}${activation ? `:${activation}` : ''}`;
  });
  return layers.length <= 6 && read.every(Boolean) ? read.join(',') : undefined;
};
/** Row numbers, with dots between them. */
export const rowsOf = (text: string): readonly number[] => (text ? text.split('.').map(Number) : []);
const rowsChecked = (text: string): string | undefined =>
  text === '' || (/^\d{1,4}(\.\d{1,4})*$/.test(text) && text.length < 2000) ? text : undefined;
const pointsChecked = (text: string): string | undefined => {
  const points = pointsOf(text);
  return points && textOfPoints(points);
};

const formulaChecked = (text: string): string | undefined =>
  formulaOf(text, { number: () => 0, variable: () => 0, call: () => 0, operate: () => 0 }) === undefined
    ? undefined
    : text.trim().replaceAll(/\s+/g, ' ');

const isOwn = ({ data }: State): boolean => data === 'own';
/** A number for which 0 means that the technique is not used. */
const amount = (key: string, max: number, step: number, group = 'regularization') =>
  ({ kind: 'number', key, group, default: 0, min: 0, max, step, live: true }) as const;
/** The same over several powers of ten. */
const power = (key: string, floor: number, max: number, group = 'regularization') =>
  ({ ...amount(key, max, 4, group), scale: 'log', floor }) as const;

/** Few noisy points, and a network that can learn them by heart. */
const MEMORIZED: State = {
  data: 'moons',
  size: 30,
  noise: 0.35,
  layers: '16,16',
  activation: 'relu',
  init: 'kaiming',
  batch: 30,
  epochs: 800,
};
/** Some labels are wrong. */
const LIARS: State = {
  data: 'circles',
  size: 120,
  flipped: 0.15,
  layers: '16,16',
  activation: 'relu',
  init: 'kaiming',
  epochs: 600,
};
/** A deep network whose signal vanishes. */
const DEEP: State = {
  data: 'moons',
  noise: 0.15,
  layers: '8,8,8,8,8',
  activation: 'sigmoid',
  init: 'small',
  optimizer: 'sgd',
  rate: 0.1,
  epochs: 200,
};

/** Large weights, and steps that leap off a cliff. */
const STEEP: State = {
  data: 'moons',
  noise: 0.15,
  layers: '16,16,16,16',
  activation: 'relu',
  init: 'large',
  optimizer: 'sgd',
  rate: 1,
  epochs: 200,
};

const twinChecked = (text: string): string | undefined => {
  const twin = twinOf(PLANE, text);
  return twin ? textOfTwin(twin.field.key, twin.value) : text && undefined;
};

export const PLANE: TabSpec = {
  name: 'plane',
  fields: [
    {
      kind: 'choice',
      key: 'data',
      group: 'data',
      default: 'spirals',
      options: ['moons', 'circles', 'spirals', 'xor', 'gaussians', 'formula', 'own'],
    },
    {
      ...({ kind: 'text', key: 'formula', group: 'data', default: 'y > sin(2x)' } as const),
      check: formulaChecked,
      when: ({ data }) => data === 'formula',
    },
    {
      kind: 'number',
      key: 'size',
      group: 'data',
      default: 200,
      min: 10,
      max: 400,
      step: 10,
      whole: true,
      when: (state) => !isOwn(state),
    },
    {
      kind: 'number',
      key: 'noise',
      group: 'data',
      default: 0.1,
      min: 0,
      max: 0.6,
      step: 0.05,
      when: (state) => !isOwn(state),
    },
    { kind: 'number', key: 'flipped', group: 'data', default: 0, min: 0, max: 0.4, step: 0.05 },
    { kind: 'text', key: 'points', group: 'data', default: '', check: pointsChecked, hidden: true },
    { kind: 'text', key: 'liars', group: 'data', default: '', check: rowsChecked, hidden: true },
    { kind: 'text', key: 'layers', group: 'network', default: '8,8', check: layersChecked },
    {
      kind: 'choice',
      key: 'activation',
      group: 'network',
      default: 'tanh',
      options: ACTIVATIONS,
    },
    {
      kind: 'choice',
      key: 'init',
      group: 'network',
      default: 'xavier',
      options: ['xavier', 'kaiming', 'orthogonal', 'large', 'small', 'zeros'],
    },
    {
      kind: 'choice',
      key: 'optimizer',
      group: 'training',
      default: 'adam',
      live: true,
      options: [
        ...['sgd', 'momentum', 'nesterov', 'adagrad', 'adadelta', 'rmsprop'],
        ...['adam', 'adamw', 'adamax', 'nadam', 'radam', 'lion'],
      ],
    },
    {
      kind: 'number',
      key: 'rate',
      group: 'training',
      default: 0.01,
      min: 0.0001,
      max: 10,
      step: 8,
      scale: 'log',
      floor: 0.0001,
      live: true,
    },
    {
      kind: 'choice',
      key: 'schedule',
      group: 'training',
      default: 'constant',
      live: true,
      options: ['constant', 'linear', 'cosine', 'steps', 'exponential', 'oneCycle'],
    },
    {
      kind: 'number',
      key: 'batch',
      group: 'training',
      default: 20,
      min: 1,
      max: 400,
      step: 1,
      whole: true,
    },
    { kind: 'number', key: 'epochs', group: 'training', default: 300, min: 10, max: 2000, step: 10, whole: true },
    power('clip', 0.01, 10, 'training'),
    power('l2', 0.0001, 1),
    power('l1', 0.0001, 1),
    { kind: 'number', key: 'keep', group: 'regularization', default: 1, min: 0.1, max: 1, step: 0.05 },
    { ...amount('inputNoise', 1, 0.05), live: false },
    amount('weightNoise', 0.5, 0.02),
    amount('smoothing', 0.4, 0.02),
    amount('maxNorm', 8, 0.25),
    { ...amount('patience', 100, 5), whole: true },
    { kind: 'text', key: 'twin', group: 'twin', default: '', check: twinChecked, hidden: true },
  ],
  presets: [
    { name: 'spirals', state: { noise: 0.05, layers: '12,12', rate: 0.02, epochs: 200 }, verdict: 'good' },
    {
      name: 'bent',
      state: { data: 'circles', layers: '8,2', epochs: 40 },
      verdict: 'good',
    },
    { name: 'formula', state: { data: 'formula', noise: 0.05, rate: 0.02, epochs: 150 }, verdict: 'good' },
    { name: 'linear', state: { data: 'circles', layers: '', rate: 0.05, epochs: 200 }, verdict: 'underfitting' },
    { name: 'overfitting', state: MEMORIZED, verdict: 'overfitting' },
    { name: 'decay', state: { ...MEMORIZED, l2: 0.1 }, verdict: 'good' },
    { name: 'twins', state: { ...MEMORIZED, twin: 'l2:0.1' }, verdict: 'overfitting' },
    { name: 'early', state: { ...MEMORIZED, patience: 30 }, verdict: 'good' },
    { name: 'liars', state: LIARS, verdict: 'overfitting' },
    { name: 'honest', state: { ...LIARS, l2: 0.03 }, verdict: 'good' },
    { name: 'dropout', state: { ...LIARS, keep: 0.7 }, verdict: 'good' },
    { name: 'vanishing', state: DEEP, verdict: 'underfitting' },
    {
      name: 'symmetric',
      state: { data: 'moons', noise: 0.15, layers: '8', init: 'zeros', rate: 0.03, epochs: 200 },
      verdict: 'underfitting',
    },
    {
      name: 'rate',
      state: { data: 'xor', activation: 'relu', init: 'kaiming', optimizer: 'momentum', rate: 10, epochs: 200 },
      verdict: 'underfitting',
    },
    { name: 'exploding', state: STEEP, verdict: 'diverged' },
    { name: 'clipping', state: { ...STEEP, clip: 1 }, verdict: 'good' },
  ],
};
