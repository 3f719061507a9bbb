import type { Constant } from './constant.js';
import type { Attribute } from './messages.js';
import type { Node } from './read.js';

/** What a tensor must be: a number, the result of an op of such operands, or anything under a name, which stands for the same
 *  tensor wherever it occurs. Names that begin with $ stand for constants, those with # for a number that is an attribute. */
type Pattern = string | number | Tree;
interface Tree extends ReadonlyArray<Pattern> {
  readonly 0: string;
}

const CUBES: readonly Pattern[] = [
  ['Pow', 'x', 3],
  ['Mul', ['Mul', 'x', 'x'], 'x'],
];
const CLIPPED: Pattern = ['Clip', ['Add', 'x', 3], 0, 6];
const CENTERED: Pattern = ['Sub', 'x', ['ReduceMean', 'x', -1]];
const SQUARES: readonly Pattern[] = [
  ['Pow', CENTERED, 2],
  ['Mul', CENTERED, CENTERED],
];
/** x·Φ(x) is written in three orders. */
const halved = (sum: Pattern): Pattern[] => [
  ['Mul', ['Mul', 'x', sum], 0.5],
  ['Mul', ['Mul', 'x', 0.5], sum],
  ['Mul', 'x', ['Mul', sum, 0.5]],
];
const attribute = (f: number): Attribute => ({ f, floats: [], ints: [], strings: [] });

interface Row {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly patterns: readonly Pattern[];
  /** The attributes of the op; undefined where the numbers say that something else is meant. */
  readonly attributes?: (
    constant: (name: string) => Constant,
    number: (name: string) => number,
  ) => Record<string, Attribute> | undefined;
}
/** Ops that files write as several. The first that fits is taken; nodes are seen in their order, so that rows may use what others
 *  have made. */
const ROWS: readonly Row[] = [
  { op: 'Silu', inputs: ['x'], patterns: [['Mul', 'x', ['Sigmoid', 'x']]] },
  {
    op: 'HardSigmoid',
    inputs: ['x'],
    patterns: [
      ['Div', CLIPPED, 6],
      ['Mul', CLIPPED, 1 / 6],
    ],
    attributes: () => ({ alpha: attribute(1 / 6), beta: attribute(0.5) }),
  },
  {
    op: 'HardSwish',
    inputs: ['x'],
    patterns: [
      ['Mul', 'x', ['HardSigmoid', 'x', 1 / 6, 0.5]],
      ['Div', ['Mul', 'x', CLIPPED], 6],
      ['Mul', ['Mul', 'x', CLIPPED], 1 / 6],
    ],
  },
  {
    op: 'Gelu',
    inputs: ['x'],
    patterns: [
      ...halved(['Add', ['Erf', ['Div', 'x', Math.SQRT2]], 1]),
      ...halved(['Add', ['Erf', ['Mul', 'x', Math.SQRT1_2]], 1]),
    ],
  },
  {
    op: 'Gelu',
    inputs: ['x'],
    patterns: CUBES.flatMap((cube) =>
      halved(['Add', ['Tanh', ['Mul', ['Add', 'x', ['Mul', cube, 0.044715]], 0.7978845608]], 1]),
    ),
    attributes: () => ({ approximate: { ...attribute(0), s: Uint8Array.from('tanh', (c) => c.charCodeAt(0)) } }),
  },
  {
    op: 'LayerNormalization',
    inputs: ['x', '$w', '$b'],
    patterns: SQUARES.map((square) => [
      'Add',
      ['Mul', ['Div', CENTERED, ['Sqrt', ['Add', ['ReduceMean', square, -1], '$eps']]], '$w'],
      '$b',
    ]),
    attributes: (constant) => ({ epsilon: attribute(constant('$eps').data[0]) }),
  },
  {
    op: 'GroupNormalization',
    inputs: ['x', '$w', '$b'],
    patterns: [
      [
        'Add',
        [
          'Mul',
          ['Reshape', ['InstanceNormalization', ['Reshape', 'x', '$groups'], '$one', '$zero', '#eps'], 'shape'],
          '$w',
        ],
        '$b',
      ],
    ],
    attributes(constant, number) {
      const groups = constant('$groups').data[1];
      const all = (name: string, value: number): boolean => Array.from(constant(name).data).every((x) => x === value);
      const isOfChannels = constant('$groups').size === 3 && constant('$w').shape.at(-1) === 1;
      if (!isOfChannels || !all('$one', 1) || !all('$zero', 0)) return undefined;
      return { epsilon: attribute(number('#eps')), num_groups: { ...attribute(0), i: groups } };
    },
  },
];

