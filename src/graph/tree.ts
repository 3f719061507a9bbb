import { OptionError } from '../errors.js';
import { Tensor } from './tensor.js';

/** The arguments and results of functions: tensors, and arrays and plain objects of them. */
export type Tree =
  | Tensor
  | number
  | boolean
  | string
  | null
  | undefined
  | readonly Tree[]
  | { readonly [key: string]: Tree };

const isPlain = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x));

/** The greatest depth of a tree: one that contains itself would have no end. */
const DEEPEST = 1000;

/** A copy of the tree with each tensor replaced. */
export function mapTree<T>(tree: T, f: (t: Tensor) => Tensor, depth = 0): T {
  if (tree instanceof Tensor) return f(tree) as T;
  if (depth > DEEPEST)
    throw new OptionError(`arrays and objects are nested more than ${DEEPEST} deep; give flatter ones`);
  const inner = (x: unknown): unknown => mapTree(x, f, depth + 1);
  if (Array.isArray(tree)) return tree.map(inner) as T;
  if (isPlain(tree)) return Object.fromEntries(Object.entries(tree).map(([k, x]) => [k, inner(x)])) as T;
  return tree;
}

/** The tree's tensors, in order. */
export function tensorsOf(tree: unknown): Tensor[] {
  const list: Tensor[] = [];
  mapTree(tree, (t) => {
    list.push(t);
    return t;
  });
  return list;
}
