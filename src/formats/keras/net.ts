import { FormatError, shown, UnsupportedError } from '../../index.js';
import { field, type Fields, isFields, isWhole } from './settings.js';

/** An output of a call: the layer, which of its calls, and which of its outputs. */
export interface Ref {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}
/** A layer of a network as the file has it. */
export interface Entry {
  readonly name: string;
  readonly className: string;
  readonly config: Fields;
  /** Its place among the layers of its network. */
  readonly index: number;
  /** The inputs of each of its calls. */
  readonly calls: readonly (readonly Ref[])[];
  /** The number that its only call is given behind its tensor: x + 3. */
  readonly operand?: number;
  /** What else a call is given besides tensors, in words. */
  readonly extra?: string;
  /** Set where the layer is a network itself. */
  readonly net?: Net;
}
/** A network: layers by name, and where its inputs and outputs are. */
export interface Net {
  readonly name: string;
  readonly layers: ReadonlyMap<string, Entry>;
  readonly inputs: readonly string[];
  readonly outputs: readonly Ref[];
}

/** Limits on networks of a file: networks within one another, and layers and references in all. */
const DEEPEST = 16;
const MOST = 20_000;
const NETS = ['Sequential', 'Functional', 'Model'];

/** Reads networks in the spellings of Keras 2, of Keras 3 and of TF.js. */
export class NetReader {
  #count = 0;
  constructor(readonly where: string) {}

