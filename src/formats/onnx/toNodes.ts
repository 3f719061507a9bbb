import {
  type ByHead,
  type Composite,
  type Context,
  isMade,
  isTensor,
  type Layer,
  type Part,
  realize,
  tensor,
  type Tensor,
  UnsupportedError,
  zeros,
} from '../../index.js';
import { ACTIVATIONS } from './toActivations.js';
import type { Exported } from './toLayer.js';
import { KINDS } from './toLayers.js';
import { along } from './toShapes.js';
import { type Names, type Table, Value } from './toValue.js';
import type { Graph } from './writeGraph.js';

/** What a part is called with, and what it gives: tensors that stand for values of the graph. */
type Given = Tensor | readonly Tensor[] | ByHead<Tensor>;

/** A batch of another size than 1, so that axes of size 1 are not taken for it. */
const BATCH = 2;
const join = (path: string, name: string): string => (path && name ? `${path}.${name}` : path || name);
const isComposite = (part: Part): part is Composite => 'children' in part;

/** The context of a layer in evaluation. */
const contextOf = (inputs: readonly Tensor[]): Context => ({
  inputs,
  training: false,
  noisy: false,
  draw: () => {
    throw new UnsupportedError('toOnnx: a layer draws random numbers in evaluation, which a file cannot');
  },
  update: () => undefined,
  penalize: () => undefined,
});

/** Writes the nodes of parts, by calling them as a model does: with tensors without numbers, each of which stands for a value of the graph. */
export class Writer {
  /** What cannot be exported, by path. */
  readonly refused = new Map<string, string>();
  readonly #values = new Map<Tensor, Value>();
  constructor(
    readonly graph: Graph,
    /** The parameters by path. */
    readonly tables: ReadonlyMap<string, Table>,
  ) {}

