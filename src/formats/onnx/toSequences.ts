import { nn } from '../../index.js';
import { gelu } from './toActivations.js';
import { type Exported, type Kind, present } from './toLayer.js';
import type { Graph } from './writeGraph.js';

/** The recurrent cells: where the gates that ONNX has in this order stand in ours. */
const GATES: Readonly<Record<string, readonly number[]>> = { rnn: [0], gru: [1, 0, 2], lstm: [0, 3, 1, 2] };

type Reading = { readonly returnSequences?: boolean; readonly reverse?: boolean };
/** Steps come first there, and one direction is an axis: x [t, n, d], weights [1, gates·units, d]. */
export const recurrent: Kind = (g, x, layer, { returnSequences = false, reverse = false }: Reading) => {
  const { name, output } = layer;
  const units = output[output.length - 1];
  const gates = GATES[name];
  const width = gates.length * units;
  /** The columns of a matrix as rows, in the order of the gates. */
  const turned = (own: string): string | undefined => {
    const { values, shape, path } = layer.table(own) ?? {};
    if (!values || !shape) return undefined;
    const rows = values.length / width;
    const data = values.map((_, i) => {
      const line = Math.floor(i / rows);
      return values[(i % rows) * width + gates[Math.floor(line / units)] * units + (line % units)];
    });
    return g.table({ path, values: data, shape: shape[1] ? [1, width, rows] : [1, width] });
  };
  const bias = turned('bias');
  // Both products have a bias there.
  const biases = bias && [bias, turned('recurrent_bias') ?? g.constant(new Float32Array(width), [1, width])];
  const inputs = [
    g.transpose(x.last, [1, 0, 2]),
    turned('weight'),
    turned('recurrent'),
    biases && g.node('Concat', biases, { axis: 1 }),
  ];
  const attributes = {
    hidden_size: units,
    ...(reverse && { direction: 'reverse' }),
    ...(name === 'gru' && { linear_before_reset: 1 }),
  };
  // [t, 1, n, units], or the last state, [1, n, units].
  const y = g.node(name.toUpperCase(), present(...inputs), attributes, returnSequences ? 0 : 1);
  const states = g.op('Squeeze', y, g.ints(Number(returnSequences)));
  return returnSequences ? g.transpose(states, [1, 0, 2]) : states;
};

/** x·weight + bias of the last axis, whatever is before it. */
export function linear(g: Graph, { stored }: Exported, x: string, path = ''): string {
  const bias = stored(`${path}bias`);
  const y = g.op('MatMul', x, stored(`${path}weight`) as string);
  return bias === undefined ? y : g.op('Add', y, bias);
}
const mean = (g: Graph, x: string): string => g.node('ReduceMean', [x], { axes: [-1] });
/** x divided by the root of the mean of its squares + eps, along the last axis. */
const divided = (g: Graph, x: string, eps: number): string =>
  g.op('Div', x, g.op('Sqrt', g.op('Add', mean(g, g.op('Mul', x, x)), g.scalar(eps))));
export const rmsNorm: Kind = (g, { last }, { stored }, { eps }: { eps: number }) =>
  g.op('Mul', divided(g, last, eps), stored('weight') as string);
function layerNormalized(g: Graph, { stored }: Exported, x: string, eps: number, path = ''): string {
  const [weight, bias] = ['weight', 'bias'].map((name) => stored(path + name) as string);
  return g.opset < 17
    ? g.op('Add', g.op('Mul', divided(g, g.op('Sub', x, mean(g, x)), eps), weight), bias)
    : g.node('LayerNormalization', [x, weight, bias], { epsilon: eps });
}
export const layerNorm: Kind = (g, { last }, layer, { eps }: { eps: number }) => layerNormalized(g, layer, last, eps);

/** Makes the function that rotates pairs of features of x [n, steps, …, d], the features i and i + d/2, by angles that grow with
 *  the step. What our own layer makes of (1, 0) has the cosines and sines. `axes` are those between steps and features. */
function rotation(g: Graph, steps: number, d: number, axes: number): (x: string) => string {
  const half = d / 2;
  const own = nn.sequential([nn.positions({ length: steps, kind: 'rotary' })]).build([steps, d]);
  const unit = Float32Array.from({ length: steps * d }, (_, i) => Number(i % d < half));
  const values = own.predict({ x: unit, shape: [steps, d], size: 1 }).data();
  own.dispose();
  const dims = [steps, ...new Array<number>(axes).fill(1), d];
  const [cosines, sines] = [0, half].map((from) =>
    g.constant(
      values.map((_, i) => values[i - (i % d) + ((i % d) % half) + from]),
      dims,
    ),
  );
  return (x) => {
    const [a, b] = [0, half].map((from) => g.op('Slice', x, g.ints(from), g.ints(from + half), g.ints(-1)));
    const turned = g.node('Concat', [g.op('Neg', b), a], { axis: -1 });
    return g.op('Add', g.op('Mul', x, cosines), g.op('Mul', turned, sines));
  };
}

export const positions: Kind = (g, { last }, { input, table, computed }, { kind }: { kind: string }) => {
  const [steps] = input;
  const d = input[input.length - 1];
  if (kind === 'rotary') return rotation(g, steps, d, input.length - 2)(last);
  const known = table('weight');
  const values = known ? known.values.slice(0, steps * d) : computed(new Float32Array(steps * d));
  return g.op('Add', last, g.table({ path: known?.path, values, shape: [steps, d] }));
};

type Attending = { readonly heads: number; readonly causal?: boolean; readonly rotary?: boolean };
/** softmax(Q·Kᵀ/√d)·V of each head, [n, t, d] → [n, t, d], written out: Attention is an op of later versions. */
function attended(g: Graph, layer: Exported, x: string, path: string, { heads, causal, rotary }: Attending): string {
  const [steps, d] = layer.input;
  const width = d / heads;
  const same = (part: string): string => part;
  const rotated = rotary ? rotation(g, steps, width, 1) : same;
  const apart = (part: string, perm: readonly number[], turned = same): string =>
    g.transpose(turned(g.reshape(linear(g, layer, x, `${path}${part}.`), [0, heads, width])), perm);
  const query = g.op('Mul', apart('query', [0, 2, 1, 3], rotated), g.scalar(1 / Math.sqrt(width)));
  const scores = g.op('MatMul', query, apart('key', [0, 2, 3, 1], rotated));
  const future = (_: unknown, i: number): number => (i % steps > Math.floor(i / steps) ? -1e30 : 0);
  const seen = causal
    ? g.op('Add', scores, g.constant(Array.from({ length: steps * steps }, future), [steps, steps]))
    : scores;
  const weights = g.node('Softmax', [seen], { axis: -1 });
  const joined = g.transpose(g.op('MatMul', weights, apart('value', [0, 2, 1, 3])), [0, 2, 1, 3]);
  return linear(g, layer, g.reshape(joined, [0, d]), `${path}output.`);
}
export const attention: Kind = (g, { last }, layer, options: Attending) => attended(g, layer, last, '', options);
export const transformer: Kind = (g, { last }, layer, options: Attending) => {
  const normal = (x: string, path: string): string => layerNormalized(g, layer, x, 1e-5, path);
  const h = g.op('Add', last, attended(g, layer, normal(last, 'ln1.'), 'attention.', options));
  const units = gelu(g, linear(g, layer, normal(h, 'ln2.'), 'up.'), {});
  return g.op('Add', h, linear(g, layer, units, 'down.'));
};
