/** What the parts of a formula become, whatever that is: numbers, tensors, text. */
export interface Meaning<T> {
  number(value: number): T;
  variable(name: string): T;
  call(name: string, ...of: T[]): T;
  operate(sign: string, a: T, b: T): T;
}

/** The functions that a formula may name. */
export const FUNCTIONS = ['abs', 'cos', 'exp', 'log', 'sign', 'sin', 'sqrt', 'tanh'];
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };
/** Functions of two values, which formulas may only name where the names are given. */
const OF_TWO = ['max', 'min'];
const LONGEST = 120;

/** Reads a formula of x and y, such as 'y > sin(2x)': numbers, pi, e, + − * / ^, parentheses, functions, and perhaps one < or >, where
 *  a > b is a − b. Products need no sign. Undefined for any other text; nothing of it is ever run as a program. With `names`, these are the
 *  variables instead, and max and min are known. */
export function formulaOf<T>(text: string, meaning: Meaning<T>, names?: readonly string[]): T | undefined {
  const tokens = text.toLowerCase().match(/\d+\.?\d*|\.\d+|\p{L}[\p{L}\p{M}₀-₉]*|\S/gu) ?? [];
  if (text.length > LONGEST) return undefined;
  let at = 0;
  let fine = true;
  const { number, variable, call, operate } = meaning;
  const next = (...signs: string[]): string | undefined =>
    signs.includes(tokens[at] as string) ? tokens[at++] : undefined;
  const fail = (): T => {
    fine = false;
    at++;
    return number(0);
  };
  const enclosed = (): T => {
    const inside = next('(') ? sum() : fail();
    return next(')') ? inside : fail();
  };
  const atom = (): T => {
    const token = tokens[at] ?? '';
    if (token === '(') return enclosed();
    at++;
    if (/^[\d.]/.test(token)) return number(Number(token));
    if ((names ?? ['x', 'y']).includes(token)) return variable(token);
    if (Object.hasOwn(CONSTANTS, token)) return number(CONSTANTS[token]);
    if (FUNCTIONS.includes(token)) return call(token, enclosed());
    if (names && OF_TWO.includes(token) && next('(')) {
      const first = sum();
      const second = next(',') ? sum() : fail();
      return next(')') ? call(token, first, second) : fail();
    }
    return fail();
  };
  const power = (): T => {
    const base = atom();
    return next('^') ? operate('^', base, signed()) : base;
  };
  const signed = (): T => (next('-', '−') ? operate('-', number(0), signed()) : power());
  const product = (): T => {
    let now = signed();
    for (;;) {
      const sign = next('*', '·', '/');
      if (sign) now = operate(sign === '/' ? '/' : '*', now, signed());
      else if (/^[\p{L}(]/u.test(tokens[at] ?? '')) now = operate('*', now, power());
      else return now;
    }
  };
  const sum = (): T => {
    let now = product();
    for (let sign = next('+', '-', '−'); sign; sign = next('+', '-', '−'))
      now = operate(sign === '+' ? '+' : '-', now, product());
    return now;
  };
  const left = sum();
  const than = next('<', '>');
  const right = than ? sum() : undefined;
  if (!fine || at < tokens.length || !tokens.length) return undefined;
  if (right === undefined) return left;
  return than === '>' ? operate('-', left, right) : operate('-', right, left);
}
