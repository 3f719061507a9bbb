/** Writes a value as JavaScript source. The text is also safe inside a script element and in a comment after `//`. */
export const literal = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
