import { OutOfMemoryError } from '../errors.js';
import { HEAP, memory, mostPages, outgrow } from './engine.js';
import { PAGE } from './memories.js';

/** The kind of owner of a block, as `memoryInfo()` reports it. */
export type Kind = 'programs' | 'models' | 'datasets';
/** The kinds of owner, with the workspaces of threads, which `memoryInfo()` does not list. */
type AnyKind = Kind | 'threads';
/** A piece of linear memory. Its owner returns it with `release`. */
export interface Block {
  readonly at: number;
  readonly bytes: number;
  readonly kind: AnyKind;
}

const LINE = 64;
/** Kernels may read a few bytes past a tensor's end: the last page is never handed out. */
const limit = (): number => memory.buffer.byteLength - PAGE;

/** A free piece of memory. */
export interface Hole {
  at: number;
  bytes: number;
}
/** Free pieces, by address, never adjacent. */
const holes: Hole[] = [{ at: HEAP, bytes: limit() - HEAP }];
const used: Record<AnyKind, number> = { programs: 0, models: 0, datasets: 0, threads: 0 };

/** Allocates a block of at least `bytes` bytes that starts at a multiple of 64. Its contents are undefined. */
export function allocate(bytes: number, kind: AnyKind): Block {
  const size = Math.max(LINE, Math.ceil(bytes / LINE) * LINE);
  let index = holes.findIndex((hole) => hole.bytes >= size);
  if (index < 0) {
    grow(size);
    index = holes.length - 1;
  }
  const hole = holes[index];
  const block = { at: hole.at, bytes: size, kind };
  hole.at += size;
  hole.bytes -= size;
  if (!hole.bytes) holes.splice(index, 1);
  used[kind] += size;
  return block;
}

/** Returns a block to the allocator. */
export function release({ at, bytes, kind }: Block): void {
  used[kind] -= bytes;
  insert({ at, bytes }, holes);
}

/** Inserts a free piece among others, by address, and joins it with its neighbours. */
export function insert(piece: Hole, holes: Hole[]): void {
  let index = holes.findIndex((hole) => hole.at > piece.at);
  if (index < 0) index = holes.length;
  const left = holes[index - 1];
  const right = holes[index];
  const joinsLeft = left !== undefined && left.at + left.bytes === piece.at;
  const joinsRight = right !== undefined && piece.at + piece.bytes === right.at;
  if (joinsLeft) {
    left.bytes += piece.bytes + (joinsRight ? right.bytes : 0);
    if (joinsRight) holes.splice(index, 1);
  } else if (joinsRight) {
    right.at = piece.at;
    right.bytes += piece.bytes;
  } else holes.splice(index, 0, piece);
}

/** Grows the memory until the last free piece has at least `size` bytes. Growing by a quarter keeps the number of
 *  growths small. */
function grow(size: number): void {
  const held = memory.buffer.byteLength;
  const last = holes.at(-1);
  const missing = size - (last && last.at + last.bytes === limit() ? last.bytes : 0);
  const wish = Math.ceil(Math.max(missing, held / 4) / PAGE);
  const least = Math.ceil(missing / PAGE);
  const room = mostPages - held / PAGE;
  const old = limit();
  for (const pages of [Math.min(wish, room), least]) {
    if (pages < least || pages > room) continue;
    try {
      memory.grow(pages);
    } catch {
      continue; // the host has less than was asked for: try the smallest sufficient size
    }
    insert({ at: old, bytes: limit() - old }, holes);
    return;
  }
  if (!outgrow())
    throw new OutOfMemoryError(
      `out of memory: asked for ${size} bytes while ${held} are held, of at most ${mostPages * PAGE}; ` +
        'use smaller batches, or dispose of models that are no longer needed',
    );
  grow(size);
}

/** The bytes of linear memory that are in use, that are held from the host, and that are in use by each kind of
 *  owner. */
export function memoryInfo(): { used: number; held: number } & Record<Kind, number> {
  const { programs, models, datasets } = used;
  return { used: programs + models + datasets, held: memory.buffer.byteLength, programs, models, datasets };
}
