import type { Shape } from '../../index.js';
import { permuted, type Table } from './toValue.js';
import { type Field, type Message, message } from './writeMessage.js';

/** Attributes of a node. Those named in FLOATS are floats, other numbers whole ones. */
type Attributes = Readonly<Record<string, number | string | readonly number[]>>;
interface Node {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}
interface Stored {
  readonly dims: readonly number[];
  readonly type: number;
  readonly data: Float32Array | BigInt64Array;
}
/** An input or output of the whole graph: one example's shape. */
interface Port {
  readonly name: string;
  readonly shape: Shape;
}

/** The numbers by which ONNX knows types of elements. */
export const [FLOAT, INT32, INT64, BOOL] = [1, 6, 7, 9];
const FLOATS: readonly string[] = ['alpha', 'beta', 'epsilon'];
/** The size of constants of which equal ones are looked for, by their text. */
const FEW = 1 << 18;

/** The graph of a file while it is written. Its values are known by name. */
export class Graph {
  /** The path of the layer that is written: it begins the names of its nodes. */
  path = '';
  #nodes: Node[] = [];
  readonly #makers = new Map<string, Node>();
  readonly #stored = new Map<string, Stored>();
  readonly #constants = new Map<string, string>();
  readonly #taken = new Map<string, number>();
  constructor(readonly opset: number) {}

  /** This name, or with a number where it is taken. */
  fresh(name: string): string {
    const count = this.#taken.get(name) ?? 0;
    this.#taken.set(name, count + 1);
    return count ? this.fresh(`${name}_${count + 1}`) : name;
  }

  /** Adds a node, and returns the name of its output, the one at `place` of `count`. */
  node(type: string, inputs: readonly string[], attributes: Attributes = {}, place = 0, count = place + 1): string {
    const name = this.fresh(this.path ? `${this.path}/${type}` : type);
    const outputs = Array.from({ length: count }, (_, i) => (i === place ? name : i < place ? '' : this.fresh(name)));
    const node = { type, name, inputs, outputs, attributes };
    this.#nodes.push(node);
    this.#makers.set(name, node);
    return name;
  }
  /** Adds a node without attributes. */
  op(type: string, ...inputs: readonly string[]): string {
    return this.node(type, inputs);
  }

