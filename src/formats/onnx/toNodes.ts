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
import { KINDS } from './toLayers.js';
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
    const x = inputs && isTensor(given) ? this.#apart(inputs, this.valueOf(given)) : given;
    const output = part.forward(Object.fromEntries(calls), x as Tensor, { training: false, again: (f) => f() });
    if (!isTensor(output) || config.name !== 'bidirectional' || !isMade(part)) return known(output);
    // Both directions are joined as layers join them.
    const { merge = 'concat' } = config.options as { merge?: keyof typeof MERGES };
    const both = made.map((t) => this.valueOf(t));
    this.graph.path = path;
    const joined = KINDS[MERGES[merge]](this.graph, both[0], { inputs: both } as never, { axis: -1 } as never);
    return this.tensorOf(new Value(this.graph, output.shape.slice(1), namesOf(joined)));
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
    const { config } = layer;
    const { name, options } = config;
    const specs = layer.parameters?.(tensors[0].shape) ?? {};
    const parameters = Object.fromEntries(Object.entries(specs).map(([own, { shape }]) => [own, zeros(shape)]));
    // The call says what shape the result has.
    const output = layer.call(tensors[0], parameters, contextOf(tensors)).shape.slice(1);
    const made = (value: string | Names | undefined, what: string): Value => {
      if (value === undefined) this.#refuse(path, what);
      return new Value(graph, output, namesOf(value));
    };
    const { graph } = this;
    graph.path = path;
    const inputs = tensors.map((t) => this.valueOf(t));
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
    const f =
      typeof activation === 'string' ? { name: activation, options: {} } : isMade(activation) && activation.config;
    const y = f ? ACTIVATIONS[f.name](graph, value, exported, f.options as never) : undefined;
    return this.tensorOf(made(y, `${name}: an activation of your own`));
  }
}

/** An activation that a layer has: a name, or a layer. */
type Activation = string | Layer;
/** What the directions of a bidirectional layer are joined by. */
const MERGES = { concat: 'concat', sum: 'add', mul: 'multiply', average: 'average' };
/** The names of what was written. What could not be has none. */
const namesOf = (given: string | Names = ''): Names => (typeof given === 'string' ? { last: given } : given);
