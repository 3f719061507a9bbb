import { FormatError, UnsupportedError } from '../../index.js';
import { type Constant, constantIn, constantOf, type Files, kindOf, type NumberKind } from './constant.js';
import { type Attribute, MODEL, type ModelProto, type NodeProto, type ValueInfo } from './messages.js';
import { decoded } from './wire.js';

/** A call of an op. */
export interface Node {
  /** `Conv`, or `com.microsoft.FusedConv`: the domain is left out where it is ONNX's own. */
  readonly op: string;
  readonly name: string;
  /** Names of tensors; one that is left out is ''. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}
/** An input of the model. A size that is not fixed is −1. */
export interface Input {
  readonly name: string;
  readonly kind: NumberKind;
  /** undefined where even the number of axes is open. */
  readonly shape: readonly number[] | undefined;
}
export interface Graph {
  readonly nodes: readonly Node[];
  readonly constants: Map<string, Constant>;
  readonly inputs: readonly Input[];
  readonly outputs: readonly string[];
  /** The version of ONNX's own ops. */
  readonly version: number;
}

const OPSETS = [7, 21] as const;
const MOST_NODES = 10_000;

/** Reads the graph of a file, and checks what all of it must be. */
export function graphOf(bytes: Uint8Array, files: Files): Graph {
  const { graph, opset } = decoded(bytes, MODEL) as ModelProto;
  if (!graph?.node.length) throw new FormatError('fromOnnx: bytes hold no graph; give the bytes of an .onnx file');
  if (graph.node.length > MOST_NODES)
    throw new UnsupportedError(`fromOnnx: the graph has more than ${MOST_NODES} nodes`);
  if (graph.sparse.length)
    throw new UnsupportedError('fromOnnx: the file has sparse tensors; write it with dense ones');
  const { version = 0 } = opset.find(({ domain = '' }) => OWN.includes(domain)) ?? {};
  if (version < OPSETS[0] || version > OPSETS[1])
    throw new UnsupportedError(
      `fromOnnx: the file has opset ${version}; opsets ${OPSETS.join(' to ')} are read: export it with opset 17`,
    );
  const constants = new Map<string, Constant>();
  for (const tensor of graph.initializer) constants.set(tensor.name ?? '', constantIn(tensor, files));
  const nodes = graph.node.map(nodeOf);
  for (const node of nodes) {
    const value = node.op === 'Constant' && constantOfNode(node, files);
    if (value) constants.set(node.outputs[0], value);
  }
  return {
    nodes: nodes.filter(({ op, outputs }) => op !== 'Constant' || !constants.has(outputs[0])),
    constants,
    // An initializer may be listed as an input, as its default value.
    inputs: graph.input.filter(({ name = '' }) => !constants.has(name)).map(inputOf),
    outputs: graph.output.map(({ name = '' }) => name),
    version,
  };
}

const OWN = ['', 'ai.onnx'];
function nodeOf({ op = '', domain = '', name, input, output, attribute }: NodeProto): Node {
  return {
    op: OWN.includes(domain) ? op : `${domain}.${op}`,
    name: name || output[0] || op,
    inputs: input,
    outputs: output,
    attributes: new Map(attribute.map((own) => [own.name ?? '', own])),
  };
}

function constantOfNode({ attributes }: Node, files: Files): Constant | undefined {
  const { t, i, f, ints = [], floats = [] } = attributes.values().next().value ?? {};
  const [name] = attributes.keys();
  if (name === 'value' && t) return constantIn(t, files);
  if (name === 'value_int') return constantOf([], [i ?? 0]);
  if (name === 'value_float') return constantOf([], Float32Array.of(f ?? 0), 'float');
  if (name === 'value_ints') return constantOf([ints.length], ints);
  if (name === 'value_floats') return constantOf([floats.length], Float32Array.from(floats), 'float');
  return undefined;
}

function inputOf({ name = '', type }: ValueInfo): Input {
  const kind = kindOf(type?.tensor?.type ?? 1);
  if (!kind) throw new UnsupportedError(`fromOnnx: the input '${name}' is no tensor of numbers`);
  const shape = type?.tensor?.shape?.dim.map(({ value = -1 }) => (value > 0 ? value : -1));
  return { name, kind, shape };
}
