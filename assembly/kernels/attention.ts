/** Attention without its matrix of weights (Dao et al. 2022): blocks of queries meet blocks of 128 keys, and what of the
 *  weights is held is one block. The order of blocks depends on shapes only. Causal attention takes half as many queries
 *  at a time: less is computed of what is not seen, which made it 7 % faster for 128 steps, and else 5 % slower.
 *
 *  a = queries, keys and values; mode = Attend bits; s = 1/keep; e = the step of the dropout's draw, then the lengths. d: the batch,
 *  heads, queries t, keys s, the width of a head, floats from row to row, floats from one of the batch to the next for
 *  queries and for keys, the places of keys and values in a, and the dropout's key, stream and threshold. The gradient has
 *  the layout of a. */
import { Attend, Field, Product } from '../layout';
import { firstLanes, storeLeft, total } from '../simd/lanes';
import { ExpDown, log, ofExp } from '../simd/math';
import { philox } from '../simd/philox';
import { scratch } from '../state';
import { USED } from './gemm/block';
import { product } from './gemm/index';
import { share } from './slice';
import { exponentials, rowMax } from './softmax';

const BR: i32 = 64, BC: i32 = 128;
/** The number of queries in a block. */
@inline
function queriesOf(i: usize): i32 {
  return load<i32>(i, Field.mode) & Attend.causal ? BR / 2 : BR;
}
const LINE: usize = <usize>BC << 2;
// The workspace behind that of products: two blocks, and the maximum and sum of each row of a block.
const WEIGHTS: usize = (USED + 63) & ~63, SLOPES: usize = WEIGHTS + <usize>BR * LINE, STATS: usize = SLOPES + <usize>BR * LINE;

const enum G { batch, heads = 4, queries = 8, keys = 12, width = 16, line = 20, nextQ = 24, nextK = 28, keysAt = 32, valuesAt = 36, key0 = 40, key1 = 44, stream = 48, threshold = 52 }

/** y: the output [batch, t, heads·width], then the logarithm of the sum of exponentials of every query [batch, heads,
 *  t]. Parts share the blocks of queries. */
export function attention(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), t = load<i32>(d, G.queries), heads = load<i32>(d, G.heads), size = queriesOf(i), blocks = (t + size - 1) / size;
  const units = load<i32>(d, G.batch) * heads * blocks;
  for (let unit = share(units, part, parts), end = share(units, part + 1, parts); unit < end; unit++) {
    const row = unit / blocks, first = (unit - row * blocks) * size;
    forward(i, d, row / heads, row % heads, first, min(size, t - first));
  }
}

/** The number of keys that one of the batch has. */
function keysOf(i: usize, d: usize, one: i32): i32 {
  const keys = load<i32>(d, G.keys), mode = load<i32>(i, Field.mode);
  if (!(mode & Attend.lengths)) return keys;
  const length = load<f32>(load<usize>(i, Field.e) + (<usize>(one + (mode & Attend.dropout ? 1 : 0)) << 2));
  // NaN is no length.
  return length > 0 ? <i32>ceil<f32>(min<f32>(length, <f32>keys)) : 0;
}
@inline
function at(base: usize, floats: i32): usize {
  return base + (<usize>floats << 2);
}

