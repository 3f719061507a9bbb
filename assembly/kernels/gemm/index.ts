/** The matrix product y [rows, columns] = activation(op(a)·op(b) + c), inner = the common size, after Goto & van de Geijn (2008):
 *  blocks that fit the caches, panels packed in reading order, tiles in registers. Every element is the sum over pieces of
 *  KC of the sums over ascending k, so that neither blocking, packing nor parts change a bit. */
import { Field, Piece, Product, Size } from '../../layout';
import { scratch, thread, until } from '../../state';
import { beat } from '../../team';
import { begin, share } from '../slice';
import { finish } from './epilogue';
import { packedTiles, panelRows } from './forms';
import { tile4x4, tile4x8 } from './micro';
import { packLines, packPanel } from './pack';
import { packPatchColumns, packPatchRows } from './patches';

const MC: i32 = 64, NC: i32 = 256;
const KC: i32 = Piece.size; // the only block size that affects bits
const MR: i32 = 4, NR: i32 = 8; // the size of tiles from unpacked operands; packed ones may have more rows
/** Matrices that fit into the first-level cache are read in place. */
const SMALL: i32 = 8192;
// The workspace: a tile that does not fit into y, a block of b, a block of a, and the instruction of `product`.
const TILE: usize = 64, PACKED_B: usize = 256, PACKED_A: usize = PACKED_B + <usize>(NC + NR) * <usize>KC * 4;
const OWN: usize = PACKED_A + <usize>MC * <usize>KC * 4;
/** The bytes of the workspace that products use. */
export const USED: usize = OWN + Size.instruction;

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
  multiply(i, a, b, y, 0, rows, 0, columns, 0, inner, 0);
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
      multiply(i, a + k * strideA, b + k * strideB, y + k * strideY, 0, m, 0, n, 0, inner, 0);
  } else if (m > n) multiply(i, a, b, y, begin(m, part, parts), begin(m, until, parts), 0, n, 0, inner, 0);
  else multiply(i, a, b, y, 0, m, begin(n, part, parts), begin(n, until, parts), 0, inner, 0);
}

/** A convolution, or its gradient for the image: a is an image whose patches (geometry at d + 16) are the left operand. d: groups,
 *  floats from group to group in a, in b, and columns of a group. Parts share the rows. */
export function conv(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), m = load<i32>(i, Field.rows), columns = load<i32>(d, 12);
  const top = begin(m, part, parts), bottom = begin(m, until, parts);
  for (let group = 0; group < load<i32>(d); group++) {
    const a = load<usize>(i, Field.a) + (<usize>(group * load<i32>(d, 4)) << 2), left = group * columns;
    // The columns of y are counted through all groups, those of b within one.
    const b = load<usize>(i, Field.b) + (<usize>(group * load<i32>(d, 8) - left) << 2);
    multiply(i, a, b, load<usize>(i, Field.y), top, bottom, left, left + columns, 0, load<i32>(i, Field.inner), d + 16);
  }
}
/** The gradient of a convolution for its weights: y [taps·channels, columns] = patchesᵀ · b. Parts share the rows.
 *  Where lda is the number of pieces of KC, parts share these pieces instead, and y has a matrix for each; a later
 *  instruction adds them up. */
export function convWeights(i: usize, part: i32, parts: i32): void {
  const m = load<i32>(i, Field.rows), inner = load<i32>(i, Field.inner), pieces = load<i32>(i, Field.lda), y = load<usize>(i, Field.y);
  if (!pieces) return weightsOf(i, y, share(m, part, parts), share(m, until, parts), 0, inner);
  const size = <usize>(m * load<i32>(i, Field.columns)) << 2;
  for (let piece = share(pieces, part, parts), end = share(pieces, until, parts); piece < end; piece++)
    weightsOf(i, y + <usize>piece * size, 0, m, piece * KC, min(inner, (piece + 1) * KC));
}
function weightsOf(i: usize, y: usize, top: i32, bottom: i32, from: i32, to: i32): void {
  const d = load<usize>(i, Field.d), columns = load<i32>(d, 12);
  for (let group = 0; group < load<i32>(d); group++) {
    const a = load<usize>(i, Field.a) + (<usize>(group * load<i32>(d, 4)) << 2), left = group * columns;
    multiply(i, a, load<usize>(i, Field.b), y, top, bottom, left, left + columns, from, to, d + 16);
  }
}

/** Computes the rows top … bottom − 1 and columns left … right − 1 of y, over from … to − 1 of the inner size. With
 *  `patches`, a is an image, and `patches` points to its geometry. */