  /** A tensor that stands for a value. */
  tensorOf(value: Value): Tensor {
    const t = zeros([BATCH, ...value.shape]);
    this.#values.set(t, value);
    return t;
  }
  /** The value that a tensor stands for. Others were computed by the function of a model. */
  valueOf(t: Tensor, path: string, name: string): Value {
    const known = this.#values.get(t);
    if (known) return known;
    this.#refuse(path, `${name}: its function computes with tensors itself`);
    // So that everything else is looked at, too.
    return new Value(this.graph, t.shape.slice(1), { last: '' });
  }
  #refuse(path: string, what: string): void {
    if (!this.refused.has(path)) this.refused.set(path, what);
  }

  /** Writes a part. Chains are followed without recursion, since models may be nested deeply. */
  write(whole: Part, start: string, given: Given): Given {
    let x = given;
    const rest = [{ part: whole, path: start }];
    for (let next = rest.pop(); next; next = rest.pop()) {
      const { part, path } = next;
      if (!isComposite(part)) x = this.#layer(part, path, isTensor(x) ? [x] : (x as readonly Tensor[]));
      else if (part.config.name === 'sequential' && isMade(part))
        for (const [name, child] of Object.entries(part.children).reverse())
          rest.push({ part: child, path: join(path, name) });
      else x = this.#composite(part, path, x);
    }
    return x;
  }

  #composite(part: Composite, path: string, given: Given): Given {
    const { config, children, inputs } = part;
    const calls = Object.fromEntries(
      Object.entries(children).map(([name, child]) => [name, (x: Given) => this.write(child, join(path, name), x)]),
    );
    if (config.name === 'bidirectional' && isMade(part)) return this.#bothDirections(part, path, given as Tensor);
    const x = inputs && isTensor(given) ? this.#apart(inputs, this.valueOf(given, path, config.name)) : given;
    const output = part.forward(calls as never, x as Tensor, { training: false, again: (f) => f() });
    if (isTensor(output)) return this.#known(output, path, config.name);
    return Object.fromEntries(Object.entries(output).map(([name, t]) => [name, this.#known(t, path, config.name)]));
  }
  /** The tensor itself where it stands for a value, else one that stands for what is missing. */
  #known(t: Tensor, path: string, name: string): Tensor {
    return this.#values.has(t) ? t : this.tensorOf(this.valueOf(t, path, name));
  }
  /** Several inputs that lie side by side in one row. */
  #apart(inputs: NonNullable<Composite['inputs']>, row: Value): ByHead<Tensor> {
    const { graph } = this;
    return Object.fromEntries(
      inputs.map(({ name, shape, at, size }) => {
        const part = graph.op('Slice', row.last, ...[at, at + size, 1].map((n) => graph.ints(n)));
        return [name, this.tensorOf(new Value(graph, shape, { last: graph.reshape(part, shape) }))];
      }),
    );
  }
  #bothDirections({ children, config }: Composite, path: string, x: Tensor): Tensor {
    const { graph } = this;
    const names = Object.entries(children).map(([name, child]) => {
      const y = this.write(child, join(path, name), x) as Tensor;
      return this.valueOf(y, path, config.name);
    });
    graph.path = path;
    const [a, b] = names.map((value) => value.last);
    const { merge = 'concat' } = config.options;
    const joined =
      merge === 'concat' ? graph.node('Concat', [a, b], { axis: -1 }) : graph.op(merge === 'mul' ? 'Mul' : 'Add', a, b);
    const last = merge === 'average' ? graph.op('Mul', joined, graph.scalar(0.5)) : joined;
    const shape = [...names[0].shape];
    if (merge === 'concat') shape[shape.length - 1] *= 2;
    return this.tensorOf(new Value(graph, shape, { last }));
  }

  #layer(layer: Layer, path: string, tensors: readonly Tensor[]): Tensor {
    const { config } = layer;
    const { name, options } = config;
    const specs = layer.parameters?.(tensors[0].shape) ?? {};
    const parameters = Object.fromEntries(Object.entries(specs).map(([own, { shape }]) => [own, zeros(shape)]));
    // The call says what shape the result has.
    const output = layer.call(tensors[0], parameters, contextOf(tensors)).shape.slice(1);
    const made = (value: string | Names | undefined, what: string): Value => {
      if (value === undefined) this.#refuse(path, what);
      return new Value(graph, output, typeof value === 'object' ? value : { last: value });
    };
    const { graph } = this;
    graph.path = path;
    const inputs = tensors.map((t) => this.valueOf(t, path, name));
    const [x] = inputs;
    const table = (own: string): Table | undefined => this.tables.get(join(path, own));
    const exported: Exported = {
      ...{ name, path, inputs, input: x.shape, output, table },
      stored: (own, ...how) => {
        const found = table(own);
        return found && graph.table(found, ...how);
      },
      computed: (example) => {
        const t = tensor(example, [1, ...x.shape]);
        return realize(layer.call(t, parameters, contextOf([t])));
      },
    };
    const own = isMade(layer);
    const kind = own && Object.hasOwn(KINDS, name) ? KINDS[name] : () => undefined;
    const what = !own ? ': a function of your own' : name === 'op' ? ` '${String(options.operation)}'` : '';
    const value = made(kind(graph, x, exported, options as never), name + what);
    const { activation } = options as { activation?: Activation };
    if (activation === undefined || this.refused.has(path)) return this.tensorOf(value);
    return this.tensorOf(made(activated(value, activation), `${name}: an activation of your own`));
  }
}

type Activation = string | Layer;
/** The activation of a layer's result: a name, or a layer that the library made. */
function activated(x: Value, activation: Activation): Names | undefined {
  const isName = typeof activation === 'string';
  if (!isName && !isMade(activation)) return undefined;
  const { name, options } = isName ? { name: activation, options: {} } : activation.config;
  if (name === 'softmax') return along(x.graph, x, 'Softmax');
  return x.map((value) => ACTIVATIONS[name](x.graph, value, options));
}