function forward(i: usize, d: usize, one: i32, head: i32, first: i32, rows: i32): void {
  const t = load<i32>(d, G.queries), heads = load<i32>(d, G.heads), width = load<i32>(d, G.width), line = load<i32>(d, G.line);
  const mode = load<i32>(i, Field.mode), causal = mode & Attend.causal, size = heads * width;
  const a = load<usize>(i, Field.a), column = head * width, scale = f32x4.splat(<f32>1 / sqrt<f32>(<f32>width));
  const q = at(a, one * load<i32>(d, G.nextQ) + first * line + column), next = one * load<i32>(d, G.nextK) + column;
  const k = at(a, load<i32>(d, G.keysAt) + next), v = at(a, load<i32>(d, G.valuesAt) + next), ldk = <usize>line << 2;
  const y = at(load<usize>(i, Field.y), (one * t + first) * size + column), ldy = <usize>size << 2;
  const above = (one * heads + head) * t + first;
  const logs = at(load<usize>(i, Field.y), load<i32>(d, G.batch) * t * size + above);
  const weights = scratch + WEIGHTS, stats = scratch + STATS;
  let keys = keysOf(i, d, one);
  if (causal) keys = min(keys, first + rows);
  for (let r: usize = 0; r < <usize>rows; r++) {
    memory.fill(y + r * ldy, 0, <usize>width << 2);
    store<f32>(stats + (r << 3), -Infinity);
    store<f32>(stats + (r << 3), 0, 4);
  }
  for (let j = 0; j < keys; j += BC) {
    const columns = min(BC, keys - j);
    product(Product.transposeB, rows, columns, width, q, line, k + <usize>j * ldk, line, weights, BC);
    for (let r = 0; r < rows; r++) {
      const w = weights + <usize>r * LINE, own = stats + (<usize>r << 3), n = causal ? min(columns, first + r + 1 - j) : columns;
      scaled(w, scale, n);
      const before = load<f32>(own), most = max(before, rowMax(w, n)), sum = f32x4.extract_lane(exponentials(w, most, w, n), 0);
      const shrink = ofExp<ExpDown>(f32x4.splat(before), f32x4.splat(most));
      store<f32>(own, most);
      store<f32>(own, load<f32>(own, 4) * f32x4.extract_lane(shrink, 0) + sum, 4);
      if (j) scaled(y + <usize>r * ldy, shrink, width);
      memory.fill(w + (<usize>n << 2), 0, <usize>(columns - n) << 2);
      if (mode & Attend.dropout) dropped(i, d, above + r, j, w, n);
    }
    product(Product.add, rows, width, columns, weights, BC, v + <usize>j * ldk, line, y, size);
  }
  for (let r: usize = 0; r < <usize>rows; r++) {
    const sum = f32x4.splat(load<f32>(stats + (r << 3), 4));
    if (keys) scaled(y + r * ldy, f32x4.div(f32x4.splat(1), sum), width);
    store<f32>(logs + (r << 2), load<f32>(stats + (r << 3)) + f32x4.extract_lane(log(sum), 0));
  }
}
/** y·factor, in place. */
function scaled(y: usize, factor: v128, n: i32): void {
  for (; n > 0; n -= 4, y += 16) storeLeft(y, f32x4.mul(v128.load(y), factor), n);
}

/** Draws a mask for the weights of query `row` from key j on, sixteen at a time: all bits where a weight is kept. */
@inline
function draw(i: usize, d: usize, row: i32, j: i32): void {
  const group = row * ((load<i32>(d, G.keys) + 15) >> 4) + (j >> 4), step = load<i32>(load<usize>(i, Field.e));
  philox(scratch, group, load<i32>(d, G.stream), step, load<i32>(d, G.key0), load<i32>(d, G.key1));
  const threshold = i32x4.splat(load<i32>(d, G.threshold));
  for (let w = scratch, end = scratch + 64; w < end; w += 16)
    v128.store(w, v128.or(i32x4.lt_u(v128.load(w), threshold), i32x4.eq(threshold, i32x4.splat(-1))));
}
function dropped(i: usize, d: usize, row: i32, j: i32, w: usize, n: i32): void {
  const s = v128.load32_splat(i, Field.s);
  for (let c = 0; c < n; c += 4) {
    if (!(c & 15)) draw(i, d, row, j + c);
    const to = at(w, c), mask = v128.load(at(scratch, c & 15));
    storeLeft(to, v128.and(mask, f32x4.mul(v128.load(to), s)), n - c);
  }
}

/** y = the gradients of queries, keys and values. b = that of the output, c = what the forward pass gave. Parts share
 *  the heads of the batch. */
