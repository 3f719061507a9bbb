/** Packs a panel of a matrix in the order in which the tiles read it; transposes are absorbed here. */
import { loadLanes, transpose2, transpose4 } from '../../simd/lanes';

/** Packs a panel of `width` (4, 6 or 8) lanes: y[k][width]. Element (lane, k) is at a + lane·lanes + k·steps (bytes),
 *  and one of `lanes` and `steps` is 4. Lanes from `count` on become 0. Of six lanes the last two are packed first,
 *  because they write two lanes too many, which the first four then overwrite. */
export function packPanel(y: usize, a: usize, count: i32, width: i32, k: i32, lanes: usize, steps: usize): void {
  if (lanes == 4) {
    for (let lane = (width - 1) & ~3; lane >= 0; lane -= 4) packRows(y + (<usize>lane << 2), a + (<usize>lane << 2), count - lane, <usize>width << 2, k, steps);
  } else {
    for (let lane = (width - 1) & ~3; lane >= 0; lane -= 4) packColumns(y + (<usize>lane << 2), a + <usize>lane * lanes, count - lane, <usize>width << 2, k, lanes);
  }
}

/** Packs sixteen neighbouring lanes, a cache line for each k, into four panels of four or two of eight, `panel` bytes
 *  apart. */
export function packLines(y: usize, a: usize, panel: usize, width: i32, k: i32, steps: usize): void {
  const line = <usize>width << 2, wide = width == 8;
  let y1 = wide ? y + 16 : y + panel, y2 = wide ? y + panel : y1 + panel, y3 = wide ? y2 + 16 : y2 + panel;
  for (; k > 0; k--) {
    v128.store(y, v128.load(a));
    v128.store(y1, v128.load(a, 16));
    v128.store(y2, v128.load(a, 32));
    v128.store(y3, v128.load(a, 48));
    a += steps;
    y += line;
    y1 += line;
    y2 += line;
    y3 += line;
  }
}

/** Packs four neighbouring lanes: one vector for each k. */
function packRows(y: usize, a: usize, count: i32, line: usize, k: i32, steps: usize): void {
  const zero = f32x4.splat(0);
  if (count >= 4) for (; k > 0; k--, a += steps, y += line) v128.store(y, v128.load(a));
  else if (count > 0) for (; k > 0; k--, a += steps, y += line) v128.store(y, loadLanes(a, count, zero));
  else for (; k > 0; k--, y += line) v128.store(y, zero);
}
/** Packs four lanes whose neighbours along k lie side by side: blocks of 4×4 are transposed. */
function packColumns(y: usize, a: usize, count: i32, line: usize, k: i32, lanes: usize): void {
  if (count >= 4) {
    for (; k >= 4; k -= 4, a += 16, y += 4 * line) transpose4(a, lanes, y, line);
  } else if (count == 2) {
    for (; k >= 4; k -= 4, a += 16, y += 4 * line) transpose2(a, lanes, y, line);
  }
  for (; k > 0; k--, a += 4, y += line)
    for (let lane: usize = 0; lane < 4; lane++) store<f32>(y + (lane << 2), <i32>lane < count ? load<f32>(a + lane * lanes) : 0);
}
