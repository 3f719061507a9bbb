import { BOOL, FLOAT, type Graph } from './writeGraph.js';

type Options = Readonly<Record<string, unknown>>;
/** Writes an elementwise function of x. */
export type Elementwise = (graph: Graph, x: string, options: Options) => string;

const named =
  (type: string): Elementwise =>
  (g, x) =>
    g.op(type, x);
const number = (value: unknown, otherwise: number): number => (value as number | undefined) ?? otherwise;
const hardSigmoid: Elementwise = (g, x) => g.node('HardSigmoid', [x], { alpha: 1 / 6, beta: 0.5 });

/** Activations by name, but for softmax, which looks along an axis. */
export const ACTIVATIONS: Readonly<Record<string, Elementwise>> = {
  relu: named('Relu'),
  tanh: named('Tanh'),
  sigmoid: named('Sigmoid'),
  softplus: named('Softplus'),
  selu: named('Selu'),
  silu: (g, x) => g.op('Mul', x, g.op('Sigmoid', x)),
  leakyRelu: (g, x, { slope }) => g.node('LeakyRelu', [x], { alpha: number(slope, 0.01) }),
  elu: (g, x, { alpha }) => g.node('Elu', [x], { alpha: number(alpha, 1) }),
  hardSigmoid,
  hardSwish: (g, x, options) => (g.opset > 13 ? g.op('HardSwish', x) : g.op('Mul', x, hardSigmoid(g, x, options))),
  gelu: (g, x, { approximate }) => {
    const times = (t: string, factor: number): string => g.op('Mul', t, g.scalar(factor));
    const cubic = (): string => g.op('Add', x, times(g.op('Mul', g.op('Mul', x, x), x), 0.044715));
    const inner =
      approximate === 'tanh' ? g.op('Tanh', times(cubic(), 0.7978845608028654)) : g.op('Erf', times(x, Math.SQRT1_2));
    return g.op('Mul', times(x, 0.5), g.op('Add', inner, g.scalar(1)));
  },
};

/** The ops of tensors that look at one element. */
export const ELEMENTWISE: Readonly<Record<string, Elementwise>> = {
  ...ACTIVATIONS,
  ...Object.fromEntries(
    ['Abs', 'Neg', 'Sign', 'Exp', 'Log', 'Sqrt', 'Sin', 'Cos', 'Sinh', 'Cosh', 'Reciprocal', 'Floor', 'Round'].map(
      (type) => [type.toLowerCase(), named(type)],
    ),
  ),
  log1p: (g, x) => g.op('Log', g.op('Add', x, g.scalar(1))),
  expm1: (g, x) => g.op('Sub', g.op('Exp', x), g.scalar(1)),
  square: (g, x) => g.op('Mul', x, x),
  isNaN: (g, x) => g.cast(g.op('IsNaN', x), FLOAT),
  stopGradient: (_, x) => x,
};

const compared =
  (type: string): Combined =>
  (g, a, b) =>
    g.cast(g.op(type, a, b), FLOAT);
type Combined = (graph: Graph, ...operands: string[]) => string;
/** The ops of tensors that look at an element of each of several. */
export const COMBINED: Readonly<Record<string, Combined>> = {
  ...Object.fromEntries(
    Object.entries({ add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div', pow: 'Pow', maximum: 'Max', minimum: 'Min' }).map(
      ([name, type]) => [name, (g: Graph, ...operands: string[]): string => g.op(type, ...operands)],
    ),
  ),
  mod: (g, a, b) => g.op('Sub', a, g.op('Mul', b, g.op('Floor', g.op('Div', a, b)))),
  equal: compared('Equal'),
  less: compared('Less'),
  greater: compared('Greater'),
  lessEqual: compared('LessOrEqual'),
  greaterEqual: compared('GreaterOrEqual'),
  notEqual: (g, a, b) => g.cast(g.op('Not', g.op('Equal', a, b)), FLOAT),
  where: (g, condition, a, b) => g.op('Where', g.cast(condition, BOOL), a, b),
};
