import { sorted } from '../graph/sort.js';
import { held, needs, rebuilt, type Tensor } from '../graph/tensor.js';
import { isVersion } from '../ops/storage.js';
import { changed } from './schedule.js';

/** Merges common subexpressions: the same op of the same inputs with the same attributes is computed once. This
 *  includes random draws, since equal draws give equal numbers. Ops that write to a storage are not merged; ops that
 *  read a storage have its version among their inputs. Returns the new roots. */
export function merge(roots: readonly Tensor[]): readonly Tensor[] {
  const ids = new Map<unknown, number>();
  const id = (x: unknown): number => {
    const known = ids.get(x) ?? ids.size;
    ids.set(x, known);
    return known;
  };
  const found = new Map<string, Tensor>();
  const renamed = new Map<Tensor, Tensor>();
  const order = sorted(roots, needs);
  // A tensor that is overwritten needs memory of its own, even if another one has equal values at first.
  const overwritten = new Set(order.flatMap((t) => changed(t).map(held)));
  for (const t of order) {
    const now = rebuilt(t, renamed);
    if (!isPure(t) || overwritten.has(t)) {
      renamed.set(t, now);
      continue;
    }
    const key = `${id(t.op)} ${now.inputs.map(id).join(' ')} ${written(t.attributes, id)}`;
    const twin = found.get(key);
    if (!twin) found.set(key, now);
    renamed.set(t, twin ?? now);
  }
  return roots.map((t) => renamed.get(t) as Tensor);
}

/** Whether t is determined by its op, inputs and attributes. Leaves are not. Random draws and `full` are, although they
 *  have no inputs. */
const isPure = (t: Tensor): boolean =>
  !t.value &&
  (t.inputs.length > 0 || t.op.lower !== undefined) &&
  t.op.overwrites === undefined &&
  t.op.mutates === undefined &&
  !isVersion(t);

/** Attributes as text; other objects than plain ones are written by their identity. */
function written(x: unknown, id: (x: unknown) => number): string {
  if (typeof x === 'number') return Object.is(x, -0) ? '-0' : String(x);
  if (Array.isArray(x)) return `[${x.map((item) => written(item, id)).join()}]`;
  if (typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype)
    return `{${Object.entries(x)
      .map(([name, value]) => `${name}:${written(value, id)}`)
      .join()}}`;
  return typeof x === 'string' ? JSON.stringify(x) : `#${id(x)}`;
}
