/** A value as a program writes it. Its text may also stand in a page's script and behind `//`. */
export const literal = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
