import type { Kind } from './toLayer.js';
import { along } from './toShapes.js';
import type { Graph } from './writeGraph.js';

/** Makes the writer of a function of each element of x. Options may be left out. */
export const elementwise =
  (f: (g: Graph, x: string, options: never) => string): Kind =>
  (g, x, _, options: object = {}) =>
    x.map((name) => f(g, name, options as never));
export const named = (type: string): Kind => elementwise((g, x) => g.op(type, x));

const hardSigmoid = (g: Graph, x: string): string => g.node('HardSigmoid', [x], { alpha: 1 / 6, beta: 0.5 });
/** x·Φ(x), written out: Gelu is an op of later versions. */
export function gelu(g: Graph, x: string, { approximate }: { approximate?: string }): string {
  const times = (t: string, factor: number): string => g.op('Mul', t, g.scalar(factor));
  const cubic = (): string => g.op('Add', x, times(g.op('Mul', g.op('Mul', x, x), x), 0.044715));
  const inner =
    approximate === 'tanh' ? g.op('Tanh', times(cubic(), 0.7978845608028654)) : g.op('Erf', times(x, Math.SQRT1_2));
  return g.op('Mul', times(x, 0.5), g.op('Add', inner, g.scalar(1)));
}

/** Activations by name. */
export const ACTIVATIONS: Readonly<Record<string, Kind>> = {
  relu: named('Relu'),
  tanh: named('Tanh'),
  sigmoid: named('Sigmoid'),
  softplus: named('Softplus'),
  selu: named('Selu'),
  softmax: (g, x) => along(g, x, 'Softmax'),
  silu: elementwise((g, x) => g.op('Mul', x, g.op('Sigmoid', x))),
  leakyRelu: elementwise((g, x, { slope: alpha = 0.01 }: { slope?: number }) => g.node('LeakyRelu', [x], { alpha })),
  elu: elementwise((g, x, { alpha = 1 }: { alpha?: number }) => g.node('Elu', [x], { alpha })),
  hardSigmoid: elementwise(hardSigmoid),
  hardSwish: elementwise((g, x) => (g.opset > 13 ? g.op('HardSwish', x) : g.op('Mul', x, hardSigmoid(g, x)))),
  gelu: elementwise(gelu),
};
