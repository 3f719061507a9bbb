/** Divides the work of a kernel into parts. The cuts depend on the size of the work only, so results do not depend on
 *  threads. */

/** Where part `part` of n floats begins: a multiple of 16 floats (one cache line), n for the end of the last part. */
@inline
export function begin(n: i32, part: i32, parts: i32): i32 {
  return part == parts ? n : part == 0 ? 0 : <i32>((<i64>n * part) / parts) & ~15;
}

/** Where part `part` of n things begins that need no alignment, such as rows. */
@inline
export function share(n: i32, part: i32, parts: i32): i32 {
  return part == parts ? n : part == 0 ? 0 : <i32>((<i64>n * part) / parts);
}
