/** Packing brings a panel of a matrix into the order in which the tiles read it; transposes are absorbed here. */
import { loadLanes, transpose4 } from '../../simd/lanes';

/** Panels of `width` (4 or 8) lanes: y[k][width]. Element (lane, k) stands at a + lane·lanes + k·steps (bytes), one of which is
 *  4. Lanes from `count` on become 0. */
export function packPanel(y: usize, a: usize, count: i32, width: i32, k: i32, lanes: usize, steps: usize): void {
  if (lanes == 4) {
    for (let lane = 0; lane < width; lane += 4) packRows(y + (<usize>lane << 2), a + (<usize>lane << 2), count - lane, <usize>width << 2, k, steps);
  } else {
    for (let lane = 0; lane < width; lane += 4) packColumns(y + (<usize>lane << 2), a + <usize>lane * lanes, count - lane, <usize>width << 2, k, lanes);
  }
}

/** Four neighbouring lanes: one vector for each k. */
function packRows(y: usize, a: usize, count: i32, line: usize, k: i32, steps: usize): void {
  const zero = f32x4.splat(0);
  if (count >= 4) for (; k > 0; k--, a += steps, y += line) v128.store(y, v128.load(a));
  else if (count > 0) for (; k > 0; k--, a += steps, y += line) v128.store(y, loadLanes(a, count, zero));
  else for (; k > 0; k--, y += line) v128.store(y, zero);
}
/** Four lanes whose k stand side by side: blocks of 4×4 are transposed. */
function packColumns(y: usize, a: usize, count: i32, line: usize, k: i32, lanes: usize): void {
  if (count >= 4) {
    for (; k >= 4; k -= 4, a += 16, y += 4 * line) transpose4(a, lanes, y, line);
  }
  for (; k > 0; k--, a += 4, y += line)
    for (let lane: usize = 0; lane < 4; lane++) store<f32>(y + (lane << 2), <i32>lane < count ? load<f32>(a + lane * lanes) : 0);
}
