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
  zeros,
} from '../../index.js';
import { ACTIVATIONS } from './toActivations.js';
import type { Exported } from './toLayer.js';
import { KINDS, MERGES } from './toLayers.js';
import { type Names, type Table, Value } from './toValue.js';
import type { Graph } from './writeGraph.js';

/** What a part is called with, and what it gives: tensors that stand for values of the graph. */
type Given = Tensor | readonly Tensor[] | ByHead<Tensor>;

/** A batch of another size than 1, so that axes of size 1 are not taken for it. */
const BATCH = 2;
const join = (path: string, name: string): string => (path && name ? `${path}.${name}` : path || name);
const isComposite = (part: Part): part is Composite => 'children' in part;

/** The context of a layer in evaluation, where nothing is drawn. */
const contextOf = (inputs: readonly Tensor[]): Context => ({
  inputs,
  training: false,
  noisy: false,
  draw: () => undefined as never,
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
  /** The value that a tensor stands for. */
  valueOf(t: Tensor): Value {
    return this.#values.get(t) as Value;
  }
  /** Tensors that stand for values: those of others, which the function of a model has computed, are refused. */
  #known(given: Given, path: string, name: string): Given {
    const one = (t: Tensor): Tensor => {
      if (this.#values.has(t)) return t;
      this.#refuse(path, `${name}: a function of your own computes`);
      // So that everything else is looked at, too.
      return this.tensorOf(new Value(this.graph, t.shape.slice(1), {}));
    };
    if (isTensor(given)) return one(given);
    if (Array.isArray(given)) return (given as readonly Tensor[]).map(one);
    return Object.fromEntries(Object.entries(given).map(([own, t]) => [own, one(t as Tensor)]));
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
    const made: Tensor[] = [];
    const known = (x: Given): Given => this.#known(x, path, config.name);
    const calls = Object.entries(children).map(([name, child]) => [
      name,
      (x: Given) => {
        const y = this.write(child, join(path, name), known(x)) as Tensor;
        made.push(y);
        return y;
      },
    ]);
    this.graph.path = path;
    const x = inputs && isTensor(given) ? this.#apart(inputs, this.valueOf(given)) : given;
    const output = part.forward(Object.fromEntries(calls), x as Tensor, { training: false, again: (f) => f() });
    if (!isTensor(output) || config.name !== 'bidirectional' || !isMade(part)) return known(output);
    const { merge = 'concat' } = config.options as { merge?: string };
    this.graph.path = path;
    const both = MERGES[merge](
      this.graph,
      made.map((t) => this.valueOf(t)),
    );
    return this.tensorOf(new Value(this.graph, output.shape.slice(1), both));
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

  #layer(layer: Layer, path: string, tensors: readonly Tensor[]): Tensor {
    const { graph } = this;
    const { name, options } = layer.config;
    const specs = layer.parameters?.(tensors[0].shape) ?? {};
    const parameters = Object.fromEntries(Object.entries(specs).map(([own, { shape }]) => [own, zeros(shape)]));
    // The call says what shape the result has.
    const output = layer.call(tensors[0], parameters, contextOf(tensors)).shape.slice(1);
    graph.path = path;
    const inputs = tensors.map((t) => this.valueOf(t));
    const [x] = inputs;
    const table = (own: string): Table | undefined => this.tables.get(join(path, own));
    const exported: Exported = {
      ...{ name, path, options, inputs, input: x.shape, output, table },
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
    const value =
      own && Object.hasOwn(KINDS, name)
        ? this.#made(exported, KINDS[name](graph, x, exported, options as never))
        : undefined;
    const what = !own ? ': a function of your own' : name === 'op' ? ` '${String(options.operation)}'` : '';
    if (!value) this.#refuse(path, name + what);
    return this.tensorOf(value ? this.#activated(exported, value) : new Value(graph, output, {}));
  }
  #made({ output }: Exported, names: string | Names | undefined): Value | undefined {
    return names === undefined
      ? undefined
      : new Value(this.graph, output, typeof names === 'string' ? { last: names } : names);
  }
  /** The result of a layer with its activation: a name, or a layer. */
  #activated(layer: Exported, x: Value): Value {
    const { activation } = layer.options as { activation?: string | Layer };
    if (activation === undefined) return x;
    const isName = typeof activation === 'string';
    const known = isName ? { name: activation, options: {} } : isMade(activation) && activation.config;
    const names = known ? ACTIVATIONS[known.name](this.graph, x, layer, known.options as never) : undefined;
    const value = this.#made(layer, names);
    if (!value) this.#refuse(layer.path, `${layer.name}: an activation of your own`);
    return value ?? x;
  }
}
