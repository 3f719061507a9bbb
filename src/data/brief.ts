import { shown } from '../options.js';

const LONGEST = 60;
const MOST = 20;

/** Formats any value briefly for a message: a list by its length, since it may contain itself. */
export function brief(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const text = shown(typeof value === 'string' ? shortened(value) : value);
  return typeof value === 'bigint' ? `${text}n` : text;
}
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** Formats a list of names for a message: if there are many, the first ones. */
export const listed = (names: readonly string[]): string =>
  names.slice(0, MOST).map(shortened).join(', ') + (names.length > MOST ? ` and ${names.length - MOST} more` : '');
