/** Parsers for the values of command-line options. */

/** A wrong use of the command line: the message is all that a user needs. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A kind of option value: a parser, and words for messages. */
export interface Kind<T> {
  readonly what: string;
  /** Returns undefined for a text that is not a value of this kind. */
  read(text: string): T | undefined;
  /** For an option that is given without a value: what it means then. */
  readonly bare?: T;
}

export const number = (low: number, high = Number.POSITIVE_INFINITY, above = false): Kind<number> => ({
  what:
    low === Number.NEGATIVE_INFINITY
      ? 'a number'
      : `a number ${above ? 'above' : 'from'} ${low}${high === Number.POSITIVE_INFINITY ? '' : ` to ${high}`}`,
  read: (text) => {
    const value = Number(text);
    const ok = text.trim() !== '' && Number.isFinite(value) && value <= high && (above ? value > low : value >= low);
    return ok ? value : undefined;
  },
});
export const whole = (low: number): Kind<number> => ({
  what: `a whole number from ${low}`,
  read: (text) => {
    const value = number(low).read(text);
    return Number.isSafeInteger(value) ? value : undefined;
  },
});
export const word = <T extends string>(...words: readonly T[]): Kind<T> => ({
  what: words.join(' or '),
  read: (text) => words.find((w) => w === text),
});
export const text: Kind<string> = { what: 'text', read: (given) => given || undefined };
/** A list of sizes such as 64,32, or 'none' for an empty one. */
export const sizes: Kind<readonly number[]> = {
  what: 'whole numbers from 1, like 64,32, or none',
  read: (given) => {
    if (given === 'none') return [];
    const list = given.split(',').map((part) => whole(1).read(part));
    return list.every((n) => n !== undefined) ? list : undefined;
  },
};
/** A list of column names such as id,name. */
export const names: Kind<readonly string[]> = {
  what: 'names of columns, like id,name',
  read: (given) => given.split(',').map((name) => name.trim()),
};
/** A list of cell texts such as -999,unknown. */
export const cells: Kind<readonly string[]> = { ...names, what: 'words, like -999,unknown' };
/** 'none', or a value of the other kind. */
export const orNone = <T>({ what, read }: Kind<T>): Kind<T | 'none'> => ({
  what: `${what}, or none`,
  read: (given) => (given === 'none' ? 'none' : read(given)),
});
/** A single character; a tab may be given as the word tab. */
export const separator: Kind<string> = {
  what: "one character such as ';', or tab",
  read: (given) =>
    given === 'tab' || given === '\\t' ? '\t' : given.length === 1 && !/["\r\n]/.test(given) ? given : undefined,
};
/** An option without a value, which is on where it is given. */
export const flag: Kind<boolean> = { what: 'without a value', read: () => undefined, bare: true };
/** A port of this machine; 0 for any that is free. */
export const port: Kind<number> = {
  what: 'a whole number from 0 to 65535',
  read: (given) => {
    const value = whole(0).read(given);
    return value !== undefined && value <= 65535 ? value : undefined;
  },
};
