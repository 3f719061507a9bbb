/** The soft threshold that projects a vector onto a ball of the 1-norm (Duchi et al. 2008). The threshold is usually
 *  found by sorting; here a radix selection on the bits of |w|, from the top, sorts only as far as needed. */
import { Field } from '../layout';
import { scratch } from '../state';

const ROW: usize = 16; // bytes of a piece in the table: see penalties.ts
/** The 31 bits of |w| are read in three passes, of 11, 11 and 9 bits. The workspace holds a count and a sum for each
 *  value of these bits. */
const BUCKETS = 2048;
const SUMS: usize = 4 * BUCKETS;

/** y[0] = τ with Σ max(|w| − τ, 0) = s over the pieces of θ (a) in the table at d; 0 where Σ|w| is at most s. There is
 *  one part; sums are float64, in the order of the weights. */
export function ballThreshold(i: usize, part: i32, parts: i32): void {
  const radius = <f64>load<f32>(i, Field.s), y = load<usize>(i, Field.y);
  // The number and the sum of the weights that are known to be above τ.
  let above: f64 = 0, count: f64 = 0;
  let prefix: u32 = 0;
  for (let shift = 20, width = 11; ; ) {
    sortInto(i, prefix, shift, width);
    let bucket = (1 << width) - 1;
    for (; bucket >= 0; bucket--) {
      const n = <f64>load<i32>(scratch + (<usize>bucket << 2)), sum = load<f64>(scratch + SUMS + (<usize>bucket << 3));
      const least = <f64>reinterpret<f32>(((prefix << width) | bucket) << shift);
      // The 1-norm that would be left if τ were this low.
      if (above + sum - (count + n) * least >= radius) break;
      above += sum;
      count += n;
    }
    if (bucket < 0 && shift == 20) return store<f32>(y, 0);
    if (shift == 0) break;
    prefix = (prefix << width) | max(bucket, 0);
    if (shift == 20) shift = 9;
    else {
      shift = 0;
      width = 9;
    }
  }
  store<f32>(y, <f32>((above - radius) / count));
}

/** Counts and sums the weights whose bits above `shift + width` are `prefix`, by the `width` bits below. */
function sortInto(i: usize, prefix: u32, shift: i32, width: i32): void {
  memory.fill(scratch, 0, 12 * BUCKETS);
  const d = load<usize>(i, Field.d), mask = (1 << width) - 1;
  for (let n = 0, pieces = load<i32>(d); n < pieces; n++) {
    const row = d + 4 + <usize>n * ROW;
    let w = load<usize>(i, Field.a) + (<usize>load<i32>(row) << 2);
    for (const end = w + (<usize>load<i32>(row, 4) << 2); w < end; w += 4) {
      const bits = load<u32>(w) & 0x7fffffff;
      // A shift by 31 leaves no bits, so the first pass takes all weights.
      if (bits >> (shift + width) != prefix) continue;
      const bucket = <usize>((bits >> shift) & mask);
      store<i32>(scratch + (bucket << 2), load<i32>(scratch + (bucket << 2)) + 1);
      const sum = scratch + SUMS + (bucket << 3);
      store<f64>(sum, load<f64>(sum) + <f64>reinterpret<f32>(bits));
    }
  }
}
