import { type Config, configOf } from '../config.js';
import { OptionError } from '../errors.js';
import { type Shape, shapeOf } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { callable, checkKeys, record, refuse, shown } from '../options.js';
import { checkName, type Named, named } from './callable.js';
import { type ByHead, inputsOfShapes, widthOf } from '../graph/heads.js';
import { unpacked } from './heads.js';
import type { Composite, Part } from './layer.js';
import { type Model, modelOf } from './model.js';
import { applied, GraphNode, type NodeCall, type NodeInputs, nodesOf } from './node.js';
import { type LayerLike, partOf } from './partOf.js';

/** The inputs of a graph: one example's shape, or several by name. */
export type InputShapes = Shape | ByHead<Shape>;
/** What the function of a graph returns. */
export type NodeOutputs = GraphNode | ByHead<GraphNode>;

/** Places in the list of a graph's values: its inputs by name, then the outputs of its calls. */
type Places = number | readonly number[] | Readonly<Record<string, number>>;
/** A graph as files and workers hold it. */
export interface GraphPlan {
  /** The parts by name. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** The calls in their order: a part's name, and where its inputs are. */
  readonly calls: readonly (readonly [part: string, inputs: Places])[];
  readonly outputs: Places;
}

type NodesFor<I extends InputShapes> = I extends Shape ? GraphNode : { readonly [N in keyof I]: GraphNode };
type OutputFor<O extends NodeOutputs> = O extends GraphNode ? Tensor : { readonly [N in keyof O]: Tensor };

/**
 * A model from calls of layers and models on nodes. Inputs are one example's shape, or several by name; the function returns a
 * node, or several by name, which are heads as of `multiTask`. A layer that is called twice shares its parameters. What is
 * called has its `name` as path ('head.weight'), else its kind, with a number from the second on ('dense', 'dense2').
 * Unlike a function of `defineModel`, a graph is rebuilt from files and in workers.
 * @example
 * const model = nn.graph({ user: [4], item: [3] }, ({ user, item }) => {
 *   const both = nn.concat()([nn.dense(8)(user), nn.dense(8)(item)]);
 *   return nn.dense(1, { name: 'score' })(both);
 * })
 */
export function graph<const I extends InputShapes, O extends NodeOutputs>(
  inputs: I,
  describe: (inputs: NodesFor<I>) => O,
  options: Named = {},
): Model<OutputFor<O>> {
  checkKeys('graph', options, ['name']);
  checkName('graph', options.name);
  const shapes = shapesOf(inputs);
  // Files and workers give a plan.
  const given: unknown = typeof describe === 'object' ? replayed(shapes, describe) : describe;
  const [plan, parts, about] = traced(shapes, given as (inputs: never) => unknown);
  return modelOf(composed(shapes, plan, parts, options, about)) as unknown as Model<OutputFor<O>>;
}

const SHAPES = "one example's shape such as [4], or several by name: { user: [4], item: [3] }";
function shapesOf(given: unknown): InputShapes {
  if (Array.isArray(given)) return shapeOf('graph', given);
  const shapes = Object.entries(record('graph', 'inputs', given as ByHead<Shape>, SHAPES));
  if (!shapes.length) refuse('graph', 'inputs', given, SHAPES);
  return Object.fromEntries(shapes.map(([name, shape]) => [name, shapeOf(`graph: ${name}`, shape)]));
}
const isOne = (shapes: InputShapes): shapes is Shape => Array.isArray(shapes);