function multiply(
  i: usize, a: usize, b: usize, y: usize, top: i32, bottom: i32, left: i32, right: i32, from: i32, to: i32, patches: usize,
): void {
  const inner = load<i32>(i, Field.inner), mode = load<i32>(i, Field.mode), bias = load<usize>(i, Field.c);
  const lda = <usize>load<i32>(i, Field.lda) << 2, ldb = <usize>load<i32>(i, Field.ldb) << 2, ldy = <usize>load<i32>(i, Field.columns) << 2;
  const transposeA = (mode & Product.transposeA) != 0, transposeB = (mode & Product.transposeB) != 0;
  const rowA: usize = transposeA ? 4 : lda, stepA: usize = transposeA ? lda : 4;
  const columnB: usize = transposeB ? ldb : 4, stepB: usize = transposeB ? 4 : ldb;
  // Packing pays where the copy is read often enough.
  const packs = (mode & Product.pack) != 0;
  const packA = packs || patches != 0 || (<i64>load<i32>(i, Field.rows) * inner > SMALL && right - left >= 64);
  const packB = packs || transposeB || patches != 0 || (<i64>load<i32>(i, Field.columns) * inner > SMALL && bottom - top > 8);
  const wa = scratch + PACKED_A, wb = scratch + PACKED_B;
  const mr = packA && packB && !patches ? panelRows() : MR, block = MC - (MC % mr);
  for (let column = left; column < right; column += NC) {
    const nc = min(NC, right - column);
    for (let k = from; k < to; k += KC) {
      const kc = min(KC, to - k), add = k > from || (mode & Product.add) != 0, panel = <usize>kc << 2;
      const blockB = b + <usize>column * columnB + <usize>k * stepB;
      if (packB) packBlock(wb, blockB, nc, NR, kc, columnB, stepB);
      for (let row = top; row < bottom; row += block) {
        const mc = min(block, bottom - row), blockA = a + <usize>row * rowA + <usize>k * stepA;
        if (patches) {
          if (transposeA) packPatchColumns(wa, a, patches, row, mc, k, kc);
          else packPatchRows(wa, a, patches, row, mc, k, kc);
        } else if (packA) packBlock(wa, blockA, mc, mr, kc, rowA, stepA);
        const corner = y + <usize>row * ldy + (<usize>column << 2);
        for (let j = 0; j < nc; j += NR) {
          const tileB = packB ? wb + <usize>j * panel : blockB + (<usize>j << 2), lineB: usize = packB ? 32 : stepB;
          const columns = min(NR, nc - j), at = corner + (<usize>j << 2);
          let r = 0;
          if (packA && packB && columns == NR) {
            const tiles = mc / mr;
            r = tiles * mr;
            packedTiles(mr, tiles, kc, wa, tileB, at, ldy, add);
          }
          while (r < mc) {
            const rest = r % mr, rows = min(min(MR, mc - r), mr - rest);
            const tileA = packA ? wa + <usize>(r - rest) * panel + (<usize>rest << 2) : blockA + <usize>r * rowA;
            tile(kc, tileA, packA ? 4 : rowA, packA ? <usize>mr << 2 : stepA, rows, tileB, lineB, columns, at + <usize>r * ldy, ldy, add);
            r += rows;
          }
        }
        if (ASC_FEATURE_THREADS) if (thread) beat();
        if (k + kc == to) finish(corner, ldy, mc, nc, bias ? bias + (<usize>column << 2) : 0, (mode & ~(Product.add | Product.pack)) >> 2);
      }
    }
  }
}

/** Packs all panels of a block. Where the lanes lie side by side, whole cache lines are packed at once, because rows
 *  that are a power of two apart fall into the same set of the cache. */
function packBlock(y: usize, a: usize, count: i32, width: i32, k: i32, lanes: usize, steps: usize): void {
  const panel = <usize>(width * k) << 2;
  let lane = 0;
  if (lanes == 4 && width != 6) for (; lane + 16 <= count; lane += 16) packLines(y + ((<usize>lane * <usize>k) << 2), a + (<usize>lane << 2), panel, width, k, steps);
  for (; lane < count; lane += width)
    packPanel(y + ((<usize>lane * <usize>k) << 2), a + <usize>lane * lanes, min(width, count - lane), width, k, lanes, steps);
}

/** Computes one tile of `rows`×`columns`. An incomplete tile is computed in the workspace: missing rows repeat the last
 *  one, missing columns are whatever memory holds there, and neither is copied to y. */
function tile(
  k: i32, a: usize, rowA: usize, stepA: usize, rows: i32, b: usize, stepB: usize, columns: i32, y: usize, ldy: usize, add: bool,
): void {
  const a1 = rows > 1 ? a + rowA : a, a2 = rows > 2 ? a1 + rowA : a1, a3 = rows > 3 ? a2 + rowA : a2;
  const whole = rows == MR && (columns == NR || columns == 4);
  const c = whole ? y : scratch + TILE, ldc: usize = whole ? ldy : 32;
  if (columns > 4 && stepA == 16 && stepB == 32) packedTiles(MR, 1, k, a, b, c, ldc, whole && add);
  else if (columns > 4) tile4x8(k, a, a1, a2, a3, stepA, b, stepB, c, ldc, whole && add);
  else tile4x4(k, a, a1, a2, a3, stepA, b, stepB, c, ldc, whole && add);
  if (whole) return;
  for (let row = 0; row < rows; row++)
    for (let x: usize = 0, end = <usize>columns << 2; x < end; x += 4) {
      const at = y + <usize>row * ldy + x, value = load<f32>(c + <usize>row * 32 + x);
      store<f32>(at, add ? load<f32>(at) + value : value);
    }
}
