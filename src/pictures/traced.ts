/** Functions and models as nodes: what is computed of what. */
import {
  type AnyModel,
  isTensor,
  OptionError,
  placeholder,
  refuse,
  type Shape,
  shown,
  sorted,
  survey,
  type Tensor,
  traceProgram,
} from '../index.js';
import { insideOf, isObject } from './given.js';
import { label } from './svg.js';

/** A node, behind those that it reads. */
export interface Node {
  /** What the node is, as a formula of others calls it. */
  readonly name: string;
  /** What it does; the name of an input. */
  readonly label: string;
  readonly shape: string;
  /** The places of what it reads, in the order of the operands. */
  readonly from: readonly number[];
  /** Whether their order counts. */
  readonly inOrder: boolean;
  /** How it is computed; empty for an input. */
  readonly formula: string;
  /** Whether it is a result. */
  readonly result: boolean;
}
type Draft = { -readonly [K in keyof Node]: Node[K] };

/** More nodes than this are no picture any more. */
const MOST = 120;

function checked(where: string, nodes: readonly Node[]): readonly Node[] {
  if (nodes.length > MOST)
    throw new OptionError(
      `${where}: the graph has ${nodes.length} nodes; up to ${MOST} can be drawn, so give a part of it`,
    );
  return nodes;
}
const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`;

/** An operand: the place of a node, or a number that is written into the nodes that read it. */
type Operand = number | { readonly constant: number };
const INFIX: Readonly<Record<string, string>> = { add: '+', sub: '−', mul: '×', div: '÷' };
const COMMUTE = ['add', 'mul', 'maximum', 'minimum', 'equal'];
/** Ops that fold axes. Of many numbers, and of axes that are no neighbours, they make partial results, which another fold joins. */
const FOLDS = ['sum', 'max', 'min', 'sumSquares'];
/** A fold whose result another one joins, and those before it. */
interface Partial {
  readonly name: string;
  readonly scale: number;
  readonly size: number;
  readonly of: Operand;
}

/** What an op is called, and its formula of operands that are given as text. */
function described(
  t: Tensor,
  operands: readonly Operand[],
  words: readonly string[],
  before?: Partial,
): [label: string, formula: string] {
  const name = before?.name ?? t.op.name;
  const attributes = isObject(t.attributes) ? t.attributes : {};
  const call = `${name}(${words.join(', ')})`;
  const sign = INFIX[name];
  if (sign && operands.length === 2) {
    // A number stands on its side of the sign.
    const [a, b] = operands.map((of, i) => (typeof of === 'number' ? '' : words[i]));
    return [`${a} ${sign} ${b}`.trim(), `${words[0]} ${sign} ${words[1]}`];
  }
  if (name === 'scale') {
    const factor = label(Number(t.attributes));
    return [`× ${factor}`, `${words[0]} × ${factor}`];
  }
  if (FOLDS.includes(name) || name === 'repeat') {
    const share = Number(attributes.scale ?? 1) * (before?.scale ?? 1);
    if (share === 1) return [name, call];
    const count = (before?.size ?? t.inputs[0]?.size ?? 1) / t.size;
    return name === 'sum' && Math.abs(share * count - 1) < 1e-6
      ? ['mean', `mean(${words.join(', ')})`]
      : [`${name} × ${label(share)}`, `${call} × ${label(share)}`];
  }
  if (name === 'matmul' && words.length === 2) {
    const [a, b] = [attributes.transposeA, attributes.transposeB].map((turned) => (turned ? 'ᵀ' : ''));
    return [a || b ? `matmul A${a} B${b}` : name, `${words[0]}${a} · ${words[1]}${b}`];
  }
  return [name, call];
}

/** The tensors of a result, which may be in lists and objects. */
function tensorsOf(given: unknown): Tensor[] {
  if (isTensor(given)) return [given];
  const isPlain = isObject(given) && [Object.prototype, null].includes(Object.getPrototypeOf(given));
  return Array.isArray(given) || isPlain ? Object.values(given as object).flatMap((each) => tensorsOf(each)) : [];
}
const withoutOnes = (shape: Shape): string => shape.filter((n) => n !== 1).join();
/** Whether t holds the numbers of its first input in the same order and, but for axes of one place, in the same shape. */
const isSame = (t: Tensor): boolean =>
  t.op.offset !== undefined && withoutOnes(t.shape) === withoutOnes(t.inputs[0].shape);
/** The number that a tensor without inputs stands for everywhere. */
function constantOf(t: Tensor): number | undefined {
  if (t.op.name === 'full') return (t.attributes as { value: number }).value;
  return t.value?.length === 1 ? t.value[0] : undefined;
}

/** The ops of a function of tensors of these shapes. It is called once, and nothing is computed. */
export function ofFunction(
  where: string,
  f: (...inputs: Tensor[]) => unknown,
  inputs: Readonly<Record<string, Shape>>,
): readonly Node[] {
  const given = Object.entries(inputs).map(([name, shape]) => [name, placeholder(shape)] as const);
  const { result, counter } = traceProgram(() => f(...given.map(([, t]) => t)));
  const ends = tensorsOf(result);
  if (!ends.length)
    throw new OptionError(`${where}: of returned ${shown(result)}; it must return a tensor, or several`);
  const nodes: Draft[] = [];
  const places = new Map<Tensor, Operand | undefined>();
  const partials = new Map<Tensor, Partial>();
  const add = (t: Tensor, node: Omit<Draft, 'shape' | 'result'>): void => {
    places.set(t, nodes.length);
    nodes.push({ ...node, shape: shapeText(t.shape), result: false });
  };
  const addInput = (t: Tensor, name: string): void =>
    add(t, { name, label: name, from: [], inOrder: false, formula: '' });
  for (const [name, t] of given) addInput(t, name);
  let [count, constants] = [0, 0];
  const all = sorted(ends);
  const readers = new Map<Tensor, Tensor[]>();
  for (const t of all) for (const x of t.inputs) readers.set(x, [...(readers.get(x) ?? []), t]);
  /** Whether t is a fold that nothing but another fold of the kind reads. */
  const isPartial = (t: Tensor): boolean => {
    const name = t.op.name === 'sumSquares' ? 'sum' : t.op.name;
    if (!FOLDS.includes(t.op.name)) return false;
    for (let at = t; !ends.includes(at); ) {
      const next = readers.get(at) ?? [];
      if (next.length !== 1) return false;
      if (!isSame(next[0])) return next[0].op.name === name;
      [at] = next;
    }
    return false;
  };
  for (const t of all) {
    if (places.has(t)) continue;
    if (!t.inputs.length) {
      const constant = constantOf(t);
      // Random draws count the runs, which is no operand of the mathematics.
      if (t === counter) places.set(t, undefined);
      else if (constant !== undefined) places.set(t, { constant });
      else addInput(t, `constant${++constants > 1 ? constants : ''}`);
      continue;
    }
    const before = partials.get(t.inputs[0]);
    if (before && isSame(t)) {
      partials.set(t, before);
      continue;
    }
    // Of what is no op of single numbers, a tensor of equal numbers is an operand with a shape.
    if (!t.op.elementwise && !isSame(t))
      for (const x of t.inputs) {
        const of = places.get(x);
        if (typeof of === 'object' && x.size > 1) addInput(x, label(of.constant));
      }
    const operands = before ? [before.of] : t.inputs.map((x) => places.get(x)).filter((of) => of !== undefined);
    if (isPartial(t)) {
      const { name, size } = before ?? { name: t.op.name, size: t.inputs[0].size };
      const { scale } = t.attributes as { scale: number };
      partials.set(t, { name, scale: scale * (before?.scale ?? 1), size, of: operands[0] });
      continue;
    }
    if (isSame(t)) {
      const [of] = operands;
      places.set(t, of);
      if (typeof of === 'number' && nodes[of].formula) nodes[of].shape = shapeText(t.shape);
      continue;
    }
    const words = operands.map((of) => (typeof of === 'number' ? nodes[of].name : label(of.constant)));
    const [what, formula] = described(t, operands, words, before);
    const from = operands.filter((of) => typeof of === 'number');
    add(t, { name: `t${++count}`, label: what, from, inOrder: !COMMUTE.includes(t.op.name), formula });
  }
  for (const end of ends) {
    const place = places.get(end);
    if (typeof place === 'number') nodes[place].result = true;
  }
  return checked(where, nodes);
}

/** The layers of a model, and which of them reads the output of which. */
export function ofModel(where: string, model: AnyModel): readonly Node[] {
  const { part, shape } = insideOf(where, model);
  const nodes: Draft[] = [];
  const rowsOf = (of: Shape): string => shapeText(['n' as never, ...of]);
  const addInput = (name: string, of: Shape): number =>
    nodes.push({ name, label: name, shape: rowsOf(of), from: [], inOrder: false, formula: '', result: false }) - 1;
  const heads = part.inputs?.map((head) => ({ ...head, place: addInput(head.name, head.shape) }));
  const whole = heads ? [] : [addInput('x', shape)];
  /** The tensors that are inputs of the model or outputs of layers. */
  const known = new Map<Tensor, readonly number[]>();
  /** Several inputs are one row, of which each is a slice. */
  let row: Tensor | undefined;
  const headsAt = (t: Tensor): readonly number[] => {
    const { begin, shape: window } = t.attributes as { begin: readonly number[]; shape: Shape };
    const [from, to] = [begin[1], begin[1] + window[1]];
    return (heads ?? []).filter(({ at, size }) => at < to && at + size > from).map(({ place }) => place);
  };
  const sourcesOf = (end: Tensor): number[] => {
    const found = new Set<number>();
    const seen = new Set<Tensor>();
    const stack = [end];
    for (let t = stack.pop(); t; t = stack.pop()) {
      if (seen.has(t)) continue;
      seen.add(t);
      const places =
        known.get(t) ?? (heads && t.inputs[0] === row && row && t.op.name === 'slice' ? headsAt(t) : undefined);
      if (places) for (const place of places) found.add(place);
      else stack.push(...[...t.inputs].reverse());
    }
    return [...found];
  };
  const calls = new Map<string, number>();
  survey(part, [2, ...shape], (path, { config, joins }, output, input) => {
    if (!row) {
      row = input;
      while (row.inputs.length) row = row.inputs[0];
      known.set(row, heads ? heads.map(({ place }) => place) : whole);
    }
    const times = (calls.get(path) ?? 0) + 1;
    calls.set(path, times);
    // What a layer is called with is the output of another one, but for layers that join several, and for what composites compute between.
    const from = joins ? sourcesOf(output) : [...(known.get(input) ?? sourcesOf(input))];
    const last = path.split('.').at(-1) as string;
    const kind = config.name || 'layer';
    const named = /^\d*$/.test(last) || last.replace(/\d+$/, '') === kind ? kind : `${last}: ${kind}`;
    const again = times > 1 ? ' again' : '';
    nodes.push({
      name: `${path || kind}${again}`,
      label: `${named}${again}`,
      shape: rowsOf(output.shape.slice(1)),
      from,
      inOrder: config.name === 'concat',
      formula: `${kind}(${from.map((place) => nodes[place].name).join(', ')})`,
      result: false,
    });
    known.set(output, [nodes.length - 1]);
  });
  const read = new Set(nodes.flatMap(({ from }) => from));
  nodes.forEach((node, place) => {
    node.result = !read.has(place);
  });
  return checked(where, nodes);
}

/** Shapes by the names of a function's inputs, in the order of its arguments. */
export function inputsOf(where: string, given: unknown): Record<string, Shape> {
  const what = 'the shapes of the function’s inputs by name, such as { x: [32, 4], w: [4, 3] }';
  if (!isObject(given) || Array.isArray(given) || isTensor(given)) return refuse(where, 'inputs', given, what);
  const entries = Object.entries(given);
  if (!entries.length || entries.length > 32) return refuse(where, 'inputs', given, what);
  return Object.fromEntries(
    entries.map(([name, shape]) => {
      const sizes: unknown[] = Array.isArray(shape) ? Array.from(shape) : [0];
      if (!name || sizes.length > 8 || !sizes.every((n) => Number.isInteger(n) && (n as number) > 0))
        refuse(where, `inputs.${name}`, shape, 'a list of up to 8 whole sizes from 1; [] is a number');
      return [name, sizes as number[]];
    }),
  );
}
