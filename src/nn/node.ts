import { OptionError, ShapeError } from '../errors.js';
import { type Shape, show } from '../graph/shape.js';
import { shown } from '../options.js';
import { type ByHead, matched, widthOf } from '../graph/heads.js';
import { isComposite, type Part } from './layer.js';
import { survey } from './walk.js';

/** What a layer or model is called with in a graph: a node, several in a list for a join, or several by name for a
 *  model with such inputs. */
export type NodeInputs = GraphNode | readonly GraphNode[] | Readonly<Record<string, GraphNode>>;

/** One call of a part in a graph. */
export interface NodeCall {
  readonly part: Part;
  readonly inputs: NodeInputs;
  /** Its outputs, in their order: one, or one for each head. */
  readonly outputs: readonly GraphNode[];
}

let count = 0;

/** A value in a graph that `nn.graph` describes: an input, or an output of a layer or model. */
export class GraphNode {
  /** Nodes are numbered as they are made, so that parts keep the order in which they were called. */
  readonly id = count++;
  /** `shape` is that of one example. An input has no call. */
  constructor(
    readonly shape: Shape,
    readonly call?: NodeCall,
  ) {}
}

/** The nodes of an argument in their order; undefined where something else is among them. */
export function nodesOf(given: unknown): readonly GraphNode[] | undefined {
  if (given instanceof GraphNode) return [given];
  if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) return undefined;
  const nodes: unknown[] = Object.values(given);
  return nodes.length && nodes.every((node) => node instanceof GraphNode) ? (nodes as GraphNode[]) : undefined;
}

/** Calls a part in a graph. Returns the node of its output, or a node for each of its outputs by name. */
export function applied(part: Part, given: unknown): GraphNode | Readonly<Record<string, GraphNode>> {
  const where = part.config.name;
  const nodes = nodesOf(given);
  if (!nodes)
    throw new OptionError(
      `${where}: was called with ${shown(given)}; layers are called with the nodes of nn.graph, and models train on tensors`,
    );
  const inputs = given as NodeInputs;
  const blueprint = survey(part, placeholders(part, inputs), undefined, true);
  if (blueprint.output[0] !== BATCH)
    throw new ShapeError(
      `${where}: makes ${show(blueprint.output)} of a batch of ${BATCH}; a row of each example is needed`,
    );
  const outputs: GraphNode[] = [];
  // Heads come from one call.
  const call: NodeCall = { part, inputs, outputs };
  const made = (shape: Shape): GraphNode => {
    const node = new GraphNode(shape, call);
    outputs.push(node);
    return node;
  };
  if (!blueprint.heads) return made(blueprint.output.slice(1));
  return Object.fromEntries(blueprint.heads.map(({ name, shape }) => [name, made(shape)]));
}

/** The batch with which shapes are found. */
const BATCH = 2;

/** The shape of the input of a part, or of its inputs. */
function placeholders(part: Part, given: NodeInputs): Shape | readonly Shape[] {
  const of = ({ shape }: GraphNode): Shape => [BATCH, ...shape];
  if (given instanceof GraphNode) return of(given);
  if (Array.isArray(given)) return (given as readonly GraphNode[]).map(of);
  if (!isComposite(part) || !part.inputs)
    throw new OptionError(`${part.config.name}: takes one input, and was called with several by name`);
  matched(part.config.name, part.inputs, given as ByHead<GraphNode>, ({ shape }) => shape);
  return [BATCH, widthOf(part.inputs)];
}
