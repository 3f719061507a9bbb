import {
  checkKeys,
  DataError,
  FormatError,
  type Model,
  nn,
  OptionError,
  type Output,
  record,
  refuse,
  RegulusError,
  type Shape,
  ShapeError,
  shown,
  type Tensor,
  UnsupportedError,
} from '../../index.js';
import { Call, type Given } from './call.js';
import { Constant, type Files, floatsOf } from './constant.js';
import { ELEMENTWISE, type Rules } from './elementwise.js';
import { foldedNode, folds } from './fold.js';
import { batchOf, checkShapes, type Example, inputOf, layoutOf } from './inputs.js';
import { recognized } from './patterns.js';
import { Problems } from './problems.js';
import { PRODUCTS } from './products.js';
import { type Graph, graphOf, type Input, type Node } from './read.js';
import { RECURRENT } from './recurrent.js';
import { RESIZE } from './resize.js';
import { Scope } from './scope.js';
import { SHAPES } from './shapes.js';
import { allow } from './strided.js';
import { arranged, ordered, type Value } from './value.js';
import { WINDOWS } from './windows.js';

export interface FromOnnxOptions {
  /** The bytes of files in which the weights are, by the names that the model has for them (often 'model.onnx.data'). Default
   *  none: all is in one file. */
  files?: Files;
  /** One example's shape, in the order that the imported model has (images [height, width, channels]), or shapes by the
   *  names of several inputs. Needed where the file leaves sizes open, the batch's excepted. */
  inputShape?: Shape | Readonly<Record<string, Shape>>;
  /** The name of a node or tensor at which the model ends, or several, whose outputs are then by name. Default the file's
   *  outputs. */
  outputs?: string | readonly string[];
}

const RULES: Rules = { ...ELEMENTWISE, ...SHAPES, ...WINDOWS, ...PRODUCTS, ...RECURRENT, ...RESIZE };
const WHERE = 'fromOnnx';

/**
 * Makes a model of an ONNX file, opsets 7 to 21, that is trained, saved and sent to workers like any other. Inputs that the
 * file uses as images [n, channels, height, width] are [n, height, width, channels] here, and so are outputs; the batch is the
 * first axis of each and may have any size. Batch normalizations are frozen, other weights can be trained. Layers are named as
 * the weights or nodes in the file, with / in place of dots.
 *
 * Throws a FormatError where the bytes are no such file, and an UnsupportedError that lists all that cannot be imported.
 * @example const model = fromOnnx(await readFile('digits.onnx'))
 */
export function fromOnnx<O extends Output = Tensor>(bytes: Uint8Array, options: FromOnnxOptions = {}): Model<O> {
  if (!(bytes instanceof Uint8Array)) refuse(WHERE, 'bytes', bytes, "a file's bytes, a Uint8Array");
  checkKeys(WHERE, options, ['files', 'inputShape', 'outputs']);
  const given = record(WHERE, 'files', options.files ?? {}, "bytes by the files' names");
  const files = Object.entries(given).map(([name, own]) => {
    if (!(own instanceof Uint8Array)) refuse(WHERE, `files['${name}']`, own, "the file's bytes, a Uint8Array");
    return [name, plainBytes(own)] as const;
  });
  allow(files.reduce((sum, [, own]) => sum + own.length, bytes.length));
  const whole = graphOf(plainBytes(bytes), Object.fromEntries(files));
  const nodes = recognized(whole.nodes, whole.constants);
  checkShapes(options.inputShape, whole.inputs);
  const wanted = wantedOf(whole, nodes, options.outputs);
  return imported({ ...whole, nodes: neededFor(wanted, nodes) }, wanted, options.inputShape) as unknown as Model<O>;
}

/** Node's buffers are arrays of bytes whose `slice` copies nothing. */
const plainBytes = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);

