/** One value, or a list of values. */
export type OneOrMany<T> = T | readonly T[];
export const listOf = <T>(given: OneOrMany<T> | undefined): readonly T[] =>
  given === undefined ? [] : Array.isArray(given) ? (given as readonly T[]) : [given as T];
