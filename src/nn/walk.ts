import { OptionError } from '../errors.js';
import { input } from '../graph/leaves.js';
import type { Shape } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { shown } from '../options.js';
import type { Key } from '../random/keys.js';
import type { ByHead, Head } from '../graph/heads.js';
import { headsOf, packed } from './heads.js';
import {
  type Carry,
  type Composite,
  type Context,
  inTurn,
  isComposite,
  type Layer,
  type ParameterSpec,
  type Part,
  type Pass,
  type Past,
} from './layer.js';

/** The mode and what a call collects. */
export interface Call {
  readonly training: boolean;
  /** Whether layers draw random numbers; by default in training only. */
  readonly noisy?: boolean;
  readonly key: Key;
  counter(): Tensor;
  /** The next values of parameters that are not trainable, by path. */
  readonly updates: Map<string, Tensor>;
  /** Terms to add to the loss. */
  readonly penalties: Tensor[];
  /** The weight of this batch in the running statistics, [1], while they are recomputed. */
  readonly share?: Tensor;
  /** The number of steps of each row, [n], where sequences are padded. */
  readonly lengths?: Tensor;
  /** Set where x holds the next step only. */
  readonly past?: Past;
  /** Set where x is the next window of streams. */
  readonly carry?: Carry;
  /** Called with the outputs by name, where there are several. */
  heads?(outputs: ByHead<Tensor>): void;
  /** Called with the output and the input of every leaf. */
  seen?(path: string, layer: Layer, output: Tensor, input: Tensor): void;
}

export const join = (path: string, name: string): string => (path ? `${path}.${name}` : name);
/** The first stream of random numbers for layers; those below belong to parameters. */
const LAYER_STREAMS = 1 << 24;

/** A leaf of a model. */
export interface Leaf {
  readonly path: string;
  readonly layer: Layer;
  /** Whether it belongs to a frozen composite. */
  readonly frozen: boolean;
}
/** The leaves of a model in the order in which they are defined. */
export function leavesOf(whole: Part): Leaf[] {
  const leaves: Leaf[] = [];
  unfold(whole, '', isComposite, (layer, path, frozen) => leaves.push({ path, layer: layer as Layer, frozen }));
  return leaves;
}
/** The paths of the leaves that are frozen. */
const frozenIn = (leaves: readonly Leaf[]): ReadonlySet<string> =>
  new Set(leaves.filter(({ frozen }) => frozen).map(({ path }) => path));

/** The layer that another one names, seen from the nearest composite that has both. */
function tiedTo<T>(
  path: string,
  { tied }: Layer,
  weightOf: (path: string) => T | undefined,
): { from: string; weight: T } | undefined {
  for (let at = path; at && tied !== undefined; ) {
    at = at.slice(0, Math.max(0, at.lastIndexOf('.')));
    const from = join(at, tied);
    const weight = weightOf(from);
    if (weight) return { from, weight };
  }
  return undefined;
}

/** Visits a part and what is inside composites, in order. It does not recurse, because models may be nested deeply. */
export function unfold(
  whole: Part,
  start: string,
  opens: (part: Part) => boolean,
  visit: (part: Part, path: string, frozen: boolean) => void,
): void {
  const stack = [{ part: whole, path: start, frozen: false }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { part, path } = top;
    if (!isComposite(part) || !opens(part)) visit(part, path, top.frozen);
    else
      for (const [name, child] of Object.entries(part.children).reverse())
        stack.push({ part: child, path: join(path, name), frozen: top.frozen || part.frozen === true });
  }
}

/** What a part is called with: a tensor, several for a layer that joins, or several by name. */
export type Given = Tensor | readonly Tensor[] | ByHead<Tensor>;

/** The error for a part that does not return a tensor. */
const noTensor = (path: string, { config }: Part, given: unknown): OptionError =>
  new OptionError(`${path || 'model'} (${config.name}) gives ${shown(given)}; it must give a tensor`);
/** Calls a layer and checks its inputs and its output. */
function called(
  layer: Layer,
  path: string,
  inputs: readonly Tensor[],
  parameters: Readonly<Record<string, Tensor>>,
  context: Omit<Context, 'inputs'>,
): Tensor {
  const output: unknown = layer.call(inputs[0], parameters, { ...context, inputs });
  if (output instanceof Tensor) return output;
  throw noTensor(path, layer, output);
}
/** The inputs of a layer as a list. */
function inputsOf(layer: Layer, path: string, x: Given): readonly Tensor[] {
  if (x instanceof Tensor && layer.joins !== true) return [x];
  if (Array.isArray(x) && x.length && layer.joins) return x as readonly Tensor[];
  const given = x instanceof Tensor ? 'one' : Array.isArray(x) ? `a list of ${x.length}` : 'several by name';
  throw new OptionError(
    `${path || 'model'} (${layer.config.name}): takes ${layer.joins ? 'a list of tensors' : 'one tensor'}, and was given ${given}`,
  );
}

