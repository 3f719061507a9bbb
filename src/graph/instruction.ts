import type { KernelName } from '../wasm/engine.js';
import type { Tensor } from './tensor.js';

/** One 64-byte instruction before it has addresses: operands are tensors. See assembly/layout.ts for the fields. */
export interface Instruction {
  kernel: KernelName;
  a?: Tensor;
  b?: Tensor;
  c?: Tensor;
  /** The scalars of the step, or a block of constants. */
  d?: Tensor | Int32Array;
  /** A third state of an optimizer, or a table; it takes the field of `inner`. */
  e?: Tensor;
  rows?: number;
  columns?: number;
  inner?: number;
  lda?: number;
  ldb?: number;
  mode?: number;
  s?: number;
  /** The offset in floats from the start of y at which the kernel writes. */
  offset?: number;
  /** Where the kernel writes; by default the tensor that the instruction computes. */
  y?: Tensor;
  /** The number of independent slices, fixed by the shape of the work. Default 1. */
  parts?: number;
  /** Every thread must see this instruction's effect before it goes on. */
  sync?: boolean;
}

const cell = new DataView(new ArrayBuffer(4));
/** The bits of a float32, for a float in an integer field. */
export function floatBits(x: number): number {
  cell.setFloat32(0, x);
  return cell.getInt32(0);
}