export function attentionGradient(i: usize, part: i32, parts: i32): void {
  const d = load<usize>(i, Field.d), heads = load<i32>(d, G.heads), units = load<i32>(d, G.batch) * heads;
  for (let unit = share(units, part, parts), end = share(units, part + 1, parts); unit < end; unit++) backward(i, d, unit / heads, unit % heads);
}
function cleared(y: usize, line: usize, rows: i32, width: i32): void {
  for (; rows > 0; rows--, y += line) memory.fill(y, 0, <usize>width << 2);
}
function backward(i: usize, d: usize, one: i32, head: i32): void {
  const t = load<i32>(d, G.queries), heads = load<i32>(d, G.heads), width = load<i32>(d, G.width), line = load<i32>(d, G.line);
  const causal = load<i32>(i, Field.mode) & Attend.causal, size = heads * width, ld = <usize>line << 2, ldy = <usize>size << 2;
  const column = head * width, next = one * load<i32>(d, G.nextK) + column, offset = (one * t) * size + column;
  const q = at(load<usize>(i, Field.a), one * load<i32>(d, G.nextQ) + column), toKeys = (load<i32>(d, G.keysAt) + next) << 2;
  const k = load<usize>(i, Field.a) + toKeys, v = at(load<usize>(i, Field.a), load<i32>(d, G.valuesAt) + next);
  const apart = load<usize>(i, Field.y) - load<usize>(i, Field.a);
  const slope = at(load<usize>(i, Field.b), offset), y = at(load<usize>(i, Field.c), offset);
  const above = (one * heads + head) * t, logs = at(load<usize>(i, Field.c), load<i32>(d, G.batch) * t * size + above);
  const weights = scratch + WEIGHTS, slopes = scratch + SLOPES, keys = keysOf(i, d, one), step = queriesOf(i);
  cleared(q + apart, ld, t, width);
  cleared(k + apart, ld, load<i32>(d, G.keys), width);
  cleared(v + apart, ld, load<i32>(d, G.keys), width);
  for (let j = 0; j < keys; j += BC) {
    const kj = k + <usize>j * ld, vj = v + <usize>j * ld;
    for (let first = causal ? j : 0; first < t; first += step) {
      const rows = min(step, t - first), columns = min(BC, (causal ? min(keys, first + rows) : keys) - j);
      const qi = q + <usize>first * ld, si = slope + <usize>first * ldy;
      product(Product.transposeB, rows, columns, width, qi, line, kj, line, weights, BC);
      product(Product.transposeB, rows, columns, width, si, size, vj, line, slopes, BC);
      for (let r = 0; r < rows; r++) {
        const n = causal ? min(columns, first + r + 1 - j) : columns, row = first + r, from = <usize>row * ldy;
        weigh(i, d, above + row, j, weights + <usize>r * LINE, n, load<f32>(logs + (<usize>row << 2)), dot(slope + from, y + from, width));
        const rest = <usize>(columns - n) << 2;
        memory.fill(weights + <usize>r * LINE + (<usize>n << 2), 0, rest);
        memory.fill(slopes + <usize>r * LINE + (<usize>n << 2), 0, rest);
      }
      product(Product.transposeA | Product.add, columns, width, rows, weights, BC, si, size, vj + apart, line);
      product(Product.transposeA | Product.add, columns, width, rows, slopes, BC, qi, line, kj + apart, line);
      product(Product.add, rows, width, columns, slopes, BC, kj, line, qi + apart, line);
    }
  }
}
/** The sum of products. */
function dot(a: usize, b: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (; n >= 4; n -= 4, a += 16, b += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(a), v128.load(b)));
  if (n) sum = f32x4.add(sum, v128.and(f32x4.mul(v128.load(a), v128.load(b)), firstLanes(n)));
  return total(sum);
}
/** A row of products w = q·k becomes the weights, as dropout has left them, and the row of their gradients behind it
 *  becomes that of the products. */
function weigh(i: usize, d: usize, row: i32, j: i32, w: usize, n: i32, logSum: f32, mean: f32): void {
  const scale = f32x4.splat(<f32>1 / sqrt<f32>(<f32>load<i32>(d, G.width))), drops = load<i32>(i, Field.mode) & Attend.dropout;
  scaled(w, scale, n);
  exponentials(w, logSum, w, n);
  const s = v128.load32_splat(i, Field.s), middle = f32x4.splat(mean), apart = SLOPES - WEIGHTS;
  for (let c = 0; c < n; c += 4, w += 16) {
    const weight = v128.load(w);
    let slope = v128.load(w + apart), kept = weight;
    if (drops) {
      if (!(c & 15)) draw(i, d, row, j + c);
      const mask = v128.load(at(scratch, c & 15));
      slope = v128.and(mask, f32x4.mul(slope, s));
      kept = v128.and(mask, f32x4.mul(weight, s));
    }
    storeLeft(w, kept, n - c);
    storeLeft(w + apart, f32x4.mul(f32x4.mul(weight, scale), f32x4.sub(slope, middle)), n - c);
  }
}