/** Whether operands may change places. */
const COMMUTES = ['Add', 'Mul'];

/** Replaces what files write as several ops by the one that is meant. Nodes that nobody reads any more stay in the list. */
export function recognized(nodes: readonly Node[], constants: ReadonlyMap<string, Constant>): Node[] {
  const makers = new Map<string, Node>();
  const number = (tensor: string): number => {
    const constant = constants.get(tensor);
    return constant?.size === 1 ? constant.data[0] : Number.NaN;
  };

  function fits(operand: string | number, pattern: Pattern, bound: Map<string, string | number>): boolean {
    if (typeof pattern === 'number') {
      const value = typeof operand === 'number' ? operand : number(operand);
      return Math.abs(value - pattern) <= 1e-4 * Math.max(1e-2, Math.abs(pattern));
    }
    if (typeof operand === 'number') {
      if (typeof pattern === 'string') bound.set(pattern, operand);
      return typeof pattern === 'string' && pattern.startsWith('#');
    }
    if (typeof pattern === 'string') {
      if (bound.has(pattern)) return bound.get(pattern) === operand;
      bound.set(pattern, operand);
      return !pattern.startsWith('$') || constants.has(operand);
    }
    const [op, ...wanted] = pattern;
    const node = makers.get(operand);
    if (!node || node.op !== op) return false;
    const given = operandsOf(node, number);
    if (given.length !== wanted.length) return false;
    const before = new Map(bound);
    if (wanted.every((each, i) => fits(given[i], each, bound))) return true;
    restore(bound, before);
    return COMMUTES.includes(node.op) && wanted.every((each, i) => fits(given[wanted.length - 1 - i], each, bound));
  }

  return nodes.map((node) => {
    const [output] = node.outputs;
    makers.set(output, node);
    for (const { op, inputs, patterns, attributes } of ROWS)
      for (const pattern of patterns) {
        const bound = new Map<string, string | number>();
        if (!fits(output, pattern, bound)) continue;
        const tensor = (name: string): string => bound.get(name) as string;
        const constant = (name: string): Constant => constants.get(tensor(name)) as Constant;
        const own = attributes ? attributes(constant, (name) => bound.get(name) as number) : {};
        if (!own) continue;
        const made = { ...node, op, inputs: inputs.map(tensor), attributes: new Map(Object.entries(own)) };
        makers.set(output, made);
        return made;
      }
    return node;
  });
}

function restore(bound: Map<string, string | number>, before: ReadonlyMap<string, string | number>): void {
  bound.clear();
  for (const [name, tensor] of before) bound.set(name, tensor);
}

/** The operands of a node: tensors, and the numbers that some versions of ops have as attributes. */
function operandsOf({ op, inputs, attributes }: Node, number: (tensor: string) => number): (string | number)[] {
  const float = (name: string, otherwise: number): number => attributes.get(name)?.f ?? otherwise;
  if (op === 'Clip' && inputs.length < 2) return [...inputs, float('min', -Infinity), float('max', Infinity)];
  if (op === 'HardSigmoid') return [...inputs, float('alpha', 0.2), float('beta', 0.5)];
  if (op === 'InstanceNormalization') return [...inputs, float('epsilon', 1e-5)];
  if (op !== 'ReduceMean') return [...inputs];
  const axes = attributes.get('axes')?.ints ?? [number(inputs[1] ?? '')];
  return attributes.get('keepdims')?.i === 0 || axes.length !== 1 ? [] : [inputs[0] ?? '', axes[0]];
}
