import { escaped } from '../../../src/markup.js';
import { formulaOf } from './formula.js';
import type { Values } from './rules.js';
import { short } from './svg.js';

/** MathML, and how firmly it holds together: 0 a number below 0, 1 a sum, 2 a product, 3 a power, 4 anything that needs no parentheses. */
type Text = readonly [xml: string, level: number];
/** A part of a formula: with its names, with numbers in their place, and what it amounts to. */
interface Part {
  readonly named: Text;
  readonly filled: Text;
  readonly value: readonly number[];
  /** Whether it is the same for all parameters: then a sum or a power of it is shown as one number. */
  readonly constant: boolean;
}
/** A line of a rule, as two elements `math`. */
export interface Line {
  readonly rule: string;
  readonly filled: string;
  /** What the formula comes to with the numbers. */
  readonly value: readonly number[];
}

const tag = (name: string, ...inside: readonly string[]): string => `<${name}>${inside.join('')}</${name}>`;
const sign = (text: string): string => tag('mo', text);
/** Parentheses grow with what is high only. */
const enclosed = (xml: string): string => {
  const form = /mtable|mfrac/.test(xml) ? '' : ' stretchy="false"';
  return tag('mrow', `<mo${form}>(</mo>`, xml, `<mo${form}>)</mo>`);
};
const within = ([xml, level]: Text, least: number): string => (level < least ? enclosed(xml) : xml);

const norm = (name: string): string => tag('mrow', sign('‖'), tag('mi', name), sign('‖'));
/** What is more than a letter: the derivative of the loss, and norms of the gradient and of a unit's weights. */
const SIGNS: Readonly<Record<string, string>> = {
  j: tag('mfrac', tag('mrow', sign('∂'), tag('mi', 'J')), tag('mrow', sign('∂'), tag('mi', 'θ'))),
  n: norm('g'),
  m: norm('θ'),
};
/** A name: digits below the line are an index, and a hat is put above. */
const named = (name: string): string => {
  if (Object.hasOwn(SIGNS, name)) return SIGNS[name];
  const [letter, more = ''] = name.normalize('NFD');
  const base = tag('mi', letter);
  if (more === '\u0302') return `<mover>${base}<mo stretchy="false">^</mo></mover>`;
  return more ? tag('msub', base, tag('mn', String('₀₁₂₃₄₅₆₇₈₉'.indexOf(more)))) : base;
};
function oneNumber(value: number): Text {
  const [digits, ten] = short(value).split('e');
  const number = tag('mn', digits);
  if (ten !== undefined)
    return [`${number}${sign('·')}${tag('msup', tag('mn', '10'), tag('mn', ten))}`, value < 0 ? 0 : 2];
  return [number, value < 0 ? 0 : 4];
}
/** A number, or a column of numbers. */
const numbers = (values: readonly number[]): Text =>
  values.length === 1
    ? oneNumber(values[0])
    : [enclosed(tag('mtable', ...values.map((value) => tag('mtr', tag('mtd', oneNumber(value)[0]))))), 4];

function operated(operation: string, a: Text, b: Text, times: string): Text {
  switch (operation) {
    case '+':
      return [a[0] + sign('+') + within(b, 1), 1];
    case '-':
      return [a[0] + sign('−') + within(b, 2), 1];
    case '*':
      return [within(a, 2) + sign(times) + within(b, 2), 2];
    case '/':
      return [tag('mfrac', tag('mrow', a[0]), tag('mrow', b[0])), 4];
    default:
      return [tag('msup', tag('mrow', within(a, 4)), tag('mrow', b[0])), 3];
  }
}
function called(name: string, of: readonly string[]): Text {
  if (name === 'sqrt') return [tag('msqrt', of[0]), 4];
  if (name === 'abs') return [tag('mrow', sign('|'), of[0], sign('|')), 4];
  return [tag('mrow', tag('mi', name), enclosed(of.join(sign(',')))), 4];
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};
/** Component by component; a single number stands for all of them. */
const each = (f: (...of: number[]) => number, ...of: (readonly number[])[]): readonly number[] =>
  Array.from({ length: Math.max(...of.map(({ length }) => length)) }, (_, i) =>
    f(...of.map((values) => values[values.length === 1 ? 0 : i])),
  );

const math = (xml: string, text: string): string =>
  `<math displaystyle="true" alttext="${escaped(text)}">${xml}</math>`;

/** Fills numbers into lines such as 'v = α v − ε g', one after another: a name has the value that the line before has given it. `after` holds
 *  what the engine has computed, which the last line of each name gets. */
export function linesOf(lines: readonly string[], before: Values, constants: Values, after: Values): readonly Line[] {
  const values: Record<string, readonly number[]> = { ...constants, ...before };
  const targets = lines.map((line) => line.split(' = ')[0]);
  const known = [...new Set([...Object.keys(values), ...targets])];
  return lines.map((line, i) => {
    const [target, text] = line.split(' = ');
    const part = formulaOf<Part>(
      text,
      {
        number: (value) => ({ named: numbers([value]), filled: numbers([value]), value: [value], constant: true }),
        variable: (name) => ({
          ...{ named: [named(name), 4], filled: numbers(values[name]), value: values[name] },
          constant: name in constants,
        }),
        call: (name, ...of) => ({
          named: called(
            name,
            of.map((one) => one.named[0]),
          ),
          filled: called(
            name,
            of.map((one) => one.filled[0]),
          ),
          value: each(Math[name as 'max'], ...of.map((one) => one.value)),
          constant: of.every(({ constant }) => constant),
        }),
        operate(operation, a, b) {
          const value = each(OPERATIONS[operation], a.value, b.value);
          const constant = a.constant && b.constant;
          return {
            ...{ named: operated(operation, a.named, b.named, '\u2062'), value, constant },
            filled:
              constant && '+-^'.includes(operation) ? numbers(value) : operated(operation, a.filled, b.filled, '·'),
          };
        },
      },
      known,
    ) as Part;
    const result = (targets.lastIndexOf(target) === i && after[target]) || part.value;
    values[target] = result;
    const [shown] = numbers(result);
    const words = result.map((value) => short(value)).join(', ');
    // What is only given a name has no other numbers.
    const filled = known.includes(text) ? shown : `${part.filled[0]}${sign('=')}${shown}`;
    return {
      rule: math(`${named(target)}${sign('←')}${part.named[0]}`, `${target} ← ${text}`),
      filled: math(filled, `${target} = ${words}`),
      value: part.value,
    };
  });
}
