/** All steps of a recurrent layer. The state of a block of rows stays in the workspace; each step is one product of
 *  packed tiles and one pass over the gates. Parts share the rows. */
import { Field } from '../../layout';
import { scratch, thread, until } from '../../state';
import { beat } from '../../team';
import { listRows, oneRun, PACKED_B, repeatLast, rowList, runList } from '../gemm/block';
import { tiles } from '../gemm/micro';
import { gru, lstm, masked, rnn } from './cells';
import { blockOf, CELL, eights, gatesOf, GRU, LSTM, region, REVERSE, RNN, rowsBefore, SAVES, SEQUENCES } from './layout';

/** Fields: a = x·W + b [n, t, gates·u], b = the recurrent bias or 0, c = a factor [n, u] on the state in products or 0, d =
 *  lengths [n] or 0, rows = n, columns = u, lda = t. From its length on, a row keeps its state and gives 0.
 *  y = the packed recurrent weights, then the outputs [n, t, u] or, without SEQUENCES, the last state [n, u]. With SAVES
 *  the gradient's needs follow: the outputs [n, t, u] of an RNN or GRU where they are not there already; the state before each step, as
 *  it enters products [n, t, u]; the gates [n, t, 4u]; c and tanh c of an LSTM [n, t, u]. */
export function recur(i: usize, part: i32, parts: i32): void {
  const n = load<i32>(i, Field.rows), u = load<i32>(i, Field.columns), end = rowsBefore(n, until, parts);
  const block = blockOf(eights(gatesOf(load<i32>(i, Field.mode) & CELL) * u) + 4 * u);
  for (let row = rowsBefore(n, part, parts); row < end; row += block) rowsOf(i, row, min(block, end - row));
}
function rowsOf(i: usize, top: i32, rows: i32): void {
  const n = load<i32>(i, Field.rows), u = load<i32>(i, Field.columns), steps = load<i32>(i, Field.lda), mode = load<i32>(i, Field.mode);
  const cell = mode & CELL, sequences = (mode & SEQUENCES) != 0, saves = (mode & SAVES) != 0;
  const columns = gatesOf(cell) * u, wide = eights(columns), line = <usize>u << 2, all = region(n * steps * u);
  const a = load<usize>(i, Field.a), bias = load<usize>(i, Field.b), mask = load<usize>(i, Field.c), lengths = load<usize>(i, Field.d);
  const weights = load<usize>(i, Field.y), out = weights + region(u * wide), hs = sequences || cell == LSTM ? out : out + region(n * u);
  const entered = sequences ? out + all : cell == LSTM ? out + region(n * u) : hs + all, gates = entered + all, cs = gates + region(4 * n * steps * u);
  // The workspace behind the lists of rows and runs: rows that nobody reads, products, the state, and the state as it enters products.
  const zeros = scratch + PACKED_B, unread = zeros + 4 * line, z = unread + 4 * line;
  const h = z + <usize>(rows4(rows) * wide << 2), c = h + <usize>rows * line, dropped = c + <usize>rows * line;
  memory.fill(zeros, 0, 4 * line);
  memory.fill(h, 0, 2 * <usize>rows * line);
  for (let k = 0; k < steps; k++) {
    const t = mode & REVERSE ? steps - 1 - k : k;
    let from = h, lane = line;
    if (saves || mask) {
      from = saves ? entered + <usize>(top * steps + t) * line : dropped;
      lane = saves ? <usize>steps * line : line;
      for (let r: usize = 0; r < <usize>rows; r++) masked(u, from + r * lane, h + r * line, mask ? mask + (<usize>top + r) * line : 0);
    }
    listRows(0, rows, from, lane);
    repeatLast(rows);
    const end = oneRun(u);
    for (let j = 0; j < wide; j += 8)
      tiles((rows + 3) >> 2, rowList(), runList(), end, 4, weights + <usize>j * line, 32, z + (<usize>j << 2), <usize>wide << 2, false);
    for (let r = 0; r < rows; r++) {
      const at = <usize>((top + r) * steps + t), state = h + <usize>r * line, memoryCell = c + <usize>r * line;
      const output = sequences || (saves && cell != LSTM) ? hs + at * line : unread;
      if (lengths && <f32>t >= load<f32>(lengths + (<usize>(top + r) << 2))) {
        memory.fill(output, 0, line);
        if (saves && cell == LSTM) memory.copy(cs + at * line, memoryCell, line);
        continue;
      }
      const x = a + at * (<usize>columns << 2), y = z + (<usize>(r * wide) << 2), g = saves ? gates + 4 * at * line : unread;
      if (cell == LSTM) lstm(u, x, y, state, memoryCell, output, g, saves ? cs + at * line : unread, saves ? cs + all + at * line : unread);
      else if (cell == GRU) gru(u, x, y, bias ? bias : zeros, state, output, g);
      else rnn(u, x, y, state, output);
    }
    if (ASC_FEATURE_THREADS) if (thread) beat();
  }
  if (!sequences) memory.copy(out + <usize>top * line, h, <usize>rows * line);
}
/** Rows in whole tiles. */
@inline
function rows4(rows: i32): i32 {
  return (rows + 3) & ~3;
}
