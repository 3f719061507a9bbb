/** Converts a number to an index from 0 to length − 1; −1 where it is none: a fraction, NaN, or out of range. */
@inline
export function placeOf(x: f32, length: i32): i32 {
  return x >= 0 && x < <f32>length && floor<f32>(x) == x ? <i32>x : -1;
}
