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
import type { Made, Wanted, Weights } from './kind.js';
import { closed, type Entry, exampleOf, NetReader, shapeIn } from './net.js';
import { partName, type Plan, Planner } from './plan.js';
import { isWhole, Refusal } from './settings.js';

/** A layer whose weights are asked for. */
export interface KerasLayer {
  /** The names of the networks that it is in, outermost first and without the whole, and its own, as the file has them. */
  readonly path: readonly string[];
  readonly className: string;
  /** Its place in the list of layers of its network. */
  readonly index: number;
}
export interface KerasOptions {
  /** Gives the numbers of a layer's weights, in the order of `wanted`; undefined for one that is not there. The names are those
   *  of Keras, such as kernel and moving_mean; of a Bidirectional layer, forward/kernel and backward/kernel. */
  weightsOf: (layer: KerasLayer, wanted: readonly Wanted[]) => readonly (Float32Array | undefined)[];
  /** The path of the layer that the model ends with. Default the outputs of the file. */
  upTo?: string;
  /** The shape of one example, or of the inputs by name, in place of what the file says. */
  inputShape?: Shape | Readonly<Record<string, Shape>>;
  /** The version of Keras that wrote the file, such as '3.4.1'. Default that of Keras 2. */
  version?: string;
  /** The function that errors name. */
  where: string;
}

/** Makes a model of the configuration `{ class_name, config }` of a Sequential or Functional model of Keras or TF.js. Layers have their Keras
 *  names as paths, and networks within the network are parts of the model. Everything that has no counterpart is reported at once. */
export function buildKeras(config: unknown, options: KerasOptions): Model {
  const { where, upTo, version = '2' } = options;
  const planner = new Planner(where, version);
  const plan = planner.plan(new NetReader(where).read(config), upTo);
  planner.check();
  if (!plan.calls.length)
    throw new OptionError(`${where}: the model would end with its input; give upTo another layer`);
  return new Builder(options).build(plan);
}

/** A made layer whose weights are to be loaded. */
interface Task {
  readonly layer: KerasLayer;
  readonly label: string;
  readonly prefix: string;
  readonly made: Made;
}
type Nodes = nn.GraphNode | Readonly<Record<string, nn.GraphNode>>;

class Builder {
  readonly #tasks: Task[] = [];
  #at = 'the network';
  constructor(readonly options: KerasOptions) {}