  /** A constant of float32. */
  constant(values: ArrayLike<number>, dims: Shape = [values.length]): string {
    return this.#constant({ dims, type: FLOAT, data: Float32Array.from(values) });
  }
  scalar(value: number): string {
    return this.constant([value], []);
  }
  /** A list of whole numbers, as the inputs are that stand for shapes and axes. */
  ints(...values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#constant({ dims: [values.length], type: INT64, data });
  }
  #constant(stored: Stored): string {
    const { dims, type, data } = stored;
    const key = data.length < FEW ? `${type} ${dims.join()}: ${data.join()}` : '';
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.#keep(`constant/${this.#stored.size}`, stored);
    if (key) this.#constants.set(key, name);
    return name;
  }
  /** A table of numbers, its axes in another order where one is given. A parameter has its path as name, and is stored once. */
  table(
    { shape, values, path }: Table,
    perm?: readonly number[],
    dims = perm?.map((axis) => shape[axis]) ?? shape,
  ): string {
    const data = perm ? permuted(values, shape, perm) : values;
    if (path === undefined) return this.constant(data, dims);
    const known = this.#stored.get(path);
    if (known && `${known.dims}` === `${dims}` && data.every((value, i) => value === known.data[i])) return path;
    return this.#keep(path, { dims, type: FLOAT, data });
  }
  #keep(name: string, stored: Stored): string {
    const own = this.fresh(name);
    this.#stored.set(own, stored);
    return own;
  }

  /** The numbers of each example in another shape. */
  reshape(x: string, shape: Shape): string {
    return this.op('Reshape', x, this.ints(0, ...shape));
  }
  /** The axes in another order. A transposition of a transposition is one, or none. */
  transpose(x: string, perm: readonly number[]): string {
    const before = this.#makers.get(x);
    const inner = before?.type === 'Transpose' ? (before.attributes.perm as readonly number[]) : undefined;
    const from = inner ? (before?.inputs[0] as string) : x;
    const whole = inner ? perm.map((axis) => inner[axis]) : perm;
    return whole.every((axis, i) => axis === i) ? from : this.node('Transpose', [from], { perm: whole });
  }
  cast(x: string, to: number): string {
    return this.node('Cast', [x], { to });
  }

  /** The message of the whole graph, without what no output needs. */
  written(name: string, inputs: readonly Port[], outputs: readonly (Port & { readonly value: string })[]): Message {
    const renamed = new Map<string, string>();
    for (const { name: own, value } of outputs)
      if (this.#makers.has(value) && !renamed.has(value)) renamed.set(value, own);
      else this.#nodes.push({ type: 'Identity', name: own, inputs: [value], outputs: [own], attributes: {} });
    const needed = new Set(outputs.flatMap(({ name: own, value }) => [own, value]));
    let nodes = this.#nodes.reverse().filter(({ outputs: made, inputs: read }) => {
      const used = made.some((value) => needed.has(value));
      if (used) for (const value of read) needed.add(value);
      return used;
    });
    nodes.reverse();
    // Inputs that are only ever converted to whole numbers come as such.
    const ids = inputs.filter(({ name: own }) => {
      const readers = nodes.filter(({ inputs: read }) => read.includes(own));
      const are = readers.length > 0 && readers.every(({ attributes }) => attributes.to === INT32);
      if (are) for (const { outputs: made } of readers) renamed.set(made[0], own);
      if (are) nodes = nodes.filter((node) => !readers.includes(node));
      return are;
    });
    const nameOf = (value: string): string => renamed.get(value) ?? value;
    return message([
      ...nodes.map((node): Field => [1, nodeMessage(node, nameOf)]),
      [2, name],
      ...[...this.#stored].filter(([own]) => needed.has(own)).map(([own, stored]): Field => [5, tensor(own, stored)]),
      ...inputs.map((port): Field => [11, portMessage(port, ids.includes(port) ? INT32 : FLOAT)]),
      ...outputs.map((port): Field => [12, portMessage(port, FLOAT)]),
    ]);
  }
}

const nodeMessage = ({ type, name, inputs, outputs, attributes }: Node, nameOf: (value: string) => string): Message =>
  message([
    ...inputs.map((value): Field => [1, nameOf(value)]),
    ...outputs.map((value): Field => [2, nameOf(value)]),
    [3, name],
    [4, type],
    ...Object.entries(attributes).map(([own, value]): Field => [5, attribute(own, value)]),
  ]);
/** An attribute with its type: a float, a whole number, a text or whole numbers. */
function attribute(name: string, value: Attributes[string]): Message {
  const of = (type: number, ...fields: readonly Field[]): Message => message([[1, name], ...fields, [20, type]]);
  if (typeof value === 'string') return of(3, [4, value]);
  if (typeof value === 'object') return of(7, ...value.map((n): Field => [8, n]));
  return FLOATS.includes(name) ? of(1, [2, Float32Array.of(value)]) : of(2, [3, value]);
}
const tensor = (name: string, { dims, type, data }: Stored): Message =>
  message([
    ...dims.map((n): Field => [1, n]),
    [2, type],
    [8, name],
    [9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
  ]);
/** Inputs and outputs have as many rows as the batch, which is named N. */
function portMessage({ name, shape }: Port, type: number): Message {
  const dims = [message([[2, 'N']]), ...shape.map((n) => message([[1, n]]))];
  const sizes = message(dims.map((dim): Field => [1, dim]));
  const of = message([
    [1, type],
    [2, sizes],
  ]);
  return message([
    [1, name],
    [2, message([[1, of]])],
  ]);
}
