import { type Config, made } from '../config.js';
import { OptionError } from '../errors.js';
import { input } from '../graph/leaves.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { checkKeys, shown } from '../options.js';
import type { Layer, Part } from './layer.js';
import { applied, type GraphNode, type NodeInputs } from './node.js';

/** A layer of the library. Called with a node of a graph, it gives the node of its output. */
export type CallableLayer = Callable<Layer>;

/** The option that all layers take. */
export interface Named {
  /** The path of the layer in `nn.graph`: 'head' makes its parameters 'head.weight' and 'head.bias'. Default its kind,
   *  with a number from the second one on: 'dense', 'dense2'. */
  name?: string;
}

/** A layer or composite that can be called with nodes. */
export type Callable<P extends Part> = P & ((x: NodeInputs) => GraphNode);
/** Makes a layer or composite callable. */
export function callablePart<P extends Part>(part: P): Callable<P> {
  const callable: Callable<P> = Object.assign((x: NodeInputs) => applied(callable, x) as GraphNode, part);
  return callable;
}
/** Registers a layer or composite of the library, and makes it callable. */
export const layer = <P extends Part>(part: P): Callable<P> => made(callablePart(part));

/** Checks the keys of a layer's options, and its name. */
export function checkOptions(where: string, options: Named, known: readonly string[]): void {
  checkKeys(where, options, [...known, 'name']);
  checkName(where, options.name);
}
/** Refuses a name that cannot be a part of a parameter's name. */
export function checkName(where: string, name: unknown): void {
  if (name !== undefined && (typeof name !== 'string' || !name || name.includes('.')))
    throw new OptionError(`${where}: name is ${shown(name)}; it must be text without dots, such as 'head'`);
}
/** The name among options, for a configuration. */
export const named = ({ name }: Named): Named => (name === undefined ? {} : { name });

/** A layer without parameters and without a mode. */
export const stateless = (name: string, options: Config['options'], call: (x: Tensor) => Tensor): CallableLayer =>
  layer({ config: { name, options }, call });

/** A stateless layer that takes no options but its name. `first` are the arguments before them. */
export function plain(
  name: string,
  options: Named,
  call: (x: Tensor) => Tensor,
  first: Config['options'] = {},
): CallableLayer {
  checkOptions(name, options, []);
  return stateless(name, { ...first, ...options }, call);
}

/** A layer of an op that checks its options. `first` are the arguments before them. The op is called once with an
 *  input of this shape, so that wrong options are refused where they are written. */
export function ofOp<O extends object>(
  name: string,
  first: Config['options'],
  options: O & Named,
  shape: Shape,
  f: (x: Tensor, options: O) => Tensor,
): CallableLayer {
  const own: unknown = typeof options === 'object' ? (options as Named | null)?.name : undefined;
  checkName(name, own);
  const call = (x: Tensor): Tensor => f(x, own === undefined ? options : without(options));
  call(input(shape));
  return stateless(name, { ...first, ...options }, call);
}

function without<O extends object>({ name: _, ...rest }: O & Named): O {
  return rest as unknown as O;
}
