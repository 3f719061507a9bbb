import { type Given, OPTIONS } from './options.js';

/** The options that regularize, each with the value that turns it off. */
const TECHNIQUES = Object.entries(OPTIONS).flatMap(([name, row]) =>
  'off' in row ? [{ name: name as keyof typeof OPTIONS, off: row.off }] : [],
);

/** Lists the regularizing options in use, as they are typed: ['--l2 0.0001', '--keep 0.8']. */
export const techniques = (given: Given): string[] =>
  TECHNIQUES.filter(({ name, off }) => given[name] !== off).map(({ name }) => `--${name} ${given[name]}`);

/** Returns the same options with all regularization turned off. */
export const plain = (given: Given): Given => ({
  ...given,
  ...Object.fromEntries(TECHNIQUES.map(({ name, off }) => [name, off])),
});
