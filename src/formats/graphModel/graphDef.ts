import { FormatError, type Shape, shown } from '../../index.js';
import { field, type Fields, isFields, isWhole, Refusal } from '../keras/settings.js';

/** A node of TensorFlow's graph. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Source[];
  readonly attributes: Attributes;
}
/** An output of a node. */
export interface Source {
  readonly name: string;
  readonly output: number;
}
const MOST_NODES = 50_000;

/** The attributes of a node, as JSON has them: texts in base64 or as bytes, whole numbers as texts, lists within `list`. */
export class Attributes {
  constructor(readonly fields: Fields) {}

  #of(name: string, kind: string): unknown {
    const value = field(this.fields, name);
    return isFields(value) ? field(value, kind) : undefined;
  }
  #list(name: string, kind: string): readonly unknown[] {
    const list = this.#of(name, 'list');
    const items = isFields(list) ? (field(list, kind) ?? []) : [];
    return Array.isArray(items) ? items : [];
  }
  text = (name: string, standard: string): string => decoded(this.#of(name, 's')) ?? standard;
  texts = (name: string): string[] => this.#list(name, 's').map((each) => decoded(each) ?? '');
  flag = (name: string, standard = false): boolean => {
    const value = this.#of(name, 'b');
    return typeof value === 'boolean' ? value : standard;
  };
  number = (name: string, standard: number): number => {
    const value = Number(this.#of(name, 'f') ?? this.#of(name, 'i') ?? standard);
    return Number.isFinite(value) ? value : standard;
  };
  whole = (name: string): readonly number[] => this.#list(name, 'i').map(Number);
  /** A type as its name, 'DT_FLOAT', or its number. */
  type = (name: string): unknown => this.#of(name, 'type');
  /** The sizes of a shape, −1 where one is open; undefined where nothing is known. */
  shape(name: string): readonly number[] | undefined {
    const shape = this.#of(name, 'shape');
    if (!isFields(shape) || field(shape, 'unknownRank') === true) return undefined;
    const dims = field(shape, 'dim') ?? [];
    return Array.isArray(dims) ? dims.map((dim) => Number(isFields(dim) ? (field(dim, 'size') ?? 0) : dim)) : undefined;
  }
}
function decoded(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map((code) => String.fromCharCode(Number(code))).join('');
  if (typeof value !== 'string') return undefined;
  try {
    return atob(value);
  } catch {
    return value;
  }
}

/** Reads the nodes of a graph by name. */
export function nodesOf(where: string, topology: unknown): Map<string, NodeDef> {
  const list = isFields(topology) ? field(topology, 'node') : undefined;
  const fail = (what: string): never => {
    throw new FormatError(`${where}: ${what}; the file is damaged or no graph of TensorFlow`);
  };
  if (!Array.isArray(list)) return fail(`the nodes of the graph are ${shown(list)}`);
  if (list.length > MOST_NODES) fail(`the graph has ${list.length} nodes, of at most ${MOST_NODES}`);
  const nodes = new Map<string, NodeDef>();
  list.forEach((given: unknown, i) => {
    if (!isFields(given)) return fail(`node ${i} is ${shown(given)}`);
    const [name, op, input, attr] = ['name', 'op', 'input', 'attr'].map((key) => field(given, key));
    if (typeof name !== 'string' || !name || typeof op !== 'string') return fail(`node ${i} has no name or no op`);
    if (nodes.has(name)) fail(`two nodes have the name ${shown(name)}`);
    const from: unknown[] = Array.isArray(input) ? input : [];
    // '^name' says only what is run before.
    const inputs = from
      .filter((each) => typeof each === 'string' && !each.startsWith('^'))
      .map((each) => sourceOf(each as string));
    nodes.set(name, { name, op, inputs, attributes: new Attributes(isFields(attr) ? attr : {}) });
  });
  return nodes;
}
/** 'name', 'name:1', or as within functions 'name:output:1'. */
export function sourceOf(text: string): Source {
  const [name, ...rest] = text.split(':');
  const output = Number(rest[rest.length - 1] ?? 0);
  return { name, output: isWhole(output) ? output : 0 };
}

export type Numbers = Float32Array | readonly number[];
/** A weight of the file, or numbers that follow from weights and shapes. −1 among whole numbers is a size that is open. */
export class Constant {
  constructor(
    readonly shape: Shape,
    readonly values: Numbers,
    /** Whether it is a weight, which training changes. */
    readonly weight = false,
  ) {}

  get size(): number {
    return this.values.length;
  }
  /** Whole numbers, such as axes. */
  get whole(): readonly number[] {
    const list = Array.from(this.values);
    if (list.length > 64 || !list.every(Number.isSafeInteger))
      throw new Refusal('sizes or axes that are no whole numbers');
    return list;
  }
}
