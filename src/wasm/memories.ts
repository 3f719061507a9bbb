/** Bytes of a page, and how many pages a memory may grow to. */
export const PAGE = 65536;
const MOST_PAGES = 65536;
/** Where the kernels' own data begin (asconfig.json: memoryBase). Below are words that threads meet at, which begin as 0. */
export const DATA = 1024;

/** A memory, and how many pages it may grow to. */
export interface Memory {
  readonly memory: WebAssembly.Memory;
  readonly mostPages: number;
}

/** Hosts reserve at once all that a memory which threads share may grow to: not more than four times its size, or a GiB. */
const SHARED_PAGES = 16384;
const growthOf = (pages: number): number => Math.min(MOST_PAGES, Math.max(SHARED_PAGES, 4 * pages));

/** Memories that were left. A host has their addresses back when it collects, which it need not do in time: WebKit has room for eight of
 *  4 GiB, and then for nothing else. What has not been collected yet is used again. */
const left: { shared: boolean; mostPages: number; memory: WeakRef<WebAssembly.Memory> }[] = [];

/** Nobody uses this memory any more. */
export function leave({ memory, mostPages }: Memory): void {
  // Missing where FinalizationRegistry is.
  if (typeof WeakRef !== 'function') return;
  left.push({ shared: !(memory.buffer instanceof ArrayBuffer), mostPages, memory: new WeakRef(memory) });
}

/** A memory of that many pages, for one thread or for several. What it holds is undefined but for the words below DATA. */
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

/** Makes a memory that many pages large, where it is smaller. */
export function grow(memory: WebAssembly.Memory, pages: number): void {
  const missing = pages - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
}