/** The composite of parts that are called as the plan says. */
function composed(
  shapes: InputShapes,
  plan: GraphPlan,
  parts: readonly Part[],
  options: Named,
  about: Pick<Composite, 'wiring' | 'behind'>,
): Composite {
  const names = Object.keys(plan.parts);
  const inputs = isOne(shapes) ? undefined : inputsOfShapes(shapes);
  const configs = Object.fromEntries(names.map((name, i) => [name, configOf(parts[i])]));
  const config: Config = {
    name: 'graph',
    options: { inputs: shapes, describe: { ...plan, parts: configs }, ...named(options) },
  };
  return {
    config,
    children: Object.fromEntries(names.map((name, i) => [name, parts[i]])),
    inputs,
    shape: isOne(shapes) ? shapes : [widthOf(inputs ?? [])],
    ...about,
    of: (children) => composed(shapes, plan, children, options, about),
    forward(children, x) {
      const byName = inputs && (x instanceof Tensor ? unpacked(x, inputs) : (x as ByHead<Tensor>));
      const values = byName ? Object.keys(shapes).map((name) => byName[name]) : [x];
      const at = (places: Places): unknown => placed(places, (place) => values[place]);
      for (const [part, from] of plan.calls) {
        const output: unknown = children[part](at(from) as Tensor);
        values.push(...(output instanceof Tensor ? [output] : Object.values(output as ByHead<Tensor>)));
      }
      return at(plan.outputs) as Tensor;
    },
  };
}

/** The same structure with another leaf in place of each. */
function placed<A, B>(places: A | readonly A[] | ByHead<A>, of: (leaf: A) => B): B | B[] | Record<string, B> {
  if (Array.isArray(places)) return (places as readonly A[]).map(of);
  if (typeof places !== 'object' || places instanceof GraphNode) return of(places as A);
  return Object.fromEntries(Object.entries(places as ByHead<A>).map(([name, leaf]) => [name, of(leaf)]));
}

/** Calls the function with nodes, and collects the parts and calls that its outputs come from. */
function traced(
  shapes: InputShapes,
  describe: (inputs: never) => unknown,
): [GraphPlan, Part[], Pick<Composite, 'wiring' | 'behind'>] {
  callable('graph', 'describe', describe, 'a function of the inputs that gives a node, or nodes by name');
  const nodes = isOne(shapes) ? [new GraphNode(shapes)] : Object.values(shapes).map((shape) => new GraphNode(shape));
  const given = isOne(shapes) ? nodes[0] : Object.fromEntries(Object.keys(shapes).map((name, i) => [name, nodes[i]]));
  const outputs = described(describe, given);
  const ends = nodesOf(outputs);
  if (!ends || Array.isArray(outputs))
    throw new OptionError(`graph: the function gives ${shown(outputs)}; it must give a node, or nodes by name`);
  const calls = callsBefore(ends, nodes);
  const places = new Map(nodes.map((node, i) => [node, i]));
  const names = new Map<Part, string>();
  const taken = new Set(calls.map(({ part }) => ownName(part)));
  const labels = new Map(nodes.map((node, i) => [node, isOne(shapes) ? 'input' : Object.keys(shapes)[i]]));
  const wiring: Record<string, string> = {};
  for (const { part, inputs, outputs: made } of calls) {
    const before = names.get(part);
    const name = before ?? nameFor(part, [...names.values()], taken);
    names.set(part, name);
    const from = (nodesOf(inputs) as readonly GraphNode[]).map((node) => labels.get(node)).join(', ');
    wiring[name] = before === undefined ? from : `${wiring[name]} | ${from}`;
    for (const node of made) {
      places.set(node, places.size);
      labels.set(node, before === undefined ? name : `${name} again`);
    }
  }
  const at = (of: NodeInputs): Places => placed(of, (node) => places.get(node) as number);
  const plan = {
    parts: Object.fromEntries([...names].map(([part, name]) => [name, part])),
    calls: calls.map(({ part, inputs }) => [names.get(part) as string, at(inputs)] as const),
    outputs: at(outputs as NodeInputs),
  };
  // In the order of the names as keys, in which numbers come first.
  return [plan, Object.values(plan.parts), { wiring, behind: behindOf(calls, ends, names) }];
}

