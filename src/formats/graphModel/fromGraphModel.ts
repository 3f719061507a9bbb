import {
  DataError,
  FormatError,
  type Model,
  nn,
  OptionError,
  RegulusError,
  type Shape,
  ShapeError,
  shown,
  UnsupportedError,
} from '../../index.js';
import { type InputShape, shapesOf } from '../keras/inputs.js';
import type { Entry } from '../keras/net.js';
import { field, type Fields, isFields, Refusal } from '../keras/settings.js';
import { Constant, type NodeDef, nodesOf, type Numbers } from './graphDef.js';
import { OPS } from './ops.js';
import { isInput, type Plan, planOf, shortName } from './plan.js';
import { Site, type State, type Value } from './site.js';

/** A weight of the file. */
export interface GraphWeight {
  readonly name: string;
  readonly shape: Shape;
  values(): Numbers;
}
export interface GraphModelOptions {
  /** The node that the model ends with, by its name or the end of it. A softmax or sigmoid there is left out. Default the outputs of the file. */
  upTo?: string;
  /** The shape of one example, or of the inputs by name, in place of what the file says. */
  inputShape?: InputShape;
  /** Leaves out a softmax or sigmoid at the end. Default false. */
  logits?: boolean;
  /** The function that errors name. */
  where: string;
}
type Nodes = nn.GraphNode | Readonly<Record<string, nn.GraphNode>>;

/** Makes a model of a GraphModel of TensorFlow.js: of the parsed model.json, and its weights. Parts have the names of its nodes, without inlined
 *  functions; weights are trained, single numbers and frozen normalizations are not. */
export function fromGraphModel(model: Fields, weights: readonly GraphWeight[], options: GraphModelOptions): Model {
  const { where, upTo, logits = false } = options;
  const nodes = nodesOf(where, isFields(model) ? field(model, 'modelTopology') : undefined);
  const plan = planOf(where, nodes, model, upTo, logits);
  return new Builder(plan, new Map(weights.map((weight) => [weight.name, weight])), options).build();
}

/** An input as networks of Keras have theirs. */
function declared({ name, attributes }: NodeDef): Entry {
  const shape = attributes.shape('shape')?.map((size) => (size > 0 ? size : null));
  return { name: shortName(name), className: '', config: { batch_shape: shape }, index: 0, calls: [] };
}

class Builder {
  readonly #values = new Map<string, readonly Value[]>();
  readonly #state: State = new Map();
  readonly #taken = new Set<string>();
  #at = 'the graph';
  constructor(
    readonly plan: Plan,
    readonly weights: ReadonlyMap<string, GraphWeight>,
    readonly options: GraphModelOptions,
  ) {}

  build(): Model {
    const { where, inputShape } = this.options;
    const shapes = shapesOf(where, this.plan.inputs.map(declared), inputShape);
    const names = this.plan.inputs.map(({ name }) => this.#part(name));
    const one = names.length === 1;
    if (!names.length) throw new FormatError(`${where}: the graph has no inputs; the file is damaged`);
    const given = one ? shapes[0] : Object.fromEntries(names.map((name, i) => [name, shapes[i]]));
    const describe = (x: Nodes): Nodes => {
      this.plan.inputs.forEach(({ name }, i) => {
        this.#values.set(name, [one ? (x as nn.GraphNode) : (x as Readonly<Record<string, nn.GraphNode>>)[names[i]]]);
      });
      for (const node of this.plan.nodes) if (!isInput(node)) this.#values.set(node.name, this.#made(node));
      const outputs = [...this.plan.outputs].map(
        ([name, { name: from, output }]) => [name, this.#of(from, output)] as const,
      );
      const constant = outputs.find(
        ([, value]) => value instanceof Constant || this.plan.inputs.some((input) => this.#of(input.name, 0) === value),
      );
      if (constant) throw new OptionError(`${where}: the model would compute nothing; give upTo another node`);
      return outputs.length === 1
        ? (outputs[0][1] as nn.GraphNode)
        : (Object.fromEntries(outputs) as Readonly<Record<string, nn.GraphNode>>);
    };
    try {
      const graph = nn.graph(given as Shape, describe as (x: nn.GraphNode) => nn.GraphNode);
      const state = [...this.#state].map(([name, values]) => [
        name,
        values instanceof Float32Array ? values : Float32Array.from(values),
      ]);
      return graph.build(undefined, { state: Object.fromEntries(state) as Record<string, Float32Array> });
    } catch (cause) {
      if (cause instanceof Refusal)
        throw new UnsupportedError(
          `${where}: ${this.#at} cannot be imported with ${cause.message}; cut the graph before it with { upTo: 'the name of a node' }`,
        );
      const ofLayers =
        cause instanceof ShapeError ||
        cause instanceof DataError ||
        (cause instanceof OptionError && !cause.message.startsWith(`${where}:`));
      if (cause instanceof RegulusError && !ofLayers) throw cause;
      // What layers refuse is about the file here, or about the shape that the caller gave.
      const Kind = inputShape === undefined ? FormatError : ShapeError;
      const advice = inputShape === undefined ? 'the file is damaged' : `inputShape is ${shown(inputShape)}`;
      throw new Kind(`${where}: ${this.#at} cannot be made: ${(cause as Error).message}; ${advice}`, { cause });
    }
  }

  #of(name: string, output: number): Value {
    const value = this.#values.get(name)?.[output];
    if (value) return value;
    throw new FormatError(`${this.options.where}: node '${name}' has no output ${output}`);
  }
  /** A name of its own for a part. */
  #part(name: string, suffix?: string): string {
    const wish = shortName(name) + (suffix === undefined ? '' : `/${suffix}`);
    let free = wish;
    for (let i = 2; this.#taken.has(free); i++) free = `${wish}_${i}`;
    this.#taken.add(free);
    return free;
  }
  #made(node: NodeDef): readonly Value[] {
    const { name, op, inputs } = node;
    this.#at = `node '${shortName(name)}' (${op})`;
    if (op === 'Const') return [this.#constant(node)];
    const values = inputs.map((input) => this.#of(input.name, input.output));
    const made = OPS[op](new Site(node, values, (suffix) => this.#part(name, suffix), this.#state));
    return Array.isArray(made) ? (made as readonly Value[]) : [made as Value];
  }
  #constant({ name, attributes }: NodeDef): Constant {
    const weight = this.weights.get(name);
    if (!weight)
      throw new FormatError(
        `${this.options.where}: the weights have no '${name}'; give all files that model.json names`,
      );
    const values = weight.values();
    if (values.length !== weight.shape.reduce((a, b) => a * b, 1))
      throw new FormatError(
        `${this.options.where}: '${name}' has ${values.length} numbers, not [${weight.shape.join(', ')}]`,
      );
    return new Constant(weight.shape, values, /FLOAT|^1$/.test(String(attributes.type('dtype') ?? 'FLOAT')));
  }
}
