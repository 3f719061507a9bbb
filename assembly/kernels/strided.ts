/** A copy between any two layouts of up to 8 axes: transpose, slice, flip, concat, pad. d points to integers: rank, then for
 *  each axis, outermost first, its size and the distance of neighbours in a and in y, then where to begin in a and y
 *  (floats). Parts share the outermost axis. */
import { Field } from '../layout';
import { transpose4 } from '../simd/lanes';
import { share } from './slice';

const AXIS: usize = 12; // bytes of an axis' size, from, to

export function strided(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), rank = load<i32>(d), axes = d + 4, offsets = axes + <usize>rank * AXIS, size = load<i32>(axes);
  const first = share(size, part, parts), a = load<usize>(i, Field.a) + (load<i32>(offsets) << 2);
  const y = load<usize>(i, Field.y) + (load<i32>(offsets, 4) << 2);
  const from = load<i32>(axes, 4) << 2, to = load<i32>(axes, 8) << 2;
  axis(axes, rank, share(size, part + 1, parts) - first, a + first * from, y + first * to);
}

/** Copies the first `count` places of an axis, with all axes inside it. */
function axis(axes: usize, rank: i32, count: i32, a: usize, y: usize): void {
  const from = load<i32>(axes, 4) << 2, to = load<i32>(axes, 8) << 2;
  if (rank == 1) return line(a, from, y, to, count);
  if (rank == 2 && from == 4 && load<i32>(axes + AXIS, 8) == 1)
    return turned(a, load<i32>(axes + AXIS, 4) << 2, y, to, count, load<i32>(axes + AXIS));
  for (let k = 0; k < count; k++, a += from, y += to) axis(axes + AXIS, rank - 1, load<i32>(axes + AXIS), a, y);
}

function line(a: usize, from: i32, y: usize, to: i32, count: i32): void {
  if (from == 4 && to == 4) return memory.copy(y, a, <usize>count << 2);
  for (let k = 0; k < count; k++, a += from, y += to) store<f32>(y, load<f32>(a));
}

/** A transpose: y [m, n] with rows of `to` bytes from a [n, m] with rows of `from` bytes, in blocks of 4×4. */
function turned(a: usize, from: usize, y: usize, to: usize, m: i32, n: i32): void {
  let r = 0;
  for (; r + 4 <= m; r += 4) {
    const source = a + (<usize>r << 2), target = y + <usize>r * to;
    let c = 0;
    for (; c + 4 <= n; c += 4) transpose4(source + <usize>c * from, from, target + (<usize>c << 2), to);
    for (; c < n; c++)
      for (let k: usize = 0; k < 4; k++)
        store<f32>(target + k * to + (<usize>c << 2), load<f32>(source + <usize>c * from + (k << 2)));
  }
  for (; r < m; r++) line(a + (<usize>r << 2), <i32>from, y + <usize>r * to, 4, n);
}
