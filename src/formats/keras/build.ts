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
import type { Made, Site, Wanted, Weights } from './kind.js';
import { type InputShape, shapesOf } from './inputs.js';
import { type Entry, NetReader, type Ref } from './net.js';
import { partName, type Plan, Planner } from './plan.js';
import { Refusal } from './settings.js';

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
  inputShape?: InputShape;
  /** Leaves out a softmax or sigmoid at the outputs. Default false. */
  logits?: boolean;
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
type ByName = Readonly<Record<string, nn.GraphNode>>;
type Nodes = readonly nn.GraphNode[];
/** Calls a layer or a network, and gives its outputs. */
type Call = (nodes: Nodes) => Nodes;
/** Where a network is within the whole. */
interface Level {
  /** The names of the networks that it is in. */
  readonly path: readonly string[];
  /** What stands before its parts in paths. */
  readonly prefix: string;
  /** Whether a softmax or sigmoid at its outputs is left out. */
  readonly bare: boolean;
}
interface SiteLevel extends Level {
  readonly parts: Parts;
  /** The layers that its outputs come from. */
  readonly ends: ReadonlySet<string>;
}
const siteOf = ({ net, outputs }: Plan, level: Level): SiteLevel => ({
  ...level,
  parts: namesOf(net.layers.keys()),
  ends: new Set(outputs.map(({ layer }) => layer)),
});

class Builder {
  readonly #tasks: Task[] = [];
  #at = 'the network';
  constructor(readonly options: KerasOptions) {}

  build(plan: Plan): Model {
    const { where, inputShape, upTo, logits = false } = this.options;
    const shapes = shapesOf(where, plan.inputs, inputShape);
    try {
      const model = this.#graph(plan, shapes, { path: [], prefix: '', bare: logits || upTo !== undefined });
      return model.build(undefined, { state: this.#state() });
    } catch (cause) {
      if (cause instanceof Refusal)
        throw new UnsupportedError(
          `${where}: ${this.#at} cannot be imported with ${cause.message}; cut the network before it with { upTo: 'the name of a layer' }`,
        );
      const ofLayers = cause instanceof OptionError || cause instanceof ShapeError || cause instanceof DataError;
      if (cause instanceof FormatError && inputShape !== undefined)
        throw new FormatError(`${cause.message}; inputShape is ${shown(inputShape)}`, { cause });
      if (cause instanceof RegulusError && !ofLayers) throw cause;
      // What layers refuse is about the file here, or about the shape that the caller gave.
      const Kind = inputShape === undefined ? FormatError : ShapeError;
      const advice = inputShape === undefined ? 'the file is damaged' : `inputShape is ${shown(inputShape)}`;
      throw new Kind(`${where}: ${this.#at} cannot be made: ${(cause as Error).message}; ${advice}`, { cause });
    }
  }

  /** A network as a graph. */
  #graph(plan: Plan, shapes: readonly Shape[], level: Level, name?: string): Model {
    const { inputs } = plan;
    const one = inputs.length === 1;
    const given = one ? shapes[0] : Object.fromEntries(inputs.map((entry, i) => [entry.name, shapes[i]]));
    const describe = (x: nn.GraphNode | ByName): nn.GraphNode | ByName => {
      const values = new Map<string, readonly nn.GraphNode[]>();
      const of = ({ layer, call, output }: Ref): nn.GraphNode => {
        const found = values.get(`${call} ${layer}`)?.[output];
        if (found) return found;
        throw new FormatError(`${this.options.where}: layer '${layer}' has no output ${output} of call ${call}`);
      };
      for (const entry of inputs)
        values.set(`0 ${entry.name}`, [one ? (x as nn.GraphNode) : (x as ByName)[entry.name]]);
      const site = siteOf(plan, level);
      const made = new Map<Entry, Call>();
      for (const { entry, call } of plan.calls) {
        const nodes = entry.calls[call].map(of);
        this.#at = `layer '${level.prefix}${site.parts(entry.name)}' (${entry.className})`;
        const apply = made.get(entry) ?? (entry.net ? this.#inner : this.#layer).call(this, plan, entry, nodes, site);
        made.set(entry, apply);
        values.set(`${call} ${entry.name}`, apply(nodes));
      }
      const outputs = plan.outputs.map(of);
      if (outputs.length === 1) return outputs[0];
      return Object.fromEntries(outputNames(plan).map((each, i) => [each, outputs[i]]));
    };
    return nn.graph(given as Shape, describe as (x: nn.GraphNode) => nn.GraphNode, { name });
  }

  /** A layer: the call of its parts. */
  #layer({ recipes }: Plan, { name, className, index }: Entry, nodes: Nodes, level: SiteLevel): Call {
    const ends = level.ends.has(name);
    const made = (recipes.get(name) as (site: Site) => Made)({
      inputs: nodes.map(({ shape }) => shape),
      ends,
      bare: ends && level.bare,
      part: (suffix) => level.parts(name, suffix),
    });
    const layer = { path: [...level.path, name], className, index };
    if (made.state) this.#tasks.push({ layer, label: this.#at, prefix: level.prefix, made });
    return (given) => [made.call(given)];
  }

  /** A network within the network: the call of its graph. */
  #inner({ plans }: Plan, { name }: Entry, nodes: Nodes, level: SiteLevel): Call {
    const plan = plans.get(name) as Plan;
    const all = plan.net.inputs;
    if (nodes.length !== all.length)
      throw new FormatError(
        `${this.options.where}: ${this.#at} is called with ${nodes.length} inputs, of ${all.length}`,
      );
    const own = level.parts(name);
    const places = plan.inputs.map((input) => all.indexOf(input.name));
    const model = this.#graph(
      plan,
      places.map((i) => nodes[i].shape),
      { path: [...level.path, name], prefix: `${level.prefix}${own}.`, bare: level.bare && level.ends.has(name) },
      own,
    );
    const names = outputNames(plan);
    return (given) => {
      const inputs = Object.fromEntries(places.map((i) => [all[i], given[i]]));
      const outputs: unknown = model(places.length === 1 ? given[places[0]] : (inputs as nn.NodeInputs));
      return names.length === 1 ? [outputs as nn.GraphNode] : names.map((each) => (outputs as ByName)[each]);
    };
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
