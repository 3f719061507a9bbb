import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { matmul } from '../ops/matmul.js';
import { smallest } from './smallest.js';

/** A bound far below the largest float32. */
const HUGE = 1e30;
/** The number of products that are computed at once: 16 MB. */
const AT_ONCE = 4 << 20;
/** The largest relative rounding error of a float32. */
const ROUNDING = 6e-8;
/** A product is summed in pieces of this length, and then over the pieces. */
const PIECE = 512;

/**
 * Finds the k rows of `known` that are nearest to each row of `asked`, nearest first, equally near ones by their index.
 * Both hold rows of `width`.
 *
 * One matrix product in float32 gives approximate distances: ‖a − b‖² = ‖a‖² − 2aᵀb + ‖b‖². The few rows that could be
 * among the nearest, given its rounding, are then measured in float64, so that ties and duplicates are exact.
 */
export function* neighbours(
  known: Float32Array,
  asked: Float32Array,
  width: number,
  k: number,
): Generator<readonly number[]> {
  const [count, queries] = [known.length / width, asked.length / width];
  const means = meansOf(known, width);
  const rows = Math.max(1, Math.min(queries, Math.floor(AT_ONCE / count)));
  const [points, block] = [centred(known, means), new Float32Array(rows * width)];
  const lengths = squaresOf(points, width);
  const longest = Math.sqrt(lengths.reduce((a, b) => Math.max(a, b), 0));
  const candidates = constant(points, [count, width]);
  const products = compile((a: Tensor) => matmul(a, candidates, { transposeB: true }));
  const scores = new Float64Array(count);
  try {
    for (let at = 0; at < queries; at += rows) {
      const here = asked.subarray(at * width, (at + rows) * width);
      // The last block keeps rows of the one before it, so that one program serves all blocks.
      block.set(centred(here, means));
      const found = realize(products(constant(block, [rows, width])));
      const squaredNorms = squaresOf(block, width);
      for (let row = 0; row < here.length / width; row++) {
        for (let i = 0; i < count; i++) scores[i] = lengths[i] - 2 * found[row * count + i];
        // The rounding of the centred numbers and of the sum of their products, for both of the two distances that are
        // compared.
        const terms = Math.min(width, PIECE) + Math.ceil(width / PIECE) + 8;
        const unsure = 8 * terms * ROUNDING * longest * Math.max(longest, Math.sqrt(squaredNorms[row]));
        // Where products may exceed float32, all rows are measured.
        const limit = unsure < HUGE ? smallest(scores, k) + unsure : Number.POSITIVE_INFINITY;
        const close: { row: number; distance: number }[] = [];
        const query = here.subarray(row * width, (row + 1) * width);
        scores.forEach((score, i) => {
          if (!(score > limit)) close.push({ row: i, distance: distance(query, known, i * width) });
        });
        close.sort((a, b) => a.distance - b.distance || a.row - b.row);
        yield close.slice(0, k).map((candidate) => candidate.row);
      }
    }
  } finally {
    products.dispose();
  }
}

/** ‖a − b‖² in float64, b beginning at `from`. */
function distance(a: Float32Array, b: Float32Array, from: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const by = a[i] - b[from + i];
    sum += by * by;
  }
  return sum;
}

function meansOf(x: Float32Array, width: number): Float64Array {
  const means = new Float64Array(width);
  const rows = x.length / width;
  for (let at = 0; at < x.length; at += width) for (let i = 0; i < width; i++) means[i] += x[at + i] / rows;
  return means;
}

/** Subtracts the means. Distances do not change, and smaller numbers lose less where they cancel. */
function centred(x: Float32Array, means: Float64Array): Float32Array {
  const width = means.length;
  const out = new Float32Array(x.length);
  for (let at = 0; at < x.length; at += width) for (let i = 0; i < width; i++) out[at + i] = x[at + i] - means[i];
  return out;
}

function squaresOf(x: Float32Array, width: number): Float64Array {
  const squares = new Float64Array(x.length / width);
  for (let row = 0; row < squares.length; row++)
    for (let i = row * width; i < (row + 1) * width; i++) squares[row] += x[i] * x[i];
  return squares;
}
