import { nn } from '../../index.js';
import { ACTIVATIONS } from './toActivations.js';
import { type Exported, type Kind, last, present, stored } from './toLayer.js';
import type { Graph } from './writeGraph.js';

/** The recurrent cells: their name there, and where the gates that ONNX has in this order stand in ours. */
const CELLS: Readonly<Record<string, readonly [type: string, gates: readonly number[]]>> = {
  rnn: ['RNN', [0]],
  gru: ['GRU', [1, 0, 2]],
  lstm: ['LSTM', [0, 3, 1, 2]],
};

/** Steps come first there, and one direction is an axis: x [t, n, d], weights [1, gates·units, d]. */
export const recurrent: Kind = (layer) => {
  const { graph, x, name, options, output } = layer;
  const { returnSequences = false, reverse = false } = options;
  const units = output[output.length - 1];
  const [type, gates] = CELLS[name];
  /** The columns of a matrix as rows, in the order of the gates. */
  const turned = (own: string): string | undefined => {
    const table = layer.table(own);
    if (!table) return undefined;
    const { values, path = '' } = table;
    const width = gates.length * units;
    const rows = values.length / width;
    const data = Float32Array.from(values, (_, i) => {
      const [line, at] = [Math.floor(i / rows), i % rows];
      return values[at * width + gates[Math.floor(line / units)] * units + (line % units)];
    });
    return graph.parameter(path, data, table.shape.length > 1 ? [1, width, rows] : [1, width]);
  };
  const [w, r, bias] = ['weight', 'recurrent', 'bias'].map(turned);
  // Both products have a bias there.
  const none = (): string => graph.constant(new Float32Array(gates.length * units), [1, gates.length * units]);
  const b = bias && graph.node('Concat', [bias, turned('recurrent_bias') ?? none()], { axis: 1 });
  const attributes = {
    hidden_size: units,
    ...(reverse === true && { direction: 'reverse' }),
    ...(name === 'gru' && { linear_before_reset: 1 }),
  };
  const steps = graph.transpose(x.last, [1, 0, 2]);
  const y = graph.node(type, present(steps, w, r, b), attributes, returnSequences ? 0 : 1);
  // [t, 1, n, units], or the last state, [1, n, units].
  const states = graph.op('Squeeze', y, graph.ints(returnSequences ? 1 : 0));
  return last(layer, returnSequences ? graph.transpose(states, [1, 0, 2]) : states);
};

/** x·weight + bias of the last axis, whatever is before it. */
export function linear(layer: Exported, x: string, path = ''): string {
  const weight = stored(layer, `${path}weight`) as string;
  const bias = stored(layer, `${path}bias`);
  const y = layer.graph.op('MatMul', x, weight);
  return bias === undefined ? y : layer.graph.op('Add', y, bias);
}

/** x divided by the root of the mean of its squares + eps, along the last axis. */
function divided(graph: Graph, x: string, eps: number): string {
  const squares = graph.node('ReduceMean', [graph.op('Mul', x, x)], { axes: [-1] });
  return graph.op('Div', x, graph.op('Sqrt', graph.op('Add', squares, graph.scalar(eps))));
}
export const rmsNorm: Kind = (layer) => {
  const { graph, x, options } = layer;
  return last(layer, graph.op('Mul', divided(graph, x.last, options.eps as number), stored(layer, 'weight') as string));
};
function layerNormalized(layer: Exported, x: string, eps: number, path = ''): string {
  const { graph } = layer;
  const [weight, bias] = ['weight', 'bias'].map((name) => stored(layer, path + name) as string);
  if (graph.opset >= 17) return graph.node('LayerNormalization', [x, weight, bias], { epsilon: eps });
  const centered = graph.op('Sub', x, graph.node('ReduceMean', [x], { axes: [-1] }));
  return graph.op('Add', graph.op('Mul', divided(graph, centered, eps), weight), bias);
}
export const layerNorm: Kind = (layer) =>
  last(layer, layerNormalized(layer, layer.x.last, layer.options.eps as number));