  build(plan: Plan): Model {
    const { where, inputShape } = this.options;
    const shapes = plan.inputs.map((entry) => this.#inputShape(entry, plan.inputs));
    try {
      const model = this.#graph(plan, shapes, [], '', undefined);
      return model.build(undefined, { state: this.#state() });
    } catch (cause) {
      if (cause instanceof Refusal)
        throw new UnsupportedError(
          `${where}: ${this.#at} cannot be imported with ${cause.message}; cut the network before it with { upTo: 'the name of a layer' }`,
        );
      const ofLayers = cause instanceof OptionError || cause instanceof ShapeError || cause instanceof DataError;
      if (cause instanceof RegulusError && !ofLayers) throw cause;
      // What layers refuse is about the file here, or about the shape that the caller gave.
      const Kind = inputShape === undefined ? FormatError : ShapeError;
      const advice = inputShape === undefined ? 'the file is damaged' : `inputShape is ${shown(inputShape)}`;
      throw new Kind(`${where}: ${this.#at} cannot be made: ${(cause as Error).message}; ${advice}`, { cause });
    }
  }

  #inputShape({ name, config }: Entry, all: readonly Entry[]): Shape {
    const { where, inputShape } = this.options;
    const declared = exampleOf(shapeIn(config));
    const byName = inputShape !== undefined && !Array.isArray(inputShape);
    if (byName) {
      const strange = Object.keys(inputShape as object).find((key) => !all.some((entry) => entry.name === key));
      if (strange !== undefined)
        throw new OptionError(
          `${where}: inputShape has ${shown(strange)}; the inputs are ${all.map((entry) => entry.name).join(', ')}`,
        );
    } else if (inputShape !== undefined && all.length > 1)
      throw new OptionError(
        `${where}: the model has ${all.length} inputs; give inputShape by name: { ${all.map((entry) => `'${entry.name}': […]`).join(', ')} }`,
      );
    const given: unknown = byName ? (inputShape as Readonly<Record<string, Shape>>)[name] : inputShape;
    const expected = declared
      ? `[${declared.map((n) => n ?? 'null').join(', ')}]`
      : 'of a shape that the file does not say';
    if (given === undefined) {
      const known = declared && closed(declared);
      if (known?.length) return known;
      throw new OptionError(
        `${where}: the input '${name}' is ${expected}; give { inputShape: [${declared?.map((n) => n ?? 64).join(', ') ?? '64, 64, 3'}] }, the shape of one example`,
      );
    }
    if (!Array.isArray(given) || !given.length || !given.every((n) => isWhole(n, 1)))
      throw new OptionError(
        `${where}: inputShape is ${shown(given)}; it must be the shape of one example, like [224, 224, 3]`,
      );
    if (declared && given.length !== declared.length)
      throw new OptionError(`${where}: inputShape is ${shown(given)}, but the input '${name}' is ${expected}`);
    return given as Shape;
  }

  /** A network as a graph. */
  #graph(
    plan: Plan,
    shapes: readonly Shape[],
    path: readonly string[],
    prefix: string,
    name: string | undefined,
  ): Model {
    const { net, inputs } = plan;
    const parts = namesOf(net.layers.keys());
    const one = inputs.length === 1;
    const given = one ? shapes[0] : Object.fromEntries(inputs.map((entry, i) => [entry.name, shapes[i]]));
    const ends = new Set(plan.outputs.map(({ layer }) => layer));
    const describe = (x: Nodes): Nodes => {
      const values = new Map<string, readonly nn.GraphNode[]>();
      const of = ({ layer, call, output }: { layer: string; call: number; output: number }): nn.GraphNode => {
        const found = values.get(`${call} ${layer}`)?.[output];
        if (found) return found;
        throw new FormatError(`${this.options.where}: layer '${layer}' has no output ${output} of call ${call}`);
      };
      for (const { name: input } of inputs)
        values.set(`0 ${input}`, [one ? (x as nn.GraphNode) : (x as Readonly<Record<string, nn.GraphNode>>)[input]]);
      const made = new Map<string, (nodes: readonly nn.GraphNode[]) => readonly nn.GraphNode[]>();
      for (const { entry, call } of plan.calls) {
        const nodes = entry.calls[call].map(of);
        const label = `layer '${prefix}${parts(entry.name)}' (${entry.className})`;
        this.#at = label;
        const apply = made.get(entry.name) ?? this.#made(plan, entry, nodes, { path, prefix, parts, label, ends });
        made.set(entry.name, apply);
        values.set(`${call} ${entry.name}`, apply(nodes));
      }
      const outputs = plan.outputs.map(of);
      if (outputs.length === 1) return outputs[0];
      return Object.fromEntries(outputNames(plan).map((each, i) => [each, outputs[i]]));
    };
    return nn.graph(given as Shape, describe as (x: nn.GraphNode) => nn.GraphNode, { name });
  }

  #made(
    plan: Plan,
    entry: Entry,
    nodes: readonly nn.GraphNode[],
    at: { path: readonly string[]; prefix: string; parts: Parts; label: string; ends: ReadonlySet<string> },
  ): (nodes: readonly nn.GraphNode[]) => readonly nn.GraphNode[] {
    const { name } = entry;
    const { prefix, parts, label } = at;
    const path = [...at.path, name];
    const inner = plan.plans.get(name);
    const inputs = nodes.map(({ shape }) => shape);
    if (inner) {
      const own = parts(name);
      const places = inner.inputs.map((input) => inner.net.inputs.indexOf(input.name));
      if (nodes.length !== inner.net.inputs.length)
        throw new FormatError(
          `${this.options.where}: ${label} has ${nodes.length} inputs, of ${inner.net.inputs.length}`,
        );
      const model = this.#graph(
        inner,
        places.map((i) => inputs[i]),
        path,
        `${prefix}${own}.`,
        own,
      );
      const names = outputNames(inner);
      return (given) => {
        const byName = Object.fromEntries(places.map((i) => [inner.net.inputs[i], given[i]]));
        const made: unknown = model(places.length === 1 ? given[places[0]] : (byName as nn.NodeInputs));
        return inner.outputs.length === 1
          ? [made as nn.GraphNode]
          : names.map((each) => (made as Readonly<Record<string, nn.GraphNode>>)[each]);
      };
    }
    const made = (plan.recipes.get(name) as (site: unknown) => Made)({
      inputs,
      ends: at.ends.has(name),
      bare: plan.cut === name,
      part: (suffix?: string) => parts(name, suffix),
    });
    const { className, index } = entry;
    if (made.state) this.#tasks.push({ layer: { path, className, index }, label, prefix, made });
    return (given) => [made.call(given)];
  }

  /** The parameters of all layers by path. */
  #state(): Record<string, Float32Array> {
    const { where, weightsOf } = this.options;
    const state: [string, Float32Array][] = [];
    for (const { layer, label, prefix, made } of this.#tasks) {
      const wanted = made.wanted ?? [];
      const given = wanted.length ? weightsOf(layer, wanted) : [];
      const weights: Weights = Object.fromEntries(
        wanted.map(({ name, shape }, i) => {
          const values = given[i];
          const size = shape.reduce((a, b) => a * b, 1);
          if (values?.length === size) return [name, values];
          throw new FormatError(
            `${where}: ${label} takes ${name} [${shape.join(', ')}], ${values ? `and the file has ${values.length} numbers` : 'which the file does not have'}`,
          );
        }),
      );
      for (const [name, values] of Object.entries(made.state?.(weights) ?? {}))
        state.push([`${prefix}${name}`, values]);
    }
    return Object.fromEntries(state);
  }
}

/** The name of a layer's part: its own, or with a word behind it. */
type Parts = (name: string, suffix?: string) => string;
function namesOf(layers: Iterable<string>): Parts {
  const taken = new Set<string>();
  const found = new Map<string, string>();
  const free = (key: string, wish: string): string => {
    let name = found.get(key) ?? wish;
    while (!found.has(key) && taken.has(name)) name += '_';
    taken.add(name);
    found.set(key, name);
    return name;
  };
  for (const layer of layers) free(layer, partName(layer));
  return (name, suffix) =>
    suffix === undefined ? (found.get(name) as string) : free(`${name} ${suffix}`, `${partName(name)}_${suffix}`);
}

/** The names of a network's outputs: those of its layers, with a number where one has several. */
function outputNames({ outputs }: Plan): readonly string[] {
  const names: string[] = [];
  for (const { layer } of outputs) {
    const own = partName(layer);
    let name = own;
    for (let i = 2; names.includes(name); i++) name = `${own}_${i}`;
    names.push(name);
  }
  return names;
}
