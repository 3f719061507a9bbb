/** Runs the lines of an algorithm as they are drawn: assignments, while, if and else. What is prose is done by hooks. */

type Value = number | readonly number[];
/** The values of the variables. An index such as i in x_i is a variable while it is summed or assigned over. */
export type Scope = Map<string, Value>;
export type Calls = Readonly<Record<string, (...args: number[]) => number>>;
export interface Hook {
  readonly line: RegExp;
  readonly run: (scope: Scope) => void;
}

const TOKEN = /\s*(\d+(?:\.\d+)?|[∇Σ]|[a-z]{2,}|\p{L}\p{M}*′?(?:_[\p{L}\p{N}∞*]|\^\*)?|[−+/()√^,|‖<>={}_])/uy;
function tokensOf(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`no token at '${text.slice(at)}' of '${text}'`);
    found.push(token);
  }
  return found;
}

/** The value of a formula. What stands side by side is multiplied, from left to right with quotients. */
export function evaluated(text: string, scope: Scope, calls: Calls = {}): number {
  const tokens = tokensOf(text);
  let [at, within] = [0, ''];
  const take = (token: string): void => {
    if (tokens[at++] !== token)
      throw new Error(`'${token}' is missing in '${text}' before '${tokens.slice(at - 1).join(' ')}'`);
  };
  const variable = (name: string): number => {
    const own = scope.get(name);
    if (typeof own === 'number') return own;
    const [list, index] = name.split('_');
    const values = scope.get(list);
    const place = scope.get(index);
    if (typeof values !== 'object' || typeof place !== 'number') throw new Error(`'${name}' of '${text}' is not known`);
    return values[place];
  };
  const between = (open: string): number => {
    const outer = within;
    within = open;
    const value = sum();
    within = outer;
    take(open);
    return Math.abs(value);
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (/^\d/.test(token)) return Number(token);
    if (token === '−') return -factor();
    if (token === '√') return Math.sqrt(factor());
    if (token === '|' || token === '‖') return between(token);
    if (token === '(' || token === '{') {
      const outer = within;
      within = '';
      const value = sum();
      within = outer;
      take(token === '(' ? ')' : '}');
      return value;
    }
    if (token === 'Σ') {
      take('_');
      const index = tokens[at++];
      const [start, count] = [at, scope.get('n') as number];
      let total = 0;
      for (let i = 0; i < count; i++) {
        at = start;
        scope.set(index, i);
        total += product();
      }
      scope.delete(index);
      return total;
    }
    const name = token === '∇' ? `∇${tokens[at++]}` : token;
    const call = calls[name];
    if (!call) return variable(name);
    take('(');
    const args = [sum()];
    while (tokens[at] === ',') {
      at++;
      args.push(sum());
    }
    take(')');
    return call(...args);
  };
  const factor = (): number => {
    // σ^2 is a variable where it has been set as one.
    if (tokens[at + 1] === '^' && scope.has(`${tokens[at]}^${tokens[at + 2]}`)) {
      at += 3;
      return variable(`${tokens[at - 3]}^${tokens[at - 1]}`);
    }
    const base = atom();
    if (tokens[at] !== '^') return base;
    at++;
    return base ** (tokens[at] === '{' ? atom() : atom());
  };
  const starts = (token: string | undefined): boolean =>
    token !== undefined && token !== within && !/^[−+/),<>=}^]$|^mod$/.test(token);
  const product = (): number => {
    let value = factor();
    while (tokens[at] === '/' || starts(tokens[at]))
      if (tokens[at] === '/') {
        at++;
        value /= factor();
      } else value *= factor();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '−') value += tokens[at++] === '+' ? product() : -product();
    return value;
  };
  let value = sum();
  if (tokens[at] === 'mod') {
    at++;
    value %= product();
  }
  if (/^[<>=]$/.test(tokens[at] ?? '')) {
    const sign = tokens[at++];
    const right = sum();
    value = Number(sign === '<' ? value < right : sign === '>' ? value > right : value === right);
  }
  if (at !== tokens.length) throw new Error(`'${text}' goes on with '${tokens.slice(at).join(' ')}'`);
  return value;
}

const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;
/** Runs lines; those that are indented belong to the line before. */
export function runLines(lines: readonly string[], scope: Scope, calls: Calls = {}, hooks: readonly Hook[] = []): void {
  let taken = false;
  for (let i = 0; i < lines.length; ) {
    const line = lines[i];
    let end = i + 1;
    while (end < lines.length && indentOf(lines[end]) > indentOf(line)) end++;
    const block = lines.slice(i + 1, end);
    const [, keyword, condition] = /^(while|if|else)(?: \$(.*)\$)?$/.exec(line.trim()) ?? [];
    const holds = (): boolean => evaluated(condition, scope, calls) !== 0;
    if (keyword === 'while') while (holds()) runLines(block, scope, calls, hooks);
    else if (keyword === 'if') {
      taken = holds();
      if (taken) runLines(block, scope, calls, hooks);
    } else if (keyword === 'else') {
      if (!taken) runLines(block, scope, calls, hooks);
    } else {
      for (const part of line.trim().split(/, (?=\$)/)) {
        const hook = hooks.find((each) => each.line.test(part));
        const [, name, formula] = /^\$(\S+) ← ([^$]*)\$(?: of the same minibatch)?$/.exec(part) ?? [];
        if (hook) hook.run(scope);
        else if (!name) throw new Error(`'${part}' is no assignment`);
        else assign(name, formula, scope, calls);
      }
      runLines(block, scope, calls, hooks);
    }
    i = end;
  }
}
function assign(name: string, formula: string, scope: Scope, calls: Calls): void {
  const [list, index] = name.split('_');
  if (index !== 'i') {
    scope.set(name, formula === '∞' ? Number.POSITIVE_INFINITY : evaluated(formula, scope, calls));
    return;
  }
  const values = Array.from({ length: scope.get('n') as number }, (_, i) =>
    evaluated(formula, scope.set('i', i), calls),
  );
  scope.delete('i');
  scope.set(list, values);
}
