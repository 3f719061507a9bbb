import type { State, TabSpec } from '../../state.js';

/** The training points stand at these places. */
export const XS = Array.from({ length: 10 }, (_, i) => (2 * i - 9) / 10);
/** How far up and down the picture goes. */
export const EDGE = 2.4;
/** How many neighbours count, from the smallest capacity to the largest. */
export const KS = [45, 35, 25, 19, 15, 11, 7, 5, 3, 1];
/** The last degree: it goes through all points. */
export const LAST = XS.length - 1;
export const isPolynomial = ({ model }: State): boolean => model === 'polynomial';

/** Ten numbers with commas between them, in hundredths; empty for points as they are drawn. */
export const heightsOf = (text: string): readonly number[] => (text ? text.split(',').map(Number) : []);
export const textOfHeights = (heights: readonly number[]): string =>
  heights.map((y) => Math.round(100 * Math.max(-EDGE, Math.min(EDGE, y))) / 100 + 0).join(',');
const heightsChecked = (text: string): string | undefined => {
  const heights = text.split(/[\s,;]+/).filter(Boolean);
  if (!heights.length) return '';
  return heights.length === XS.length && heights.every((y) => Math.abs(Number(y)) <= EDGE)
    ? textOfHeights(heights.map(Number))
    : undefined;
};

const live = { live: true, when: isPolynomial } as const;
export const CAPACITY: TabSpec = {
  name: 'capacity',
  fields: [
    { kind: 'choice', key: 'model', group: 'model', default: 'polynomial', options: ['polynomial', 'neighbors'] },
    {
      kind: 'number',
      key: 'lambda',
      group: 'model',
      default: 0,
      min: 0,
      max: 1,
      step: 8,
      scale: 'log',
      floor: 0.00001,
      ...live,
    },
    {
      kind: 'choice',
      key: 'truth',
      group: 'data',
      default: 'parabola',
      options: ['parabola', 'cubic', 'quintic'],
      ...live,
    },
    { kind: 'number', key: 'noise', group: 'data', default: 0.3, min: 0, max: 0.6, step: 0.05, live: true },
    { kind: 'text', key: 'heights', group: 'data', default: '', check: heightsChecked, ...live },
  ],
  presets: [
    { name: 'degrees', state: {}, verdict: 'u' },
    { name: 'shrunk', state: { lambda: 0.032 }, verdict: 'calm' },
    { name: 'noiseless', state: { noise: 0 }, verdict: 'calm' },
    { name: 'wiggles', state: { truth: 'quintic', noise: 0.2 }, verdict: 'u' },
    { name: 'outlier', state: { heights: '0.9,0.05,-0.5,-0.85,2.2,-1,-0.8,-0.5,0,0.65' }, verdict: 'u' },
    { name: 'neighbors', state: { model: 'neighbors', noise: 0.4 }, verdict: 'neighbors' },
  ],
};
