import type { State, TabSpec } from '../../state.js';

/** Digits have this many places to a side, and levels from 0 to 16, as signs from 0 to g. */
export const SIDE = 8;
export const PLACES = SIDE * SIDE;
export const LEVELS = 16;
/** Digits that are kept for validation; the changes ε for which their errors are measured. */
export const VALIDATION = 300;
export const CHANGES = Array.from({ length: 11 }, (_, i) => i / 40);

/** The levels of a digit that was drawn; undefined for text that is none. */
export const levelsOf = (text: string): readonly number[] | undefined =>
  /^[0-9a-g]{64}$/.test(text) ? Array.from(text, (sign) => Number.parseInt(sign, 17)) : undefined;
export const textOfLevels = (levels: readonly number[]): string =>
  levels.map((level) => Math.max(0, Math.min(LEVELS, Math.round(level))).toString(17)).join('');

const number = (key: string, group: string, value: number, [min, max, step]: readonly number[]) =>
  ({ kind: 'number', key, group, default: value, min, max, step }) as const;
/** A number for which 0 means that the technique is not used. */
const amount = (key: string, group: string, max: number, step: number) =>
  ({ ...number(key, group, 0, [0, max, step]), live: true }) as const;
const MANY: State = { size: 1000, epochs: 40, digit: 6 };

export const DIGITS: TabSpec = {
  name: 'digits',
  fields: [
    { ...number('size', 'data', 200, [50, 1000, 50]), whole: true },
    amount('rotate', 'augmentation', 180, 5),
    amount('shift', 'augmentation', 3, 0.25),
    amount('zoom', 'augmentation', 0.5, 0.05),
    amount('noise', 'augmentation', 0.5, 0.05),
    { kind: 'flag', key: 'mirror', group: 'augmentation', default: false, live: true },
    { ...number('units', 'network', 64, [4, 64, 4]), whole: true },
    { ...number('rate', 'training', 0.01, [0.0001, 1, 8]), scale: 'log', floor: 0.0001, live: true },
    { ...number('batch', 'training', 25, [1, 200, 1]), whole: true },
    { ...number('epochs', 'training', 100, [10, 300, 10]), whole: true },
    { ...amount('l2', 'regularization', 1, 4), scale: 'log', floor: 0.0001 },
    number('keep', 'regularization', 1, [0.1, 1, 0.05]),
    amount('smoothing', 'regularization', 0.4, 0.05),
    amount('hardened', 'regularization', 0.3, 0.05),
    { ...number('digit', 'picture', 0, [0, VALIDATION - 1, 1]), whole: true, live: 'looks' },
    { ...number('epsilon', 'picture', 0.1, [0, 0.25, 0.01]), live: 'looks' },
    {
      ...({ kind: 'text', key: 'drawn', group: 'picture', default: '', live: 'looks', hidden: true } as const),
      check: (text) => (text === '' || levelsOf(text) ? text : undefined),
    },
  ],
  presets: [
    { name: 'digits', state: { digit: 8 }, verdict: 'overfitting' },
    { name: 'augmented', state: { rotate: 10, shift: 0.75, digit: 8 }, verdict: 'good' },
    { name: 'mirrored', state: { mirror: true, digit: 24 }, verdict: 'overfitting' },
    { name: 'attacked', state: MANY, verdict: 'good' },
    { name: 'hardened', state: { ...MANY, hardened: 0.15 }, verdict: 'robust' },
    { name: 'softened', state: { ...MANY, smoothing: 0.15 }, verdict: 'good' },
  ],
};