  #fail(what: string): never {
    throw new FormatError(`${this.where}: ${what}; the file is damaged or of another format`);
  }
  #counted(): void {
    if (++this.#count > MOST) this.#fail(`the network has more than ${MOST} layers and connections`);
  }

  /** A network from `{ class_name, config }`. */
  read(given: unknown, depth = 0): Net {
    if (!isFields(given)) return this.#fail(`the network is ${shown(given)}, not an object`);
    const kind = field(given, 'class_name');
    const config = field(given, 'config');
    const layers = Array.isArray(config) ? config : isFields(config) ? field(config, 'layers') : undefined;
    const own = isFields(config) ? config : {};
    const isGraph = field(own, 'output_layers') !== undefined;
    if (!NETS.includes(kind as string) && !isGraph)
      throw new UnsupportedError(
        `${this.where}: the model is of the class ${shown(kind)}, whose layers the file does not list; Sequential and Functional models can be read`,
      );
    if (!Array.isArray(layers) || !layers.length) return this.#fail(`the layers of the network are ${shown(layers)}`);
    if (depth > DEEPEST) this.#fail(`networks are nested more than ${DEEPEST} deep`);
    const name = textOf(field(own, 'name')) ?? '';
    return isGraph ? this.#graph(name, own, layers, depth) : this.#sequential(name, own, layers, depth);
  }

  #entry(given: unknown, index: number, depth: number): Omit<Entry, 'calls'> {
    this.#counted();
    if (!isFields(given)) return this.#fail(`layer ${index} is ${shown(given)}`);
    const className = textOf(field(given, 'class_name')) ?? this.#fail(`layer ${index} has no class_name`);
    const config = field(given, 'config') ?? {};
    const isNet = NETS.includes(className) && (isFields(config) || Array.isArray(config));
    if (!isFields(config) && !isNet)
      return this.#fail(`layer ${index} (${shown(className)}) has the config ${shown(config)}`);
    const own = isFields(config) ? config : {};
    const net = isNet || field(own, 'output_layers') !== undefined ? this.read(given, depth + 1) : undefined;
    const name = textOf(field(given, 'name')) ?? textOf(field(own, 'name')) ?? `${className.toLowerCase()}_${index}`;
    return { name, className, config: own, index, net };
  }

  #sequential(name: string, own: Fields, given: readonly unknown[], depth: number): Net {
    const layers = new Map<string, Entry>();
    let before: string | undefined;
    given.forEach((each, index) => {
      const entry = this.#entry(each, index, depth);
      if (before === undefined && entry.className !== 'InputLayer') {
        // Without an input layer, the first layer knows the shape, or the whole does.
        before = 'input';
        while (before === entry.name) before += '_';
        const shape = shapeIn(entry.config) ?? (entry.net && inputShape(entry.net)) ?? field(own, 'build_input_shape');
        const config = { batch_input_shape: shape };
        layers.set(before, { name: before, className: 'InputLayer', config, index: -1, calls: [] });
      }
      if (layers.has(entry.name)) this.#fail(`two layers have the name ${shown(entry.name)}`);
      const calls = before === undefined ? [] : [[{ layer: before, call: 0, output: 0 }]];
      layers.set(entry.name, { ...entry, calls });
      before = entry.name;
    });
    const [input] = layers.keys();
    return { name, layers, inputs: [input], outputs: [{ layer: before as string, call: 0, output: 0 }] };
  }

  #graph(name: string, own: Fields, given: readonly unknown[], depth: number): Net {
    const layers = new Map<string, Entry>();
    given.forEach((each, index) => {
      const entry = this.#entry(each, index, depth);
      if (layers.has(entry.name)) this.#fail(`two layers have the name ${shown(entry.name)}`);
      const nodes = field(each as Fields, 'inbound_nodes') ?? [];
      if (!Array.isArray(nodes)) this.#fail(`the inbound_nodes of ${shown(entry.name)} are ${shown(nodes)}`);
      const calls = (nodes as unknown[]).map((node) => this.#call(node, entry.name));
      layers.set(entry.name, {
        ...entry,
        calls: calls.map(({ refs }) => refs),
        operand: calls.length === 1 ? calls[0].operand : undefined,
        extra:
          calls.find(({ extra }) => extra !== undefined)?.extra ??
          (calls.length > 1 && calls.some(({ operand }) => operand !== undefined)
            ? 'numbers in several calls'
            : undefined),
      });
    });
    const inputs = this.#refs(field(own, 'input_layers'), 'input_layers').map(({ layer }) => layer);
    const outputs = this.#refs(field(own, 'output_layers'), 'output_layers');
    if (!outputs.length || !inputs.length) this.#fail('the network has no inputs or no outputs');
    const net = { name, layers, inputs, outputs };
    for (const input of inputs) if (!layers.has(input)) this.#fail(`the input ${shown(input)} is no layer`);
    return renumbered(net);
  }

  /** One call: a list of references in Keras 2, `{ args, kwargs }` in Keras 3. */
  #call(node: unknown, name: string): { refs: readonly Ref[]; operand?: number; extra?: string } {
    const refs: Ref[] = [];
    let operand: number | undefined;
    let extra: string | undefined;
    const more = (given: unknown): void => {
      for (const [key, value] of isFields(given) ? Object.entries(given) : [])
        if (value !== null && value !== false && !(key === 'mask' && Array.isArray(value)))
          extra ??= `the argument ${shown(key)}`;
    };
    if (isFields(node)) {
      const stack: { value: unknown; depth: number }[] = [{ value: field(node, 'args'), depth: 0 }];
      for (let next = stack.pop(); next; next = stack.pop()) {
        const { value, depth } = next;
        if (Array.isArray(value) && depth < DEEPEST)
          for (const each of [...value].reverse()) stack.push({ value: each, depth: depth + 1 });
        else if (isFields(value) && field(value, 'class_name') === '__keras_tensor__') {
          const inner = field(value, 'config');
          refs.push(this.#ref(isFields(inner) ? field(inner, 'keras_history') : inner, name));
        } else if (Number.isFinite(value) && refs.length === 1 && operand === undefined) operand = value as number;
        else if (value !== undefined && value !== null) extra ??= `the argument ${shown(value)}`;
      }
      more(field(node, 'kwargs'));
    } else if (Array.isArray(node)) {
      // One reference may stand without a list around it.
      for (const each of typeof node[0] === 'string' ? [node] : (node as unknown[])) {
        refs.push(this.#ref(each, name));
        more((each as unknown[])[3]);
      }
    } else this.#fail(`a call of ${shown(name)} is ${shown(node)}`);
    return { refs, operand, extra };
  }

  #ref(given: unknown, at: string): Ref {
    this.#counted();
    const [layer, call = 0, output = 0] = Array.isArray(given) ? (given as unknown[]) : [];
    if (typeof layer !== 'string' || !isWhole(call) || !isWhole(output))
      return this.#fail(`${shown(at)} refers to ${shown(given)}`);
    return { layer, call, output };
  }
  /** The ends of a network: one reference, a list of them, or references by name. */
  #refs(given: unknown, what: string): readonly Ref[] {
    const list: unknown = isFields(given) ? Object.values(given) : given;
    if (!Array.isArray(list)) return this.#fail(`${what} is ${shown(given)}`);
    return typeof list[0] === 'string' && list.length <= 3 && !list.slice(1).some((x) => typeof x === 'string')
      ? [this.#ref(list, what)]
      : (list as unknown[]).map((each) => this.#ref(typeof each === 'string' ? [each] : each, what));
  }
}

const textOf = (x: unknown): string | undefined => (typeof x === 'string' && x ? x : undefined);
/** The shape of a batch in the config of a layer. */
export const shapeIn = (config: Fields): unknown => field(config, 'batch_input_shape') ?? field(config, 'batch_shape');
/** The shape of a batch for a network of one input. */
function inputShape({ inputs, layers }: Net): unknown {
  return shapeIn(layers.get(inputs[0])?.config ?? {});
}
/** A network within a network has a call before the first one where it was made, and Keras may count from there. */
function renumbered(net: Net): Net {
  const most = new Map<string, number>();
  const refs = [...net.outputs, ...[...net.layers.values()].flatMap(({ calls }) => calls.flat())];
  for (const { layer, call } of refs) most.set(layer, Math.max(most.get(layer) ?? 0, call));
  const shifted = (ref: Ref): Ref => {
    const entry = net.layers.get(ref.layer);
    return entry?.net && (most.get(ref.layer) ?? 0) >= entry.calls.length ? { ...ref, call: ref.call - 1 } : ref;
  };
  return {
    ...net,
    outputs: net.outputs.map(shifted),
    layers: new Map(
      [...net.layers].map(([name, entry]) => [name, { ...entry, calls: entry.calls.map((refs) => refs.map(shifted)) }]),
    ),
  };
}