/** How `walk` calls the leaves, and what it passes to composites. */
interface Walk {
  leaf(layer: Layer, path: string, inputs: readonly Tensor[]): Tensor;
  pass(): Pass;
  /** Called where the whole has several outputs. */
  heads?(outputs: ByHead<Tensor>): void;
}
/** The greatest depth of composites that call one another. Each level takes several calls, and hosts differ in the size
 *  of their stacks. */
const DEEPEST = 250;
/** Refuses a depth that may be too much for the stack of a host. */
export function refuseDeep(depth: number, most: number, where = ''): void {
  if (depth > most)
    throw new OptionError(`${where}the model is nested more than ${most} deep; write it as one nn.sequential`);
}
const isChain = (part: Part): boolean => isComposite(part) && part.forward === inTurn;

/** Calls the leaves of a whole, in the order that composites decide. Several outputs are joined. */
function walk(whole: Part, x: Given, how: Walk): Tensor {
  const output = walked(whole, '', x, how, 0);
  if (output instanceof Tensor) return output;
  how.heads?.(output);
  return packed(output);
}
function walked(whole: Part, start: string, x: Given, how: Walk, depth: number): Tensor | ByHead<Tensor> {
  refuseDeep(depth, DEEPEST);
  let t = x;
  unfold(whole, start, isChain, (part, path) => {
    t = isComposite(part) ? forward(part, path, t, how, depth) : how.leaf(part, path, inputsOf(part, path, t));
  });
  return t as Tensor | ByHead<Tensor>;
}
function forward(composite: Composite, path: string, x: Given, how: Walk, depth: number): Tensor | ByHead<Tensor> {
  const children = Object.fromEntries(
    Object.entries(composite.children).map(([name, child]) => [
      name,
      (t: Given) => walked(child, join(path, name), t, how, depth + 1),
    ]),
  );
  // A composite knows what its children take and give; the types speak of the usual case.
  const output: unknown = composite.forward(children as never, x as Tensor, how.pass());
  if (output instanceof Tensor) return output;
  if (typeof output !== 'object' || !Object.values(output ?? [0]).every((t) => t instanceof Tensor))
    throw noTensor(path, composite, output);
  return output as ByHead<Tensor>;
}

/** Groups parameters by the path of their layer, under their names in the layer, which may have dots. */
function byLayer(
  tensors: Readonly<Record<string, Tensor>>,
  layers: ReadonlyMap<string, unknown>,
): Map<string, Record<string, Tensor>> {
  const found = new Map<string, Record<string, Tensor>>();
  for (const [name, tensor] of Object.entries(tensors)) {
    let cut = name.lastIndexOf('.');
    while (cut > 0 && !layers.has(name.slice(0, cut))) cut = name.lastIndexOf('.', cut - 1);
    const path = name.slice(0, Math.max(0, cut));
    const parameters = found.get(path) ?? {};
    parameters[name.slice(cut + 1)] = tensor;
    found.set(path, parameters);
  }
  return found;
}

/** The output of a part whose parameters are `tensors`, by path. */
export function callPart(part: Part, x: Tensor, tensors: Readonly<Record<string, Tensor>>, call: Call): Tensor {
  const leaves = leavesOf(part);
  const frozen = frozenIn(leaves);
  const streams = new Map(leaves.map(({ path }, i) => [path, LAYER_STREAMS + i]));
  const parameters = byLayer(tensors, streams);
  let calls = new Map<string, number>();
  let repeating = false;
  /** How often this has happened before in this pass. */
  const turn = (what: string): number => {
    const before = calls.get(what) ?? 0;
    calls.set(what, before + 1);
    return before;
  };
  /** A layer that is called twice has two states. */
  const carryOf = (path: string, carry: Carry): Carry => {
    const named = `${path}${' again'.repeat(turn(`carry ${path}`))}`;
    return {
      take: (name, shape) => carry.take(join(named, name), shape),
      leave: (name, state) => void (repeating || carry.leave(join(named, name), state)),
    };
  };
  const leaf = (layer: Layer, path: string, inputs: readonly Tensor[]): Tensor => {
    const still = frozen.has(path);
    const context = {
      training: call.training && !still,
      noisy: (call.noisy ?? call.training) && !still,
      share: call.share,
      // Behind a layer that changes the number of steps, the lengths say nothing.
      lengths: inputs[0].shape[1] === x.shape[1] ? call.lengths : undefined,
      past: call.past,
      carry: call.carry && carryOf(path, call.carry),
      draw: () => {
        // A layer that is called twice in one pass draws other numbers the second time.
        const stream = (streams.get(path) as number) + turn(path) * LAYER_STREAMS;
        return { draw: { key: call.key, stream }, step: call.counter() };
      },
      update: (name: string, value: Tensor) => void (repeating || still || call.updates.set(join(path, name), value)),
      penalize: (term: Tensor) => void (repeating || still || call.penalties.push(term)),
    };
    const own = parameters.get(path) ?? {};
    const tied = tiedTo(path, layer, (other) => parameters.get(other)?.weight);
    const output = called(layer, path, inputs, tied ? { ...own, tied: tied.weight } : own, context);
    if (!repeating) call.seen?.(path, layer, output, inputs[0]);
    return output;
  };
  const pass = (): Pass => {
    const now = new Map(calls);
    const again = <T>(f: () => T): T => {
      const [later, outer] = [calls, repeating];
      [calls, repeating] = [new Map(now), true];
      try {
        return f();
      } finally {
        [calls, repeating] = [later, outer];
      }
    };
    return { training: call.training, again };
  };
  return walk(part, x, { leaf, pass, heads: (outputs) => call.heads?.(outputs) });
}

