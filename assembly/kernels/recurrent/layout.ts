/** What the kernels of recurrent layers share. A layer has n rows, t steps and u units; its gates lie side by side,
 *  [i f g o] of an LSTM and [r z n] of a GRU, each with u columns. */
import { Field, Size } from '../../layout';
import { packPanel } from '../gemm/pack';
import { share } from '../slice';

/** Bits of `mode`. */
export const CELL: i32 = 3, REVERSE: i32 = 4, SEQUENCES: i32 = 8, SAVES: i32 = 16;
/** Values of the first two bits. */
export const RNN: i32 = 0, GRU: i32 = 1, LSTM: i32 = 2;

/** Columns of all gates, for one unit. */
@inline
export function gatesOf(cell: i32): i32 {
  return cell == LSTM ? 4 : cell == GRU ? 3 : 1;
}
@inline
export function eights(n: i32): i32 {
  return (n + 7) & ~7;
}
/** Bytes of n floats, in whole cache lines: regions of a result begin on them. */
@inline
export function region(n: i32): usize {
  return (<usize>(n + 15) & ~15) << 2;
}
/** The rows that are computed together, where each takes `width` floats of the workspace. */
@inline
export function blockOf(width: i32): i32 {
  let rows = 64;
  while (rows > 4 && rows * width > Size.scratch / 8) rows >>= 1;
  return rows;
}
/** Where part `part` of n rows begins: at a whole tile of four. */
@inline
export function rowsBefore(n: i32, part: i32, parts: i32): i32 {
  return min(n, share((n + 3) >> 2, part, parts) << 2);
}

/** y = the recurrent weights a [units, columns] in panels of eight columns; in mode 1 their transpose. Parts share the
 *  panels. */
export function packRecurrent(i: usize, part: i32, parts: i32): void {
  const units = load<i32>(i, Field.rows), columns = load<i32>(i, Field.columns), turned = load<i32>(i, Field.mode) != 0;
  const count = turned ? units : columns, k = turned ? columns : units, line = <usize>columns << 2, panels = (count + 7) >> 3;
  const lanes: usize = turned ? line : 4, steps: usize = turned ? 4 : line;
  for (let panel = share(panels, part, parts), end = share(panels, part + 1, parts); panel < end; panel++) {
    const lane = panel << 3;
    packPanel(load<usize>(i, Field.y) + (<usize>(lane * k) << 2), load<usize>(i, Field.a) + <usize>lane * lanes, min(8, count - lane), 8, k, lanes, steps);
  }
}
