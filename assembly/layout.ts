/** The 64-byte instruction, read by asc and by tsc. Pointers are byte addresses; counts are numbers of floats.
 *  The header of each kernel says what the fields mean to it. */
export const enum Field {
  kernel = 0, // index in the function table
  parts = 4, // the number of independent slices of the work; never depends on the number of threads
  span = 8, // bytes of the group that this instruction opens: the instructions of a group run together, part by part
  sync = 12, // Sync bits of the group
  y = 16,
  a = 20,
  b = 24,
  c = 28,
  d = 32, // a pointer: scalars of the step, or a block of constants
  rows = 36,
  columns = 40,
  inner = 44,
  e = 44, // another pointer, for kernels without an inner size: a third state of an optimizer, a table
  lda = 48,
  ldb = 52,
  mode = 56,
  s = 60, // f32
}
export const enum Sync {
  wait = 1, // every thread must have finished this group before the next begins
  loop = 4, // not a group but a loop: the instructions of its span run `rows` times, backwards where `mode` is 1
  atOnce = 2, // all parts of a thread are one call, up to `until` in state.ts: work that they share is done once
}
export const enum Size {
  instruction = 64,
  scratch = 2097152, // bytes of workspace that each thread owns
  line = 64, // bytes of a cache line; each thread has one in the table of threads
}
/** How an operand of an elementwise kernel covers the result, in two bits for each operand: a in bits 0-1, b in 2-3, c
 *  in 4-5. */
export const enum Form {
  full = 0, // as many elements as the result
  scalar = 1, // one element
  row = 2, // `columns` elements, repeated for every row
  column = 3, // one element for each row of `columns`
}
/** Bits of `mode` for a matrix product; the number of the activation is stored above them. */
export const enum Product {
  transposeA = 1,
  transposeB = 2,
  activation = 4, // mode >> 2
  add = 256, // the product is added to y
  pack = 512, // both operands are packed, however small they are
}
/** Bits of `mode` for attention. */
export const enum Attend {
  causal = 1, // query i sees the keys 0 … i
  lengths = 2, // e holds a number of keys for each of the batch
  dropout = 4, // e begins with the number of the step
}
/** The inner size of a product is summed in pieces of this length. */
export const enum Piece {
  size = 512, // part of the arithmetic: another size would change bits
}
/** Activations that a matrix product applies to its result before it is stored. */
export const enum Activation {
  none = 0,
  relu = 1,
  tanh = 2,
  sigmoid = 3,
}