/** Rotates pairs of features of x [n, t, …, d], the features i and i + d/2, by angles that grow with the step. */
function rotated(graph: Graph, x: string, cosines: string, sines: string, half: number): string {
  const part = (from: number): string =>
    graph.op('Slice', x, graph.ints(from), graph.ints(from + half), graph.ints(-1));
  const turned = graph.node('Concat', [graph.op('Neg', part(half)), part(0)], { axis: -1 });
  return graph.op('Add', graph.op('Mul', x, cosines), graph.op('Mul', turned, sines));
}
/** The cosines and sines of `steps` steps, [steps, …, d], twice for each pair. What the rotation makes of (1, 0) has both. */
function angles(graph: Graph, steps: number, d: number, axes: number): [cosines: string, sines: string] {
  const half = d / 2;
  const alone = nn.sequential([nn.positions({ length: steps, kind: 'rotary' })]).build([steps, d]);
  const unit = Float32Array.from({ length: steps * d }, (_, i) => Number(i % d < half));
  const values = alone.predict({ x: unit, shape: [steps, d], size: 1 }).data();
  alone.dispose();
  const dims = [steps, ...new Array<number>(axes).fill(1), d];
  const table = (from: number): string =>
    graph.constant(
      unit.map((_, i) => values[i - (i % d) + ((i % d) % half) + from]),
      dims,
    );
  return [table(0), table(half)];
}

export const positions: Kind = (layer) => {
  const { graph, x, input, options, path } = layer;
  const { kind } = options;
  const [steps, d] = [input[0], input[input.length - 1]];
  if (kind === 'rotary')
    return last(layer, rotated(graph, x.last, ...angles(graph, steps, d, input.length - 2), d / 2));
  const { values } = layer.table('weight') ?? {};
  const rows =
    values === undefined
      ? graph.constant(layer.computed(new Float32Array(steps * d)), [steps, d])
      : graph.parameter(`${path}.weight`, values.slice(0, steps * d), [steps, d]);
  return last(layer, graph.op('Add', x.last, rows));
};

/** softmax(Q·Kᵀ/√d)·V of each head, [n, t, d] → [n, t, d], written out: Attention is an op of later versions. */
function attended(layer: Exported, x: string, path: string): string {
  const { graph, input, options } = layer;
  const { heads, causal, rotary } = options as { heads: number; causal?: boolean; rotary?: boolean };
  const [steps, d] = input;
  const width = d / heads;
  const [cosines, sines] = rotary ? angles(graph, steps, width, 1) : [];
  const apart = (part: string, perm: readonly number[]): string => {
    const split = graph.reshape(linear(layer, x, `${path}${part}.`), [0, heads, width]);
    const turned = cosines && sines && part !== 'value' ? rotated(graph, split, cosines, sines, width / 2) : split;
    return graph.transpose(turned, perm);
  };
  const query = graph.op('Mul', apart('query', [0, 2, 1, 3]), graph.scalar(1 / Math.sqrt(width)));
  const scores = graph.op('MatMul', query, apart('key', [0, 2, 3, 1]));
  const future = (): string => {
    const mask = Float32Array.from({ length: steps * steps }, (_, i) =>
      i % steps > Math.floor(i / steps) ? -1e30 : 0,
    );
    return graph.op('Add', scores, graph.constant(mask, [steps, steps]));
  };
  const weights = graph.node('Softmax', [causal ? future() : scores], { axis: -1 });
  const joined = graph.transpose(graph.op('MatMul', weights, apart('value', [0, 2, 1, 3])), [0, 2, 1, 3]);
  return linear(layer, graph.reshape(joined, [0, d]), `${path}output.`);
}
export const attention: Kind = (layer) => last(layer, attended(layer, layer.x.last, ''));
export const transformer: Kind = (layer) => {
  const { graph, x } = layer;
  const h = graph.op('Add', x.last, attended(layer, layerNormalized(layer, x.last, 1e-5, 'ln1.'), 'attention.'));
  const units = linear(layer, layerNormalized(layer, h, 1e-5, 'ln2.'), 'up.');
  return last(layer, graph.op('Add', h, linear(layer, ACTIVATIONS.gelu(graph, units, {}), 'down.')));
};
