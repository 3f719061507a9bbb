/** The gradient of a recurrent layer for its gates, from the last step to the first. Parts share the rows. */
import { Field } from '../../layout';
import { scratch, thread, until } from '../../state';
import { beat } from '../../team';
import { listRows, oneRun, PACKED_B, repeatLast, rowList, runList } from '../gemm/block';
import { tiles } from '../gemm/micro';
import { gruGradient, lstmGradient, rnnGradient } from './cells';
import { blockOf, CELL, eights, gatesOf, GRU, LSTM, region, REVERSE, rowsBefore, SEQUENCES } from './layout';

/** Fields: a = dy, the gradient of what `recur` gives, b = the result of `recur`, c, d, rows, columns, lda and mode as there.
 *  y = the packed transpose of the recurrent weights, then the gradients [n, t, gates·u] of x·W + b, then for a GRU
 *  those of the state's product. */
export function recurGradient(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), u = load<i32>(i, Field.columns), end = rowsBefore(n, until, parts);
  const block = blockOf(gatesOf(load<i32>(i, Field.mode) & CELL) * u + eights(u) + 2 * u);
  for (let row = rowsBefore(n, part, parts); row < end; row += block) rowsOf(i, row, min(block, end - row));
}
function rowsOf(i: usize, top: i32, rows: i32): void {
  const n = load<i32>(i, Field.rows), u = load<i32>(i, Field.columns), steps = load<i32>(i, Field.lda), mode = load<i32>(i, Field.mode);
  const cell = mode & CELL, sequences = (mode & SEQUENCES) != 0, columns = gatesOf(cell) * u, wide = eights(u);
  const line = <usize>u << 2, row4 = <usize>columns << 2, all = region(n * steps * u);
  const dy = load<usize>(i, Field.a), mask = load<usize>(i, Field.c), lengths = load<usize>(i, Field.d);
  const out = load<usize>(i, Field.b) + region(u * eights(columns)), hs = sequences || cell == LSTM ? out : out + region(n * u);
  const entered = sequences ? out + all : cell == LSTM ? out + region(n * u) : hs + all, gates = entered + all, cs = gates + region(4 * n * steps * u);
  const weights = load<usize>(i, Field.y), da = weights + region(columns * wide), db = cell == GRU ? da + region(n * steps * columns) : da;
  // The workspace behind the lists of rows and runs: a row of zeros and one of ones, the product of the gradient, and what passes by.
  const zeros = scratch + PACKED_B, ones = zeros + line, p = ones + line + 16;
  const rest = p + (<usize>((rows + 3 & ~3) * wide) << 2), dc = rest + <usize>rows * line;
  memory.fill(zeros, 0, line);
  memory.fill(p, 0, (<usize>(rows * wide) << 2));
  memory.fill(dc, 0, <usize>rows * line);
  for (let k: usize = 0; k < line; k += 4) store<f32>(ones + k, 1);
  if (sequences) memory.fill(rest, 0, <usize>rows * line);
  else memory.copy(rest, dy + <usize>top * line, <usize>rows * line);
  for (let k = steps - 1; k >= 0; k--) {
    const back = (mode & REVERSE) != 0, t = back ? steps - 1 - k : k;
    for (let r = 0; r < rows; r++) {
      const at = <usize>((top + r) * steps + t), m = mask ? mask + <usize>(top + r) * line : ones;
      const product = p + (<usize>(r * wide) << 2), by = rest + <usize>r * line, x = da + at * row4, y = db + at * row4;
      if (lengths && <f32>t >= load<f32>(lengths + (<usize>(top + r) << 2))) {
        // Read forward, padding comes last and only `rest` has arrived; read backwards, nothing but a state of 0 came before.
        memory.fill(x, 0, row4);
        memory.fill(y, 0, row4);
        continue;
      }
      const d = sequences ? dy + at * line : zeros, g = gates + 4 * at * line, before = back ? at + 1 : at - 1;
      if (cell == LSTM)
        lstmGradient(u, product, m, by, d, dc + <usize>r * line, g, k ? cs + before * line : zeros, cs + all + at * line, x);
      else if (cell == GRU) gruGradient(u, product, m, by, d, g, k ? hs + before * line : zeros, x, y);
      else rnnGradient(u, product, m, by, d, hs + at * line, x);
    }
    if (k) {
      const lane = <usize>steps * row4, from = db + <usize>(top * steps + t) * row4;
      listRows(0, rows, from, lane);
      repeatLast(rows);
      const end = oneRun(columns);
      for (let j = 0; j < wide; j += 8)
        tiles((rows + 3) >> 2, rowList(), runList(), end, 4, weights + <usize>j * row4, 32, p + (<usize>j << 2), <usize>wide << 2, false);
    }
    if (ASC_FEATURE_THREADS) if (thread) beat();
  }
}
