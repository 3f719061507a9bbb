import type { Field, Preset, State, TabSpec } from '../../state.js';
import { SURFACES } from './surfaces.js';

/** The methods in the order in which they are drawn, with their default rates. */
export const METHODS = ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam'] as const;
export type Method = (typeof METHODS)[number];
const RATES: Readonly<Record<Method, number>> = {
  sgd: 0.018,
  momentum: 0.01,
  nesterov: 0.01,
  adagrad: 0.8,
  rmsprop: 0.1,
  adam: 0.3,
};
export const chosen = (state: State): readonly Method[] => METHODS.filter((method) => state[method] === true);
/** The key of a method's learning rate. */
export const rateKey = (method: Method): string => `${method}Rate`;

const coordinate = (key: string, value: number): Field => ({
  ...({ kind: 'number', key, group: 'surface', min: -10, max: 10, step: 0.05 } as const),
  default: value,
});
const methodFields = METHODS.flatMap((method): Field[] => [
  { kind: 'flag', key: method, group: 'rates', default: true, hidden: true },
  {
    ...({ kind: 'number', group: 'rates', min: 0.0001, max: 10, step: 12, scale: 'log', floor: 0.0001 } as const),
    key: rateKey(method),
    default: RATES[method],
    when: (state) => state[method] === true,
  },
]);

/** Settings in which only these methods run. */
const only = (...methods: readonly Method[]): State =>
  Object.fromEntries(METHODS.filter((method) => !methods.includes(method)).map((method) => [method, false]));

const PRESETS: readonly Preset[] = [
  { name: 'race', state: {}, verdict: 'arrived' },
  {
    name: 'knife-edge',
    state: {
      ...only('sgd', 'momentum'),
      ...{ surface: 'bowl', condition: 40, x: -3.5, y: 1.5, sgdRate: 0.047, momentumRate: 0.074, alpha: 0.53 },
      ...{ focus: 'momentum', steps: 120 },
    },
    verdict: 'arrived',
  },
  {
    name: 'over-the-edge',
    state: {
      ...only('sgd', 'momentum'),
      ...{ surface: 'bowl', condition: 40, x: -3.5, y: 1, sgdRate: 0.051, momentumRate: 0.075, alpha: 0.4 },
      ...{ focus: 'momentum', steps: 120 },
    },
    verdict: 'diverged',
  },
  {
    name: 'ridge',
    state: {
      ...only('sgd', 'momentum', 'adam'),
      ...{ surface: 'saddle', x: 1.5, y: 0, sgdRate: 0.05, momentumRate: 0.02, adamRate: 0.05, focus: 'sgd' },
      ...{ steps: 150 },
    },
    verdict: 'stuck',
  },
  {
    name: 'noise',
    state: {
      ...only('sgd', 'momentum', 'adam'),
      ...{ surface: 'saddle', x: 1.5, y: 0, sgdRate: 0.05, momentumRate: 0.02, adamRate: 0.05, focus: 'sgd' },
      ...{ steps: 150, noise: 0.05 },
    },
    verdict: 'escaped',
  },
  {
    name: 'cliff',
    state: {
      ...only('sgd', 'momentum'),
      ...{ surface: 'cliff', x: 1.05, y: 2, sgdRate: 0.3, momentumRate: 0.05, focus: 'sgd', steps: 150 },
    },
    verdict: 'thrown',
  },
  {
    name: 'ring',
    state: {
      ...only('sgd', 'momentum'),
      ...{ surface: 'cliff', x: 1.05, y: 2, sgdRate: 0.3, momentumRate: 0.05, focus: 'sgd', steps: 150, clip: 1 },
    },
    verdict: 'arrived',
  },
  {
    name: 'forgetting',
    state: {
      ...only('adagrad', 'rmsprop', 'adam'),
      ...{ surface: 'rosenbrock', x: -1.5, y: 2.5, adagradRate: 0.5, rmspropRate: 0.02, adamRate: 0.1 },
      ...{ focus: 'adagrad', steps: 800 },
    },
    verdict: 'some',
  },
  {
    name: 'two-wells',
    state: {
      ...only('sgd', 'momentum'),
      ...{ surface: 'doubleWell', x: 1.9, y: 1.5, sgdRate: 0.03, momentumRate: 0.02, alpha: 0.9, focus: 'momentum' },
      ...{ steps: 150 },
    },
    verdict: 'local',
  },
  {
    name: 'far-out',
    state: {
      ...{ surface: 'plateau', x: -3.5, y: 2.5, sgdRate: 0.3, momentumRate: 0.3, nesterovRate: 0.3, adagradRate: 0.5 },
      ...{ rmspropRate: 0.05, adamRate: 0.1, focus: 'adam', steps: 150 },
    },
    verdict: 'some',
  },
];

export const DESCENT: TabSpec = {
  name: 'descent',
  fields: [
    { kind: 'choice', key: 'surface', group: 'surface', default: 'ravine', options: SURFACES },
    {
      ...({ kind: 'number', key: 'condition', group: 'surface', default: 10, min: 1, max: 100, step: 20 } as const),
      ...({ scale: 'log', floor: 1, when: ({ surface }) => surface === 'bowl' } as const),
    },
    coordinate('x', -9),
    coordinate('y', 1.6),
    ...methodFields,
    {
      ...({ kind: 'number', key: 'alpha', group: 'rates', default: 0.9, min: 0, max: 0.99, step: 0.01 } as const),
      when: (state) => state.momentum === true || state.nesterov === true,
    },
    {
      ...({ kind: 'number', key: 'clip', group: 'gradient', default: 0, min: 0, max: 100, step: 8 } as const),
      ...({ scale: 'log', floor: 0.01 } as const),
    },
    {
      ...({ kind: 'number', key: 'noise', group: 'gradient', default: 0, min: 0, max: 10, step: 8 } as const),
      ...({ scale: 'log', floor: 0.001 } as const),
    },
    { kind: 'number', key: 'steps', group: 'run', default: 200, min: 10, max: 1000, step: 10, whole: true },
    { kind: 'choice', key: 'focus', group: 'run', default: 'momentum', options: METHODS, live: true, hidden: true },
  ],
  presets: PRESETS,
};
/** The method whose update is shown: the chosen one, or the first that runs. */
export const focusOf = (state: State): Method | undefined => {
  const running = chosen(state);
  return running.find((method) => method === state.focus) ?? running[0];
};
