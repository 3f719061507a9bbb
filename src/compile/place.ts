import { RegulusError } from '../errors.js';
import { constantOp, fullOp, inputOp, type Storage, storageOf } from '../graph/leaves.js';
import { attributesOf, isAlias, type Tensor } from '../graph/tensor.js';
import { show } from '../graph/shape.js';
import { packOp } from '../ops/storage.js';
import { arrange, bound, type Lease } from './arena.js';
import type { Step } from './group.js';
import { changed } from './schedule.js';

export const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Where the tensors of a program lie in memory. */
export interface Placement {
  /** The address of t in bytes, given that of the program's block; a tensor in a storage lies outside the block. */
  address(t: Tensor, base: number): number;
  /** The leaves whose values must be written into the block: constants once, inputs before each run. */
  leaves: ReadonlySet<Tensor>;
  /** The inputs in whose place the program writes other numbers. */
  overwritten: ReadonlySet<Tensor>;
  storages: ReadonlySet<Storage>;
  /** The storages that the program changes. */
  written: ReadonlySet<Storage>;
  /** The size of the block in bytes, from `start` on. */
  bytes: number;
  /** Bytes for intermediate results: as laid out, the most that are alive at once, and the sum without reuse of
   *  memory. */
  arena: number;
  bound(): number;
  intermediates: number;
}

/** Whether t lies in the memory of one of its inputs, as a view or as the next version of a storage. */
const isWithin = (t: Tensor): boolean => isAlias(t) || (t.op.overwrites !== undefined && !t.value);

/** The tensor in whose memory another one lies (through views, reshapes and overwriting), and the offset from its start
 *  in floats. */
interface Home {
  readonly owner: Tensor;
  readonly offset: number;
}
/** Finds the homes of tensors, which must come after their inputs. */
function homesOf(order: readonly Tensor[]): ReadonlyMap<Tensor, Home> {
  const homes = new Map<Tensor, Home>();
  for (const t of order) {
    const inner = isWithin(t) ? homes.get(t.inputs[t.op.overwrites ?? 0]) : undefined;
    const offset = t.op.offset?.(t.attributes) ?? 0;
    homes.set(t, inner ? { owner: inner.owner, offset: inner.offset + offset } : { owner: t, offset: 0 });
  }
  return homes;
}

/** Assigns memory to every result by liveness: memory is free again when the group of its last reader ends. */
export function place(
  order: readonly Tensor[],
  steps: readonly Step[],
  outputs: readonly Tensor[],
  start: number,
): Placement {
  const homes = homesOf(order);
  const ownerOf = (t: Tensor): Tensor => homes.get(t)?.owner ?? t;
  const relative = new Map<Tensor, number>();
  const fixed = new Map<Tensor, { storage: Storage; offset: number }>();
  const storages = new Set<Storage>();
  const leaves = new Set<Tensor>();
  /** Scalar constants that have a place already. −0 has a key of its own, because a Map treats 0 and −0 as equal. */
  const constants = new Map<number | '-0', Tensor>();
  const key = (x: number): number | '-0' => (Object.is(x, -0) ? '-0' : x);
  let top = start;
  for (const t of order) {
    const storage = storageOf(t);
    if (storage) {
      fixed.set(t, { storage, offset: 0 });
      storages.add(storage);
    }
    const value = t.size === 1 ? attributesOf(fullOp, t)?.value : undefined;
    const twin = value === undefined ? undefined : constants.get(key(value));
    if (twin) relative.set(t, relative.get(twin) as number);
    else if (value !== undefined || attributesOf(constantOp, t) || attributesOf(inputOp, t) || t.value) {
      if (value !== undefined) constants.set(key(value), t);
      relative.set(t, top);
      leaves.add(t);
      top += aligned(4 * t.size);
    }
  }
  for (const t of order) {
    const offsets = attributesOf(packOp, t);
    offsets?.forEach((offset, i) => {
      const { storage } = fixed.get(ownerOf(t)) as { storage: Storage };
      fixed.set(ownerOf(t.inputs[i + 1]), { storage, offset });
    });
  }

  const written = new Set<Storage>();
  for (const x of order.flatMap(changed)) {
    const place = fixed.get(ownerOf(x));
    if (place) written.add(place.storage);
  }

  const last = new Map<Tensor, number>();
  steps.forEach((step, i) => {
    if (step.last) for (const x of step.t.inputs) last.set(ownerOf(x), i);
  });
  for (const t of outputs) last.set(ownerOf(t), Number.POSITIVE_INFINITY);
  const leases = new Map<Tensor, Lease>();
  const live = new Set<Tensor>();
  let intermediates = 0;
  steps.forEach(({ t, code, first, last: ends, end }, i) => {
    const bytes = aligned(4 * t.size);
    if (first && ownerOf(t) === t && !fixed.has(t)) {
      const host = t.op.elementwise
        ? [code.a, code.b, code.c].find((x) => x && live.has(x) && last.get(x) === i && x.size === t.size)
        : undefined;
      const lease = (host && leases.get(host)) ?? { from: i, until: Number.POSITIVE_INFINITY, bytes, at: 0 };
      leases.set(t, lease);
      if (host) live.delete(host);
      live.add(t);
      intermediates += bytes;
      if (!last.has(t)) last.set(t, i);
    }
    for (const x of ends ? [...t.inputs.map(ownerOf), t] : [t])
      if (live.has(x) && last.get(x) === i) {
        live.delete(x);
        (leases.get(x) as Lease).until = end;
      }
  });
  const list = [...new Set(leases.values())];
  const arena = arrange(list);
  const arenaStart = top;
  return {
    address(t, base) {
      const owner = ownerOf(t);
      const at = fixed.get(owner);
      const shift = 4 * (homes.get(t)?.offset ?? 0);
      if (at) return at.storage.at + 4 * at.offset + shift;
      const lease = leases.get(owner);
      const offset = lease ? arenaStart + lease.at : relative.get(owner);
      if (offset === undefined)
        throw new RegulusError(`${owner.op.name} ${show(owner.shape)} has no place in this program`);
      return base + offset + shift;
    },
    leaves,
    overwritten: new Set(order.filter((t) => isWithin(t) && !isAlias(t)).map(ownerOf)),
    storages,
    written,
    bytes: top + arena,
    arena,
    bound: () => bound(list),
    intermediates,
  };
}
