import type { Preset, TabSpec } from '../../state.js';

const PRESETS: readonly Preset[] = [
  { name: 'corner', state: {}, verdict: 'sparse' },
  { name: 'between', state: { w1: 2.2, w2: 2.4, stretch: 2, angle: -45, lambda: 0.7 }, verdict: 'dense' },
  { name: 'strong', state: { w1: 1.2, w2: 2, stretch: 3, angle: 0, lambda: 7 }, verdict: 'empty' },
  { name: 'radius', state: { form: 'ball', radius: 1.5, w1: 0.8, w2: 3, angle: 30 }, verdict: 'sparse' },
  {
    name: 'correlated',
    state: { w1: 0.9, w2: 2.2, stretch: 20, angle: -35, lambda: 5, steps: 400 },
    verdict: 'sparse',
  },
  { name: 'bowls', state: { cloud: true, lambda: 2 }, verdict: 'cloud' },
];

const coordinate = (key: string, value: number) =>
  ({ kind: 'number', key, group: 'bowl', default: value, min: -3.5, max: 3.5, step: 0.05 }) as const;

export const PENALTIES: TabSpec = {
  name: 'penalties',
  fields: [
    { kind: 'choice', key: 'form', group: 'penalty', default: 'penalty', options: ['penalty', 'ball'] },
    {
      ...({ kind: 'number', key: 'lambda', group: 'penalty', default: 1.5, min: 0, max: 20, step: 16 } as const),
      ...({ scale: 'log', floor: 0.01, when: ({ form }) => form === 'penalty' } as const),
    },
    {
      ...({ kind: 'number', key: 'radius', group: 'penalty', default: 1.5, min: 0.1, max: 5, step: 0.05 } as const),
      when: ({ form }) => form === 'ball',
    },
    coordinate('w1', 0.9),
    coordinate('w2', 2.8),
    { kind: 'number', key: 'stretch', group: 'bowl', default: 4, min: 1, max: 20, step: 0.5 },
    { kind: 'number', key: 'angle', group: 'bowl', default: 20, min: -90, max: 90, step: 1 },
    { kind: 'flag', key: 'cloud', group: 'bowls', default: false, live: true, hidden: true },
    { kind: 'number', key: 'steps', group: 'run', default: 100, min: 10, max: 1000, step: 10, whole: true },
  ],
  presets: PRESETS,
};
/** How many bowls the cloud has. */
export const BOWLS = 1000;
