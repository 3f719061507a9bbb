import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { mul, sub } from '../ops/arithmetic.js';
import { greater, less } from '../ops/compare.js';
import { reshape } from '../ops/reshape.js';
import type { Pair } from '../ops/window.js';

/** The extent of boxes along an axis: the first row or column, and the one after the last, as whole numbers [n], or [1]
 *  for all boxes. */
export interface Side {
  readonly from: Tensor;
  readonly to: Tensor;
}

/** 1 at the places of an axis that lie within a side, else 0: [n, size · width], with `width` numbers for each
 *  place. */
function within({ from, to }: Side, size: number, width: number): Tensor {
  const places = constant(
    Float32Array.from({ length: size * width }, (_, i) => Math.floor(i / width)),
    [size * width],
  );
  const column = (t: Tensor): Tensor => reshape(sub(t, 0.5), [t.size, 1]);
  return mul(greater(places, column(from)), less(places, column(to)));
}

/** A mask that is 1 in boxes of images [n, h, w, c] and 0 outside: [n, h, w·c], or [1, h, w·c] where all boxes are the
 *  same. */
export function boxes(rows: Side, columns: Side, [h, w]: Pair, channels: number): Tensor {
  const [down, right] = [within(rows, h, 1), within(columns, w, channels)];
  return mul(reshape(down, [down.shape[0], h, 1]), reshape(right, [right.shape[0], 1, w * channels]));
}
