import type { State, TabSpec } from '../../state.js';

/** Three digits, as the field shows them. */
const digits = (value: number): number => Number(value.toPrecision(3));
/** The standard deviations that have a name, for layers with as many inputs as units. */
export const stopsOf = ({ units }: State): readonly (readonly [name: string, sigma: number])[] => [
  ['zeros', 0],
  ['small', 0.01],
  ['xavier', digits(Math.sqrt(1 / Number(units)))],
  ['kaiming', digits(Math.sqrt(2 / Number(units)))],
  ['large', 1],
];
/** Bars of a histogram; the first and the last count what lies beyond its range. */
export const BINS = 27;

export const INITIALIZATION: TabSpec = {
  name: 'initialization',
  fields: [
    {
      ...({ kind: 'number', key: 'sigma', group: 'weights', default: 0.125, min: 0, max: 10, step: 20 } as const),
      ...({ scale: 'log', floor: 0.001 } as const),
    },
    { kind: 'choice', key: 'activation', group: 'network', default: 'tanh', options: ['tanh', 'relu', 'sigmoid'] },
    { kind: 'number', key: 'depth', group: 'network', default: 20, min: 2, max: 20, step: 1, whole: true },
    { kind: 'number', key: 'units', group: 'network', default: 64, min: 16, max: 128, step: 16, whole: true },
    { kind: 'flag', key: 'batchNorm', group: 'network', default: false },
    {
      ...({ kind: 'number', key: 'rate', group: 'run', default: 0.1, min: 0.001, max: 1, step: 8 } as const),
      ...({ scale: 'log', floor: 0.001 } as const),
    },
    { kind: 'number', key: 'steps', group: 'run', default: 100, min: 10, max: 1000, step: 10, whole: true },
  ],
  presets: [
    { name: 'straight', state: {}, verdict: 'learned' },
    { name: 'small', state: { sigma: 0.01 }, verdict: 'vanished' },
    { name: 'large', state: { sigma: 1 }, verdict: 'exploded' },
    { name: 'by-heart', state: { sigma: 0.25 }, verdict: 'memorized' },
    { name: 'sinking', state: { activation: 'relu' }, verdict: 'vanished' },
    { name: 'kaiming', state: { activation: 'relu', sigma: 0.177 }, verdict: 'learned' },
    { name: 'avalanche', state: { activation: 'relu', sigma: 1 }, verdict: 'diverged' },
    { name: 'zeros', state: { sigma: 0 }, verdict: 'symmetric' },
    { name: 'rescued', state: { sigma: 0.01, batchNorm: true }, verdict: 'learned' },
  ],
};
