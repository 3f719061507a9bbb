import { shown } from '../options.js';

const LONGEST = 60;
const MOST = 20;

/** A value in a message, whatever it is and however long: lists by their length, for they may hold themselves. */
export function brief(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const text = shown(typeof value === 'string' ? shortened(value) : value);
  return typeof value === 'bigint' ? `${text}n` : text;
}
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** Names in a message: the first of many. */
export const listed = (names: readonly string[]): string =>
  names.slice(0, MOST).map(shortened).join(', ') + (names.length > MOST ? ` and ${names.length - MOST} more` : '');
