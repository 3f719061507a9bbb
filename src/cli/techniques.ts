import { type Given, OPTIONS } from './options.js';

/** Options that regularize, with the value that leaves them out. */
const TECHNIQUES = Object.entries(OPTIONS).flatMap(([name, row]) =>
  'off' in row ? [{ name: name as keyof typeof OPTIONS, off: row.off }] : [],
);

/** What regularizes, as it would be typed: ['--l2 0.0001', '--keep 0.8']. */
export const techniques = (given: Given): string[] =>
  TECHNIQUES.filter(({ name, off }) => given[name] !== off).map(({ name }) => `--${name} ${given[name]}`);

/** The same training without any of it. */
export const plain = (given: Given): Given => ({
  ...given,
  ...Object.fromEntries(TECHNIQUES.map(({ name, off }) => [name, off])),
});
