/** One thing, or a list of them. */
export type OneOrMany<T> = T | readonly T[];
export const listOf = <T>(given: OneOrMany<T> | undefined): readonly T[] =>
  given === undefined ? [] : Array.isArray(given) ? (given as readonly T[]) : [given as T];
