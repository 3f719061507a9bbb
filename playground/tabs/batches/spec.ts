import type { State, TabSpec } from '../../state.js';

/** Rows of the training set, and the arrows of the fan. */
export const ROWS = 1024;
export const ARROWS = 64;
/** The sizes of batches whose gradients are compared; 'all' is the whole training set. */
export const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
export const sizeOf = ({ batch }: State): number => (batch === 'all' ? ROWS : Number(batch));

const coordinate = (key: string, value: number) =>
  ({ kind: 'number', key, group: 'start', default: value, min: -1, max: 3, step: 0.05 }) as const;
export const BATCHES: TabSpec = {
  name: 'batches',
  fields: [
    {
      ...({ kind: 'choice', key: 'batch', group: 'batch', default: '8', live: true } as const),
      options: [...SIZES.map(String), 'all'],
    },
    {
      ...({
        kind: 'number',
        key: 'rate',
        group: 'batch',
        default: 0.1,
        min: 0.01,
        max: 1,
        step: 12,
        live: true,
      } as const),
      ...({ scale: 'log', floor: 0.01 } as const),
    },
    { kind: 'flag', key: 'decay', group: 'batch', default: false, live: true },
    { kind: 'number', key: 'noise', group: 'data', default: 1, min: 0, max: 3, step: 0.1 },
    coordinate('w1', -0.5),
    coordinate('w2', 2.5),
    { kind: 'number', key: 'steps', group: 'run', default: 120, min: 10, max: 1000, step: 10, whole: true },
  ],
  presets: [
    { name: 'fan', state: {}, verdict: 'ball' },
    { name: 'online', state: { batch: '1' }, verdict: 'ball' },
    { name: 'whole', state: { batch: 'all' }, verdict: 'rest' },
    { name: 'large-batch', state: { batch: '128' }, verdict: 'rest' },
    { name: 'falling-rate', state: { batch: '2', decay: true, steps: 400 }, verdict: 'rest' },
  ],
};
