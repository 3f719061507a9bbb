import * as R from '../../../src/index.js';
import type { ModelOf, NodeOf, Numbers } from './oracle.js';

/** A transformer as PyTorch writes BERT: two layers of width 8, with two heads, of seven steps. */
const [STEPS, WIDTH, HEADS, INNER, WORDS] = [7, 8, 2, 12, 11];

/** Opset 13 has no layer normalization, which is then written as several ops. */
export function bert(opset: 13 | 17): ModelOf {
  const nodes: NodeOf[] = [];
  const initializers: Record<string, Numbers> = {};
  let count = 0;
  const some = (name: string, ...shape: number[]): string => {
    const values = R.randomGenerator(500 + count++)
      .normal(shape, { std: 0.5 })
      .data();
    initializers[name] = { shape, data: Array.from(values) };
    return name;
  };
  const scalar = (x: number): string => {
    initializers[`n${x}`] = { shape: [], data: [x] };
    return `n${x}`;
  };
  const ints = (...data: number[]): string => {
    initializers[`i${data}`] = { shape: [data.length], data, type: 'int64' };
    return `i${data}`;
  };
  const whole = (x: number): string => {
    initializers[`w${x}`] = { shape: [], data: [x], type: 'int64' };
    return `w${x}`;
  };
  const call = (op: string, inputs: string[], attributes: NodeOf['attributes'] = {}): string => {
    const output = `/t${nodes.length}`;
    nodes.push({ op, inputs, outputs: [output], attributes, name: `/${op}_${nodes.length}` });
    return output;
  };
  const linear = (x: string, name: string, from: number, to: number): string =>
    call('Add', [some(`${name}.bias`, to), call('MatMul', [x, some(`${name}.kernel`, from, to)])]);
  const norm = (x: string, name: string): string => {
    const [w, b] = [some(`${name}.weight`, WIDTH), some(`${name}.bias`, WIDTH)];
    if (opset === 17) return call('LayerNormalization', [x, w, b], { axis: -1, epsilon: { float: 1e-12 } });
    const mean = (t: string): string => call('ReduceMean', [t], { axes: [-1] });
    const centered = call('Sub', [x, mean(x)]);
    const deviation = call('Sqrt', [call('Add', [mean(call('Pow', [centered, scalar(2)])), scalar(1e-12)])]);
    return call('Add', [call('Mul', [call('Div', [centered, deviation]), w]), b]);
  };
  // The shape path: the positions of as many steps as there are, and a mask for all pairs of steps.
  const steps = call('Gather', [call('Shape', ['input_ids']), whole(1)], { axis: 0 });
  initializers.positions = { shape: [1, 16], data: Array.from({ length: 16 }, (_, i) => i), type: 'int64' };
  const places = call('Slice', ['positions', ints(0), call('Unsqueeze', [steps, ints(0)]), ints(1)]);
  const mask4 = call('Unsqueeze', ['attention_mask', ints(1, 2)]);
  const rows = call('Gather', [call('Shape', ['input_ids']), whole(0)], { axis: 0 });
  const one = (t: string): string => call('Unsqueeze', [t, ints(0)]);
  const wanted = call('Concat', [one(rows), ints(1), one(steps), one(steps)], { axis: 0 });
  const ones = call('ConstantOfShape', [ints(4)], { value: { tensor: { shape: [1], data: [1], type: 'int64' } } });
  const same = call('Equal', [wanted, call('Mul', [ones, whole(-1)])]);
  const full = call('Expand', [mask4, call('Where', [same, ones, wanted])]);
  const off = call('Sub', [scalar(1), call('Cast', [full], { to: 1 })]);
  const bias = call('Where', [call('Cast', [off], { to: 9 }), scalar(-3.4028234663852886e38), off]);

  const words = call('Gather', [some('embeddings.word.weight', WORDS, WIDTH), 'input_ids']);
  const types = call('Gather', [some('embeddings.type.weight', 2, WIDTH), 'token_type_ids']);
  const at = call('Gather', [some('embeddings.position.weight', 16, WIDTH), places]);
  let x = norm(call('Add', [call('Add', [words, types]), at]), 'embeddings.norm');
  for (const layer of [0, 1]) {
    const name = `encoder.${layer}`;
    const heads = (t: string, perm: number[]): string =>
      call('Transpose', [call('Reshape', [t, ints(0, 0, HEADS, WIDTH / HEADS)])], { perm });
    const q = heads(linear(x, `${name}.query`, WIDTH, WIDTH), [0, 2, 1, 3]);
    const k = heads(linear(x, `${name}.key`, WIDTH, WIDTH), [0, 2, 3, 1]);
    const v = heads(linear(x, `${name}.value`, WIDTH, WIDTH), [0, 2, 1, 3]);
    const scores = call('Add', [call('Div', [call('MatMul', [q, k]), scalar(2)]), bias]);
    const mixed = call('MatMul', [call('Softmax', [scores], { axis: -1 }), v]);
    const joined = call('Reshape', [call('Transpose', [mixed], { perm: [0, 2, 1, 3] }), ints(0, 0, WIDTH)]);
    x = norm(call('Add', [linear(joined, `${name}.output`, WIDTH, WIDTH), x]), `${name}.norm1`);
    const inner = linear(x, `${name}.inner`, WIDTH, INNER);
    const erf = call('Erf', [call('Div', [inner, scalar(Math.SQRT2)])]);
    const gelu = call('Mul', [call('Mul', [inner, call('Add', [erf, scalar(1)])]), scalar(0.5)]);
    x = norm(call('Add', [linear(gelu, `${name}.outer`, INNER, WIDTH), x]), `${name}.norm2`);
  }
  const first = call('Gather', [x, whole(0)], { axis: 1 });
  nodes.push({ op: 'Tanh', inputs: [linear(first, 'pooler', WIDTH, WIDTH)], outputs: ['pooled'] });
  nodes.push({ op: 'Identity', inputs: [x], outputs: ['hidden'] });
  const ids = { type: 'int64', shape: ['batch', 'sequence'] } as const;
  return {
    opset,
    nodes,
    inputs: { input_ids: ids, attention_mask: ids, token_type_ids: ids },
    outputs: ['hidden', 'pooled'],
    initializers,
  };
}
/** Two rows, the second of which is padded. */
export const sentences: Readonly<Record<string, Numbers>> = {
  input_ids: { shape: [2, STEPS], data: [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 0, 0, 0], type: 'int64' },
  attention_mask: { shape: [2, STEPS], data: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0], type: 'int64' },
  token_type_ids: { shape: [2, STEPS], data: [0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0], type: 'int64' },
};
