/** A block of a product: its rows are listed in the workspace, and its tiles are computed column by column of panels. */
import { Piece, Size } from '../../layout';
import { scratch, thread } from '../../state';
import { beat } from '../../team';
import { isWide, six, wide } from './forms';
import { tile4, tiles } from './micro';

export const MC: i32 = 64, NC: i32 = 256;
export const KC: i32 = Piece.size; // the only block size that affects bits
export const NR: i32 = 8;
/** The most rows that are listed at once, and the most runs and lines of a view. */
export const MOST: i32 = 512;
// The workspace: a tile that does not fit into y, the addresses of rows, the runs, a block of b, and one of a or a view.
const TILE: usize = 64, ROWS: usize = 256, RUNS: usize = ROWS + <usize>(MOST + 4) * 4;
export const PACKED_B: usize = (RUNS + <usize>(MOST + 2) * 8 + 63) & ~63, PACKED_A: usize = PACKED_B + <usize>(NC + NR) * <usize>KC * 4;
/** The instruction of `product`, and the bytes of the workspace that products use. */
export const OWN: usize = PACKED_A + <usize>MC * <usize>KC * 4, USED: usize = OWN + Size.instruction;

/** The lists of the addresses of rows, and of runs. */
@inline
export function rowList(): usize { return scratch + ROWS; }
@inline
export function runList(): usize { return scratch + RUNS; }
/** Lists the addresses of `count` rows from the row `first` of a block on. */
export function listRows(first: i32, count: i32, at: usize, apart: usize): void {
  let row = rowList() + (<usize>first << 2);
  for (; count > 0; count--, row += 4, at += apart) store<usize>(row, at);
}
/** Repeats the last of the listed rows, for an incomplete last tile. */
export function repeatLast(rows: i32): void {
  listRows(rows, 3, load<usize>(rowList() + (<usize>rows << 2) - 4), 0);
}
/** Lists one run of `count` floats, `at` bytes from the address of each row. Returns the end of the list. */
export function oneRun(count: i32, at: usize = 0): usize {
  store<usize>(runList(), at);
  store<i32>(runList(), count, 4);
  return runList() + 8;
}

/** Multiplies the listed rows by the `columns` of b, which has panels of eight columns `next` bytes apart. Where the rows are
 *  packed in panels of six, they are at `panels`, else that is 0. An incomplete tile is computed in the workspace: missing
 *  rows repeat the last one, missing columns are whatever memory holds there, and neither is copied to y. */
export function block(
  rows: i32, end: usize, stepA: usize, kc: i32, columns: i32, b: usize, stepB: usize, next: usize, y: usize, ldy: usize, add: bool,
  panels: usize,
): void {
  const list = rowList(), runs = runList();
  repeatLast(rows);
  for (let j = 0; j < columns; j += NR, b += next, y += 32) {
    const n = min(NR, columns - j);
    let r = 0;
    if (n == NR) {
      r = panels ? rows - rows % 6 : rows & ~3;
      if (ASC_FEATURE_RELAXED_SIMD && panels) six(rows / 6, kc, panels, b, y, ldy, add);
      else if (isWide() && columns - j >= 2 * NR) {
        wide(rows >> 2, list, runs, end, stepA, b, next, stepB, y, ldy, add);
        // What is left of the rows is computed panel by panel.
        if (r < rows) rest(r, rows, NR, end, stepA, b, stepB, y, ldy, add);
        j += NR, b += next, y += 32;
      } else tiles(rows >> 2, list, runs, end, stepA, b, stepB, y, ldy, add);
    }
    if (r < rows) rest(r, rows, n, end, stepA, b, stepB, y, ldy, add);
  }
  if (ASC_FEATURE_THREADS) if (thread) beat();
}
/** Computes the rows from r on of a panel of n columns. */
function rest(r: i32, rows: i32, n: i32, end: usize, stepA: usize, b: usize, stepB: usize, y: usize, ldy: usize, add: bool): void {
  const runs = runList(), c = scratch + TILE;
  for (; r < rows; r += 4) {
    const at = rowList() + (<usize>r << 2), to = y + <usize>r * ldy, tall = min(4, rows - r);
    if (n == 4 && tall == 4) tile4(at, runs, end, stepA, b, stepB, to, ldy, add);
    else {
      if (n > 4) tiles(1, at, runs, end, stepA, b, stepB, c, 32, false);
      else tile4(at, runs, end, stepA, b, stepB, c, 32, false);
      spill(to, ldy, c, tall, n, add);
    }
  }
}
/** Copies or adds rows of a tile to y. */
function spill(y: usize, ldy: usize, c: usize, rows: i32, columns: i32, add: bool): void {
  for (; rows > 0; rows--, y += ldy, c += 32)
    for (let x: usize = 0, end = <usize>columns << 2; x < end; x += 4) {
      const value = load<f32>(c + x);
      store<f32>(y + x, add ? load<f32>(y + x) + value : value);
    }
}
