/** The bytes of a page, and the number of pages that a memory may grow to. */
export const PAGE = 65536;
const MOST_PAGES = 65536;
/** The address of the kernels' static data (asconfig.json: memoryBase). Below it are the words through which threads
 *  meet, which begin as 0. */
export const DATA = 1024;

/** A memory, and the number of pages that it may grow to. */
export interface Memory {
  readonly memory: WebAssembly.Memory;
  readonly mostPages: number;
}

/** The least limit of a shared memory, in pages (a GiB); it may be as much as four times what is held. Hosts reserve at
 *  once everything that a shared memory may grow to. */
const SHARED_PAGES = 16384;
const growthOf = (pages: number): number => Math.min(MOST_PAGES, Math.max(SHARED_PAGES, 4 * pages));

/** Memories that are no longer in use. They keep their address space until they are collected, which may be late:
 *  WebKit has room for eight of 4 GiB, and then for nothing else. So those that have not been collected yet are used
 *  again. */
const left: { shared: boolean; mostPages: number; memory: WeakRef<WebAssembly.Memory> }[] = [];

/** Marks a memory as no longer in use. */
export function leave({ memory, mostPages }: Memory): void {
  // Missing where FinalizationRegistry is.
  if (typeof WeakRef !== 'function') return;
  left.push({ shared: !(memory.buffer instanceof ArrayBuffer), mostPages, memory: new WeakRef(memory) });
}

/** Gives a memory of that many pages, for one thread or for several. Its contents are undefined except for the words
 *  below DATA. */
export function take(pages: number, shared: boolean): Memory {
  const wanted = shared ? growthOf(pages) : MOST_PAGES;
  for (let index = left.length - 1; index >= 0; index--) {
    const { memory, mostPages } = left[index];
    const found = memory.deref();
    if (found && (left[index].shared !== shared || mostPages < wanted)) continue;
    left.splice(index, 1);
    if (!found) continue;
    grow(found, pages);
    new Uint8Array(found.buffer, 0, DATA).fill(0);
    return { memory: found, mostPages };
  }
  for (let maximum = wanted; ; maximum = Math.floor(maximum / 2))
    try {
      return { memory: new WebAssembly.Memory({ initial: pages, maximum, shared }), mostPages: maximum };
    } catch (error) {
      if (maximum / 2 < pages) throw error;
    }
}

/** Grows a memory to that many pages, where it is smaller. */
export function grow(memory: WebAssembly.Memory, pages: number): void {
  const missing = pages - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
}
