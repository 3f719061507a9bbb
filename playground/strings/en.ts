import { batches } from './en/batches.js';
import { capacity } from './en/capacity.js';
import { descent } from './en/descent.js';
import { digits } from './en/digits.js';
import { initialization } from './en/initialization.js';
import { penalties } from './en/penalties.js';
import { plane } from './en/plane.js';
import { short } from '../tabs/shared/svg.js';

/** The words of one tab, by the keys of its spec. Sentences name numbers in braces. */
export interface TabStrings {
  readonly title: string;
  readonly groups: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, { readonly label: string; readonly hint?: string }>>;
  /** The names of choices, by their values. */
  readonly options: Readonly<Record<string, string>>;
  /** What a preset is called, and what to look for. */
  readonly presets: Readonly<Record<string, { readonly title: string; readonly look: string }>>;
  readonly verdicts: Readonly<Record<string, string>>;
  /** Everything else that the view says. */
  readonly words: Readonly<Record<string, string>>;
}

const ui = {
  name: 'Playground',
  controls: 'Run',
  run: 'Run',
  pause: 'Pause',
  step: 'One step',
  again: 'Again',
  againHint: 'From the start, with the same first weights',
  newSeed: 'New seed',
  newSeedHint: 'From the start, with other first weights and other data',
  pace: 'Pace',
  paces: { slow: 'Slow motion', watch: 'About ten seconds', full: 'Full speed' },
  time: 'Step',
  timeHint: 'Go back to an earlier step; it is computed again, to the same bits',
  of: 'of {reached}',
  presets: 'Examples',
  tabs: 'Topics',
  settings: 'Settings',
  menu: 'Share and save',
  link: 'Copy link',
  embed: 'Copy embed code',
  program: 'Copy program',
  svg: 'Save picture (SVG)',
  png: 'Save picture (PNG)',
  csv: 'Save curves (CSV)',
  copied: 'Copied.',
  saved: 'Saved.',
  notCopied: 'The browser did not allow copying. Here is the text:',
  close: 'Close',
  halve: 'Halve the learning rate',
  clip: 'Clip the gradient to 1',
  ignored: 'Ignored in the address: {keys}.',
  inPage: 'This page may not start a worker, so the training runs in the page itself, and a little slower.',
  failed: 'The engine has failed: {message}',
  loading: 'The engine is loading…',
  local: 'Everything is computed on this machine; nothing leaves this page.',
  seed: 'Seed',
  runGroup: 'Run',
  off: 'off',
};

/** English. Another language is another file of this shape. */
export const en = {
  lang: 'en',
  ui,
  tabs: { plane, descent, penalties, capacity, initialization, batches, digits } as Readonly<
    Record<string, TabStrings>
  >,
};
export type Strings = typeof en;

/** Fills numbers into a sentence: {name}. */
export const filled = (sentence: string, values: Readonly<Record<string, number | string>>): string =>
  sentence.replaceAll(/\{(\w+)\}/g, (whole, key) => (key in values ? shown(values[key]) : whole));
const shown = (value: number | string): string =>
  typeof value === 'string' ? value : Number.isInteger(value) && Math.abs(value) < 1e5 ? String(value) : short(value);
/** A share as a percentage. */
export const percent = (share: number): string => `${Math.round(1000 * share) / 10}\u00a0%`;
