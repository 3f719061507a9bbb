/** The matrix product y [rows, columns] = activation(op(a)·op(b) + c), inner = the common size, after Goto & van de Geijn (2008):
 *  blocks that fit the caches, panels packed in reading order, tiles in registers. Every element is the sum over pieces of
 *  KC of the sums over ascending k, so that neither blocking, packing nor parts change a bit. */
import { Field, Product } from '../../layout';
import { scratch, until } from '../../state';
import { begin, share } from '../slice';
import { block, KC, listRows, MC, NC, NR, oneRun, OWN, PACKED_A, PACKED_B } from './block';
import { finish } from './epilogue';
import { isTall } from './forms';
import { packLines, packPanel } from './pack';

/** Matrices that fit into the first-level cache are read in place. */
const SMALL: i32 = 8192;

/** A product that another kernel needs: y [rows, columns] = op(a)·op(b), added to y with Product.add in `mode`. The rows
 *  of a, b and y as they lie are lda, ldb and ldy floats apart. */
export function product(
  mode: i32, rows: i32, columns: i32, inner: i32, a: usize, lda: i32, b: usize, ldb: i32, y: usize, ldy: i32,
): void {
  const i = scratch + OWN;
  store<i32>(i, rows, Field.rows);
  store<i32>(i, ldy, Field.columns);
  store<i32>(i, inner, Field.inner);
  store<i32>(i, lda, Field.lda);
  store<i32>(i, ldb, Field.ldb);
  store<i32>(i, mode | Product.pack, Field.mode);
  store<usize>(i, 0, Field.c);
  multiply(i, a, b, y, 0, rows, 0, columns);
}

/** Fields: lda, ldb = row lengths of a and b as they lie, mode = Product bits, c = bias [columns] or 0, d = 0 or the block [batch,
 *  floats from matrix to matrix of a, b and y]. Parts share the batch, else the longer side of y: each call packs the
 *  shorter operand for itself, which is why a thread makes its parts in one call. */
export function gemm(i: usize, part: i32, parts: i32): void {
  const m = load<i32>(i, Field.rows), n = load<i32>(i, Field.columns), inner = load<i32>(i, Field.inner), d = load<usize>(i, Field.d);
  const a = load<usize>(i, Field.a), b = load<usize>(i, Field.b), y = load<usize>(i, Field.y);
  if (d) {
    const count = load<i32>(d), strideA = load<usize>(d, 4) << 2, strideB = load<usize>(d, 8) << 2, strideY = load<usize>(d, 12) << 2;
    for (let k = <usize>share(count, part, parts), end = <usize>share(count, until, parts); k < end; k++)
      multiply(i, a + k * strideA, b + k * strideB, y + k * strideY, 0, m, 0, n);
  } else if (m > n) multiply(i, a, b, y, begin(m, part, parts), begin(m, until, parts), 0, n);
  else multiply(i, a, b, y, 0, m, begin(n, part, parts), begin(n, until, parts));
}

/** Computes the rows top … bottom − 1 and columns left … right − 1 of y. */
function multiply(i: usize, a: usize, b: usize, y: usize, top: i32, bottom: i32, left: i32, right: i32): void {
  const inner = load<i32>(i, Field.inner), mode = load<i32>(i, Field.mode), bias = load<usize>(i, Field.c);
  const lda = <usize>load<i32>(i, Field.lda) << 2, ldb = <usize>load<i32>(i, Field.ldb) << 2, ldy = <usize>load<i32>(i, Field.columns) << 2;
  const transposeA = (mode & Product.transposeA) != 0, transposeB = (mode & Product.transposeB) != 0;
  const rowA: usize = transposeA ? 4 : lda, stepA: usize = transposeA ? lda : 4;
  const columnB: usize = transposeB ? ldb : 4, stepB: usize = transposeB ? 4 : ldb;
  // Packing pays where the copy is read often enough. Rows that lie in a line are read as fast in place.
  const packs = (mode & Product.pack) != 0, large = packs || (<i64>load<i32>(i, Field.rows) * inner > SMALL && right - left >= 64);
  const packA = large && (transposeA || isTall());
  const packB = packs || transposeB || (<i64>load<i32>(i, Field.columns) * inner > SMALL && bottom - top > 8);
  const wa = scratch + PACKED_A, wb = scratch + PACKED_B;
  const tall = packA && packB && isTall(), mr = tall ? 6 : 4, most = MC - (MC % mr);
  for (let column = left; column < right; column += NC) {
    const nc = min(NC, right - column);
    for (let k = 0; k < inner; k += KC) {
      const kc = min(KC, inner - k), add = k > 0 || (mode & Product.add) != 0, run = oneRun(kc);
      const blockB = b + <usize>column * columnB + <usize>k * stepB;
      if (packB) packBlock(wb, blockB, nc, NR, kc, columnB, stepB);
      for (let row = top; row < bottom; row += most) {
        const mc = min(most, bottom - row), blockA = a + <usize>row * rowA + <usize>k * stepA;
        const corner = y + <usize>row * ldy + (<usize>column << 2);
        if (packA) {
          packBlock(wa, blockA, mc, mr, kc, rowA, stepA);
          for (let r = 0; r < mc; r += mr) listRows(r, min(mr, mc - r), wa + (<usize>(r * kc) << 2), 4);
        } else listRows(0, mc, blockA, rowA);
        block(
          mc, run, packA ? <usize>mr << 2 : stepA, kc, nc, packB ? wb : blockB, packB ? 32 : stepB, packB ? <usize>kc << 5 : 32, corner, ldy, add,
          tall ? wa : 0,
        );
        if (k + kc == inner) finish(corner, ldy, mc, nc, bias ? bias + (<usize>column << 2) : 0, (mode & ~(Product.add | Product.pack)) >> 2);
      }
    }
  }
}
/** Packs all panels of a block. Where the lanes lie side by side, whole cache lines are packed at once, because rows
 *  that are a power of two apart fall into the same set of the cache. */
export function packBlock(y: usize, a: usize, count: i32, width: i32, k: i32, lanes: usize, steps: usize): void {
  const panel = <usize>(width * k) << 2;
  let lane = 0;
  if (lanes == 4 && width != 6) for (; lane + 16 <= count; lane += 16) packLines(y + ((<usize>lane * <usize>k) << 2), a + (<usize>lane << 2), panel, width, k, steps);
  for (; lane < count; lane += width)
    packPanel(y + ((<usize>lane * <usize>k) << 2), a + <usize>lane * lanes, min(width, count - lane), width, k, lanes, steps);
}
