/** What the parts of a formula become, whatever that is: numbers, tensors, text. */
export interface Meaning<T> {
  number(value: number): T;
  variable(name: 'x' | 'y'): T;
  call(name: string, of: T): T;
  operate(sign: string, a: T, b: T): T;
}

/** The functions that a formula may name. */
export const FUNCTIONS = ['abs', 'cos', 'exp', 'log', 'sign', 'sin', 'sqrt', 'tanh'];
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };
const LONGEST = 120;

/** Reads a formula of x and y, such as 'y > sin(2x)': numbers, pi, e, + − * / ^, parentheses, functions, and perhaps one < or >, where
 *  a > b is a − b. Products need no sign. Undefined for any other text; nothing of it is ever run as a program. */
export function formulaOf<T>(text: string, meaning: Meaning<T>): T | undefined {
  const tokens = text.toLowerCase().match(/\d+\.?\d*|\.\d+|[a-z]+|\S/g) ?? [];
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
    if (token === 'x' || token === 'y') return variable(token);
    if (Object.hasOwn(CONSTANTS, token)) return number(CONSTANTS[token]);
    if (FUNCTIONS.includes(token)) return call(token, enclosed());
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
      else if (/^[a-z(]/.test(tokens[at] ?? '')) now = operate('*', now, power());
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