/** The parts that read the output of another one which nothing else reads, both called once: by name, what they are behind. */
function behindOf(
  calls: readonly NodeCall[],
  ends: readonly GraphNode[],
  names: ReadonlyMap<Part, string>,
): Record<string, string> {
  const reads = countsOf([...calls.flatMap(({ inputs }) => nodesOf(inputs) as readonly GraphNode[]), ...ends]);
  const made = countsOf(calls.map(({ part }) => part));
  return Object.fromEntries(
    calls.flatMap(({ part, inputs }) => {
      const before = inputs instanceof GraphNode ? inputs.call?.part : undefined;
      const alone = before && reads.get(inputs) === 1 && made.get(before) === 1 && made.get(part) === 1;
      return alone ? [[names.get(part), names.get(before)]] : [];
    }),
  );
}
/** How often each item is in a list. */
function countsOf(items: readonly unknown[]): ReadonlyMap<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Calls the function. Nodes have no methods of tensors, which is what a TypeError in it is most likely about. */
function described(describe: (inputs: never) => unknown, given: unknown): unknown {
  try {
    return describe(given as never);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new OptionError(
      `graph: the function failed: ${cause.message}; nodes are no tensors: call layers with them, such as nn.relu()(x) or nn.lambda((t) => t.mul(2))(x)`,
      { cause },
    );
  }
}

/** The calls that these nodes come from, in the order in which they were made. */
function callsBefore(ends: readonly GraphNode[], inputs: readonly GraphNode[]): NonNullable<GraphNode['call']>[] {
  const found = new Map<NonNullable<GraphNode['call']>, number>();
  const stack = [...ends];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const { call } = node;
    if (!call) {
      if (!inputs.includes(node)) throw new OptionError('graph: a node belongs to another graph');
      continue;
    }
    if (found.has(call)) continue;
    found.set(call, call.outputs[0].id);
    stack.push(...(nodesOf(call.inputs) as readonly GraphNode[]));
  }
  return [...found].sort(([, a], [, b]) => a - b).map(([call]) => call);
}

const ownName = ({ config }: Part): string | undefined => config.options.name as string | undefined;
/** The given name, or the kind with a number that is free. */
function nameFor(part: Part, before: readonly string[], taken: ReadonlySet<string | undefined>): string {
  const given = ownName(part);
  if (given !== undefined) {
    if (before.includes(given))
      throw new OptionError(`graph: two parts have the name '${given}'; give each its own, or call one part twice`);
    return given;
  }
  const kind = part.config.name.replaceAll('.', '');
  for (let i = 1; ; i++) {
    const name = i === 1 ? kind : `${kind}${i}`;
    if (!before.includes(name) && !taken.has(name)) return name;
  }
}

/** The function that calls the parts of a plan, which came from a file or a message. Described anew, it is checked like any
 *  other, and its parts get the same names. */
function replayed(shapes: InputShapes, plan: GraphPlan): (inputs: GraphNode | ByHead<GraphNode>) => unknown {
  checkKeys('graph', plan, ['parts', 'calls', 'outputs'], true);
  const wrong = (what: string): never => {
    throw new OptionError(`graph: ${what}; give a function of the inputs, or what nn.graph wrote into a configuration`);
  };
  const parts = Object.entries(record('graph', 'parts', plan.parts, 'parts by name')).map(
    ([name, part]) => [name, partOf('graph', `parts.${name}`, part as LayerLike)] as const,
  );
  if (!Array.isArray(plan.calls)) wrong(`calls is ${shown(plan.calls)}`);
  return (inputs) => {
    const values = isOne(shapes)
      ? [inputs as GraphNode]
      : Object.keys(shapes).map((name) => (inputs as ByHead<GraphNode>)[name]);
    const at = (places: Places): unknown =>
      placed(
        places,
        (place) => values[place] ?? wrong(`${shown(place)} is none of the ${values.length} values before it`),
      );
    for (const call of plan.calls) {
      const [name, from] = Array.isArray(call)
        ? (call as GraphPlan['calls'][number])
        : wrong(`${shown(call)} is no call`);
      const part = parts.find(([own]) => own === name)?.[1] ?? wrong(`there is no part ${shown(name)}`);
      const made = applied(part, at(from));
      values.push(...(made instanceof GraphNode ? [made] : Object.values(made)));
    }
    return at(plan.outputs);
  };
}
