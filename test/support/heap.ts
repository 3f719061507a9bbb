import { compile } from '../../src/compile/compile.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { floats } from '../../src/wasm/engine.js';
import { allocate, type Block, release } from '../../src/wasm/memory.js';

/** Small pieces fill the gaps between blocks that are in use; the large one comes after all of them. */
const SIZES = [...new Array<number>(2048).fill(64), 1 << 22];

/** Fills the free linear memory that the next programs take with a number. This reveals kernels that read memory before
 *  it is written. */
export function fillFreeMemory(value: number): void {
  const blocks: Block[] = [];
  for (const bytes of SIZES) {
    const block = allocate(bytes, 'programs');
    floats().fill(value, block.at >>> 2, (block.at + block.bytes) >>> 2);
    blocks.push(block);
  }
  for (const block of blocks.reverse()) release(block);
}

/** The results of a function as a program that is made in memory full of NaN, and those of its second run. */
export function replayed(f: (...xs: Tensor[]) => Tensor[], xs: readonly Tensor[]): [Float32Array[], Float32Array[]] {
  fillFreeMemory(Number.NaN);
  const compiled = compile(f);
  const run = () => compiled(...xs).map((t) => t.data());
  const both: [Float32Array[], Float32Array[]] = [run(), run()];
  compiled.dispose();
  return both;
}
