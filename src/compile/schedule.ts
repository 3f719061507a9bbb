import { sorted } from '../graph/sort.js';
import { type Storage, storageOf } from '../graph/leaves.js';
import { held, isAlias, needs, type Tensor } from '../graph/tensor.js';
import { isVersion } from '../ops/storage.js';

/** The storages that t changes, in the versions before the change. */
export const changed = ({ op, inputs, value }: Tensor): Tensor[] =>
  (value ? [] : [...(op.overwrites === undefined ? [] : [op.overwrites]), ...(op.mutates ?? [])]).map((i) => inputs[i]);

/** The identity of the memory that t lies in, in its version. The first version of a storage may have several leaves,
 *  so the storage itself stands for it. */
const placeOf = (t: Tensor): Tensor | Storage => storageOf(held(t)) ?? held(t);

/** The order in which to compute: inputs first, in the order of the roots. An op that overwrites a storage comes after
 *  everything that reads the version it overwrites; where that is impossible, planning fails. */
export function schedule(roots: readonly Tensor[]): Tensor[] {
  const order = sorted(roots, needs);
  const writers = order.filter((t) => changed(t).length);
  if (!writers.length) return order;
  const readers = new Map<Tensor | Storage, Tensor[]>();
  for (const t of writers) for (const x of changed(t)) readers.set(placeOf(x), []);
  for (const t of order) if (!isAlias(t) && !isVersion(t)) for (const x of needs(t)) readers.get(placeOf(x))?.push(t);
  const before = (t: Tensor): readonly Tensor[] => {
    const others = changed(t).flatMap((x) => readers.get(placeOf(x)) as Tensor[]);
    return others.length ? [...t.inputs, ...others.filter((r) => r !== t)] : needs(t);
  };
  return sorted(roots, before);
}
