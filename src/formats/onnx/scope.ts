import { nn } from '../../index.js';
import { cannot } from './call.js';
import { Constant } from './constant.js';
import type { Node } from './read.js';
import type { Value } from './value.js';

/** What is known while the nodes of a file become a graph. */
export class Scope {
  /** What tensors of the file are, by their names; null where they could not be imported. */
  readonly tensors = new Map<string, Value | Constant | null>();
  /** The numbers of the parameters by their paths. */
  readonly weights = new Map<string, () => ArrayLike<number>>();
  /** Nodes that became part of another, and the tensor that they give too. */
  readonly merged = new Map<Node, string>();
  readonly #names = new Set<string>();

  constructor(
    /** The version of ONNX's own ops. */
    readonly version: number,
    /** The nodes that read a tensor. */
    private readonly readers: ReadonlyMap<string, readonly Node[]>,
    /** The tensors that are outputs. */
    private readonly ends: ReadonlySet<string>,
    /** A value to which constants are tied that must have a row for each example. */
    private readonly lead: Value,
  ) {}

  /** A path for a node's layer: that of its weight in the file, if it looks like one, else the node's name. */
  path(node: Node, weight?: Constant): string {
    const [, own] = /^(.+)[./](?:weight|kernel|value)$/.exec(weight?.name ?? '') ?? [];
    const plain = (own ?? node.name)
      .replace(/[^\w-]+/g, '/')
      .replace(/^\/+|\/+$/g, '')
      .slice(0, 100);
    // Numbers alone would be reordered as keys of objects.
    const base = /^(\d+|__proto__|)$/.test(plain) ? `${node.op.replace(/\W/g, '')}${plain}` : plain;
    let path = base;
    for (let i = 2; this.#names.has(path); i++) path = `${base}_${i}`;
    this.#names.add(path);
    return path;
  }

  /** Makes a layer of that name, whose parameters get these numbers. */
  layer<L extends nn.CallableLayer>(
    node: Node,
    make: (name: string) => L,
    weights: Readonly<Record<string, () => ArrayLike<number>>> = {},
    weight?: Constant,
  ): L {
    const name = this.path(node, weight);
    for (const [own, values] of Object.entries(weights)) this.weights.set(`${name}.${own}`, values);
    return make(name);
  }

  /** Whether a tensor is read, or an output. */
  isRead(tensor: string | undefined): boolean {
    return tensor !== undefined && (this.readers.has(tensor) || this.ends.has(tensor));
  }

  /** The bias that is added right behind a product, and nowhere else: the product then adds it. */
  biasBehind({ outputs: [product] }: Node, units: number): Constant | undefined {
    const [add, ...others] = this.readers.get(product) ?? [];
    if (add?.op !== 'Add' || others.length || this.ends.has(product)) return undefined;
    const bias = this.tensors.get(add.inputs[add.inputs[0] === product ? 1 : 0]);
    if (!(bias instanceof Constant) || bias.shape.length !== 1 || bias.size !== units) return undefined;
    this.merged.set(add, product);
    return bias;
  }

  /** Constants as a value: the same numbers for each example. */
  valueOf({ shape, data, kind }: Constant): Value {
    const [rows = 1, ...sizes] = shape;
    if (!shape.length || rows !== 1) cannot(`a constant [${shape}] has no row for each example`);
    return { node: tied(this, this.lead.node, sizes, data), shape, axes: [...shape.keys()], kind };
  }
}

/** A node that has these numbers for every row of another. */
function tied(scope: Scope, lead: nn.GraphNode, sizes: readonly number[], data: ArrayLike<number>): nn.GraphNode {
  const begin = [0, ...lead.shape.map(() => 0)];
  const end = [ROWS, ...lead.shape.map(() => 1)];
  const one = nn.op('slice', { args: [begin, end] })(lead);
  // Nothing is greater than itself, whatever it is.
  const zero = nn.reshape(sizes.map(() => 1))(nn.op('greater')([one, one]));
  const node = { name: 'constant', op: 'constant', inputs: [], outputs: [], attributes: new Map() };
  const layer = scope.layer(node, (name) => nn.op('add', { operand: sizes, trainable: false, name }), {
    value: () => data,
  });
  return layer(zero);
}
/** An end behind the last row of any batch. */
export const ROWS = 0x7fffffff;
