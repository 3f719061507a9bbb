import { OptionError } from '../errors.js';
import { refuse } from '../options.js';
import { full } from './leaves.js';
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

/** A copy of the tree in which numbers are tensors. What is neither, nor an array or a plain object, is refused. */
export function treeOf<T>(where: string, name: string, tree: T, depth = 0): T {
  if (tree instanceof Tensor || tree === undefined || tree === null) return tree;
  if (typeof tree === 'number') return full([], tree) as T;
  const inner = (x: unknown, key: unknown): unknown => treeOf(where, `${name}.${key}`, x, depth + 1);
  if (depth < 32 && Array.isArray(tree)) return Array.from(tree, inner) as T;
  if (depth < 32 && isPlain(tree))
    return Object.fromEntries(Object.entries(tree).map(([key, x]) => [key, inner(x, key)])) as T;
  return refuse(where, depth < 32 ? name : name.split('.')[0], tree, 'a tensor, or arrays and objects of tensors');
}
