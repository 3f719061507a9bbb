/** One thing, or a list of them. */
export type Some<T> = T | readonly T[];
export const listOf = <T>(some: Some<T> | undefined): readonly T[] =>
  some === undefined ? [] : Array.isArray(some) ? (some as readonly T[]) : [some as T];