/** The tensors that the model gives, by the names that were asked for. */
function wantedOf({ outputs, inputs }: Graph, nodes: readonly Node[], given: unknown): Map<string, string> {
  const all = given === undefined ? outputs : typeof given === 'string' ? [given] : given;
  if (!Array.isArray(all) || !all.length || !Array.from(all).every((name) => typeof name === 'string'))
    refuse(WHERE, 'outputs', given, 'the name of a node or tensor in the file, or a list of such names');
  const made = new Set([...nodes.flatMap((node) => node.outputs), ...inputs.map(({ name }) => name)]);
  const found = new Map<string, string>();
  for (const name of all as string[]) {
    const tensor = made.has(name) ? name : nodes.find((node) => node.name === name)?.outputs[0];
    if (tensor === undefined || name === '') {
      if (given === undefined) throw new FormatError(`${WHERE}: the output ${shown(name)} is made by no node`);
      const last = nodes.slice(-5).map((node) => node.name);
      throw new OptionError(
        `${WHERE}: outputs: there is no node or tensor ${shown(name)}; the last nodes are ${last.join(', ')}`,
      );
    }
    found.set(name === '__proto__' ? '_proto_' : name, tensor);
  }
  return found;
}

/** The nodes from which these tensors come, each after those that it reads. */
function neededFor(wanted: ReadonlyMap<string, string>, nodes: readonly Node[]): Node[] {
  const makers = new Map(
    nodes.flatMap((node) => node.outputs.filter(Boolean).map((output) => [output, node] as const)),
  );
  const order: Node[] = [];
  const seen = new Map<Node, 'open' | 'done'>();
  const stack = [...wanted.values()].reverse().flatMap((tensor) => makers.get(tensor) ?? []);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    if (seen.has(node)) {
      stack.pop();
      if (seen.get(node) === 'open') order.push(node);
      seen.set(node, 'done');
      continue;
    }
    seen.set(node, 'open');
    for (const input of [...node.inputs].reverse()) {
      const maker = makers.get(input);
      if (!maker || seen.get(maker) === 'done') continue;
      if (seen.has(maker)) throw new FormatError(`${WHERE}: the node '${maker.name}' reads what it makes itself`);
      stack.push(maker);
    }
  }
  return order;
}

function readersOf(nodes: readonly Node[]): Map<string, Node[]> {
  const readers = new Map<string, Node[]>();
  for (const node of nodes)
    for (const input of node.inputs) {
      const list = readers.get(input) ?? [];
      list.push(node);
      readers.set(input, list);
    }
  return readers;
}

function imported(graph: Graph, wanted: ReadonlyMap<string, string>, inputShape: unknown): Model {
  const readers = readersOf(graph.nodes);
  const ends = new Set(wanted.values());
  const inputs = graph.inputs.filter(({ name }) => readers.has(name) || ends.has(name));
  if (!inputs.length) throw new UnsupportedError(`${WHERE}: the outputs depend on no input`);
  const batch = batchOf(inputs);
  const given = examplesOf(inputs, graph, (input) =>
    inputOf(input, layoutOf(input, readers), inputShape, inputs.length, batch),
  );
  const examples = given.map(({ example }) => example);
  const names = inputs.map(({ name }) => (name === '__proto__' ? '_proto_' : name));
  const shapes = inputs.length === 1 ? examples[0] : Object.fromEntries(names.map((name, i) => [name, examples[i]]));
  let weights = new Map<string, () => ArrayLike<number>>();
  const describe = (nodes: nn.GraphNode | Readonly<Record<string, nn.GraphNode>>): nn.NodeOutputs => {
    const values = given.map(({ like }, i): Value => {
      const node = inputs.length === 1 ? nodes : (nodes as Readonly<Record<string, nn.GraphNode>>)[names[i]];
      return { ...like, node: node as nn.GraphNode };
    });
    const scope = new Scope(graph.version, readers, ends, values[0]);
    for (const [name, constant] of graph.constants) scope.tensors.set(name, constant);
    for (const [i, { name }] of inputs.entries()) scope.tensors.set(name, values[i]);
    translate(graph, inputs, scope);
    weights = scope.weights;
    const outputs = [...wanted].map(([name, tensor]) => [name, resultOf(scope, name, tensor)] as const);
    return outputs.length === 1 ? outputs[0][1] : Object.fromEntries(outputs);
  };
  const model = nn.graph(shapes as Shape, describe as (node: nn.GraphNode) => nn.GraphNode);
  const state = [...weights].map(([name, values]) => [name, floatsOf(values())] as const);
  try {
    return model.build(undefined, { state: Object.fromEntries(state) });
  } catch (cause) {
    if (!(cause instanceof ShapeError || cause instanceof DataError)) throw cause;
    throw new FormatError(`${WHERE}: the weights do not fit the graph: ${cause.message}`, { cause });
  }
}