/** The structure of a built part: the parameters by path in the order of definition, and the output shape of each
 *  leaf. */
export interface Blueprint {
  readonly specs: Record<string, ParameterSpec>;
  readonly layers: readonly {
    path: string;
    name: string;
    output: Shape;
    parameters: readonly string[];
    /** The path of the layer whose weight it uses. */
    tied?: string;
  }[];
  readonly output: Shape;
  /** Set where there are several outputs, in their order in the joint one. */
  readonly heads?: readonly Head[];
}

/** The parameters of a leaf, none of which is trained if it is frozen. */
function specsOf(layer: Layer, shape: Shape, frozen: boolean): Readonly<Record<string, ParameterSpec>> {
  const specs = layer.parameters?.(shape) ?? {};
  if (!frozen) return specs;
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { ...spec, trainable: false }]));
}

/** Is called for every leaf of a part. */
type Seen = (
  path: string,
  layer: Layer,
  output: Tensor,
  input: Tensor,
  specs: Readonly<Record<string, ParameterSpec>>,
) => void;
/** Calls the part once with an input of this shape (batch first), or a list of such, without computing anything, to learn the
 *  shapes. `seen` is called with every leaf's output, its first input and its parameters. `alone`: whether the part belongs to
 *  a whole, which may have the layers whose weights it uses. */
export function survey(part: Part, shape: Shape | readonly Shape[], seen?: Seen, alone = false): Blueprint {
  const found = new Map<string, { specs: Readonly<Record<string, ParameterSpec>>; output: Shape; tied?: string }>();
  const all = leavesOf(part);
  const frozen = frozenIn(all);
  const leaf = (layer: Layer, path: string, inputs: readonly Tensor[]): Tensor => {
    const [x] = inputs;
    const specs = found.get(path)?.specs ?? specsOf(layer, x.shape, frozen.has(path));
    const dummies = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, input(spec.shape)]));
    const context = {
      training: false,
      noisy: false,
      draw: (): never => {
        throw new OptionError(`${layer.config.name}: draws random numbers in evaluation; it may in training only`);
      },
      update: () => undefined,
      penalize: () => undefined,
    };
    const tied = tiedTo(path, layer, (other) => found.get(other)?.specs.weight);
    if (tied) dummies.tied = input(tied.weight.shape);
    else if (layer.tied !== undefined && !alone)
      throw new OptionError(
        `${layer.config.name} '${path}': tie is '${layer.tied}', which is no layer with a weight that is called before`,
      );
    const y = called(layer, path, inputs, dummies, context);
    found.set(path, { specs, output: y.shape, tied: tied?.from });
    seen?.(path, layer, y, x, specs);
    return y;
  };
  const pass = (): Pass => ({ training: false, again: (f) => f() });
  let heads: readonly Head[] | undefined;
  const given = Array.isArray(shape[0]) ? (shape as readonly Shape[]).map((own) => input(own)) : input(shape as Shape);
  const result = walk(part, given, {
    leaf,
    pass,
    heads: (outputs) => {
      heads = headsOf(outputs);
    },
  });
  const leaves = all.filter(({ path }) => found.has(path));
  const specs: Record<string, ParameterSpec> = {};
  const layers = leaves.map(({ path, layer }) => {
    const { specs: layerSpecs, output, tied } = found.get(path) as NonNullable<ReturnType<typeof found.get>>;
    const parameters = Object.keys(layerSpecs).map((name) => join(path, name));
    Object.values(layerSpecs).forEach((spec, i) => {
      specs[parameters[i]] = spec;
    });
    return { path, name: layer.config.name, output, parameters, ...(tied !== undefined && { tied }) };
  });
  return { specs, layers, output: result.shape, heads };
}