/** The inputs of the model. Where they are not known, neither are the shapes of anything else, so that ops that nobody knows
 *  are refused before. */
function examplesOf(inputs: readonly Input[], { nodes, version }: Graph, of: (input: Input) => Example): Example[] {
  try {
    return inputs.map(of);
  } catch (error) {
    const problems = new Problems(version);
    for (const node of nodes) if (!isKnown(node.op)) problems.add(node, '');
    problems.refuse(inputs);
    throw error;
  }
}
const isKnown = (op: string): boolean => Object.hasOwn(RULES, op) || folds(op);

/** The node of an output: images as they are, other tensors in the file's order, after the batch. */
function resultOf(scope: Scope, name: string, tensor: string): nn.GraphNode {
  const value = scope.tensors.get(tensor);
  if (!value || value instanceof Constant)
    throw new UnsupportedError(`${WHERE}: the output '${name}' does not depend on an input`);
  if (!value.image) return arranged(value, ordered(value));
  const [batch, ...rest] = value.shape.keys();
  return arranged(value, [batch, ...rest.slice(1), ...rest.slice(0, 1)]);
}

/** Describes the nodes of a file one after another. What cannot be imported is collected, and refused together. */
function translate({ nodes, version }: Graph, inputs: readonly Input[], scope: Scope): void {
  const problems = new Problems(version);
  for (const node of nodes) {
    const given = node.inputs.map((name): Given | null => (name ? scope.tensors.get(name) : undefined));
    const lost = node.inputs.findIndex((name, i) => name && given[i] === undefined);
    if (lost >= 0) throw new FormatError(`${WHERE}: '${node.name}' reads '${node.inputs[lost]}', which nothing makes`);
    const made = resultsOf(node, given, scope, problems);
    for (const [i, name] of node.outputs.entries()) if (name) scope.tensors.set(name, made?.[i] ?? null);
  }
  problems.refuse(inputs);
}

/** The results of a node; undefined where there are none, because it is unknown, refused, or behind one that is. */
function resultsOf(
  node: Node,
  given: readonly (Given | null)[],
  scope: Scope,
  problems: Problems,
): readonly (Value | Constant)[] | undefined {
  const { op } = node;
  const constants = !given.some((each) => each !== undefined && !(each instanceof Constant));
  const known = Object.hasOwn(RULES, op) || constants;
  if (!known) return problems.add(node, '');
  if (given.includes(null)) return undefined;
  const call = new Call(scope, node, given as readonly Given[]);
  try {
    const merged = scope.merged.get(node);
    if (merged) return [scope.tensors.get(merged) as Value];
    const folded = constants ? foldedNode(call) : undefined;
    if (!folded && !Object.hasOwn(RULES, op)) return problems.add(node, '');
    const made = folded ?? RULES[op](call);
    return Array.isArray(made) ? (made as readonly (Value | Constant)[]) : [made as Value];
  } catch (error) {
    if (error instanceof FormatError) throw error;
    if (error instanceof RegulusError) return problems.add(node, error.message);
    // Inputs and attributes of the wrong kind meet code that relies on the format.
    throw new FormatError(`${WHERE}: the node '${node.name}' (${op}) does not follow the format: ${error}`, {
      cause: error,
    });
  }
}
