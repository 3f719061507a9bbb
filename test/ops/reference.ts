import type { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';

/** A tensor as plain numbers, for references in float64. */
export interface Plain {
  shape: readonly number[];
  data: number[];
}
/** One row gives an op its tests: values against a reference in float64, gradients against its finite differences, the method
 *  form, NaN. */
export interface Row {
  op: keyof typeof ops | 'einsum';
  /** The difference from other rows of the same op. */
  as?: string;
  /** The op with its other arguments. */
  compute: (...x: Tensor[]) => Tensor;
  /** Shapes of the tensors; several cases for one row. */
  shapes: (readonly number[])[][];
  reference: (...x: Plain[]) => Plain;
  /** Moves the inputs into the op's domain. */
  domain?: (x: number) => number;
  /** The inputs that have a gradient. Default: all. */
  differentiable?: readonly number[];
  /** The largest error of the result, and of the gradient. */
  within?: number;
  /** The inputs that are places in a table, not numbers. */
  places?: readonly number[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
export const SIZES = [[[1]], [[3]], [[4]], [[5]], [[17]], [[2, 67]], [[3, 5, 7]]];
export const map = (op: keyof typeof ops, f: (x: number) => number, more: Partial<Row> = {}): Row => ({
  op,
  compute: ops[op] as (x: Tensor) => Tensor,
  shapes: SIZES,
  reference: ({ shape, data }) => ({ shape, data: data.map(f) }),
  ...more,
});
export const positive = (x: number): number => Math.abs(x) + 0.2;

export const FORMS = [
  [[5], [5]],
  [[4, 17], [17]],
  [[17], [4, 17]],
  [
    [4, 3],
    [4, 1],
  ],
  [
    [3, 4, 5],
    [3, 4, 1],
  ],
  [[7], []],
  [[], [7]],
  [
    [2, 3],
    [1, 1],
  ],
  [
    [3, 1],
    [1, 4],
  ],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[67], [1]],
  [
    [2, 2, 1, 3],
    [2, 1, 5, 1],
  ],
];
/** Indices of the operands' elements for every element of the broadcast result. */
export function broadcast(a: readonly number[], b: readonly number[]): { shape: number[]; pairs: [number, number][] } {
  const rank = Math.max(a.length, b.length);
  const pad = (s: readonly number[]) => [...new Array<number>(rank - s.length).fill(1), ...s];
  const [p, q] = [pad(a), pad(b)];
  const shape = p.map((n, i) => Math.max(n, q[i]));
  const at = (s: number[], index: number[]) => index.reduce((sum, k, i) => sum * s[i] + (s[i] === 1 ? 0 : k), 0);
  const pairs = Array.from({ length: sizeOf(shape) }, (_, flat): [number, number] => {
    const index: number[] = [];
    for (let i = rank - 1, rest = flat; i >= 0; i--) {
      index[i] = rest % shape[i];
      rest = Math.floor(rest / shape[i]);
    }
    return [at(p, index), at(q, index)];
  });
  return { shape, pairs };
}
export const pairwise = (op: keyof typeof ops, f: (a: number, b: number) => number, more: Partial<Row> = {}): Row => ({
  op,
  compute: ops[op] as (a: Tensor, b: Tensor) => Tensor,
  shapes: FORMS,
  reference: (a, b) => {
    const { shape, pairs } = broadcast(a.shape, b.shape);
    return { shape, data: pairs.map(([i, k]) => f(a.data[i], b.data[k])) };
  },
  ...more,
});

/** Reduces the middle of [outer, length, inner]. */
export function along({ shape, data }: Plain, axis: number, f: (column: number[]) => number[]): Plain {
  const at = axis < 0 ? axis + shape.length : axis;
  const [length, inner] = [shape[at], sizeOf(shape.slice(at + 1))];
  const outer = sizeOf(shape.slice(0, at));
  const columns = Array.from({ length: outer * inner }, (_, k) => {
    const [o, i] = [Math.floor(k / inner), k % inner];
    return f(Array.from({ length }, (__, l) => data[(o * length + l) * inner + i]));
  });
  const made = columns[0].length;
  const result = new Array<number>(outer * made * inner);
  columns.forEach((column, k) => {
    const [o, i] = [Math.floor(k / inner), k % inner];
    column.forEach((v, l) => {
      result[(o * made + l) * inner + i] = v;
    });
  });
  return { shape: [...shape.slice(0, at), made, ...shape.slice(at + 1)], data: result };
}
export const REDUCED = [[[7]], [[3, 5]], [[2, 3, 4]], [[2, 67, 3]], [[1, 1, 5]]];
export const reduction = (op: keyof typeof ops, f: (column: number[]) => number, more: Partial<Row> = {}): Row => ({
  op,
  // The first axis that is not alone, kept, so that the result's shape is simple.
  compute: (x) => (ops[op] as (x: Tensor, axis: number, keep: boolean) => Tensor)(x, x.shape.length > 1 ? 1 : 0, true),
  shapes: REDUCED,
  reference: (x) => along(x, x.shape.length > 1 ? 1 : 0, (column) => [f(column)]),
  ...more,
});
/** Sorted; NaN counts as the largest. */
export const ascending = (column: number[]): number[] =>
  [...column].sort((a, b) => Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || a - b || 0);
export const total = (column: number[]): number => column.reduce((a, b) => a + b, 0);
export const mean = (column: number[]): number => total(column) / column.length;
export const exponentials = (column: number[]): number[] => {
  const top = Math.max(...column);
  return column.map((x) => Math.exp(x - top));
};
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
export const erf = (x: number): number => {
  let [sum, term] = [0, x];
  for (let n = 0; n < 60; n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (sum * 2) / Math.sqrt(Math.PI);
};

export const matrices = (m: number, k: number, n: number): Row['shapes'][number] => [
  [m, k],
  [k, n],
];

/** A convolution with padding 'same', the sums written out. */
export function convolved(x: Plain, w: Plain, stride: number[], dilation: number[], groups: number): Plain {
  const [n, h, width, channels] = x.shape;
  const [kh, kw, depth, filters] = w.shape;
  const out = [Math.ceil(h / stride[0]), Math.ceil(width / stride[1])];
  const before = [h, width].map((size, i) =>
    Math.floor(Math.max(0, (out[i] - 1) * stride[i] + ([kh, kw][i] - 1) * dilation[i] + 1 - size) / 2),
  );
  const data: number[] = [];
  for (let image = 0; image < n; image++)
    for (let oy = 0; oy < out[0]; oy++)
      for (let ox = 0; ox < out[1]; ox++)
        for (let f = 0; f < filters; f++) {
          const group = Math.floor(f / (filters / groups));
          let sum = 0;
          for (let ky = 0; ky < kh; ky++)
            for (let kx = 0; kx < kw; kx++) {
              const iy = oy * stride[0] + ky * dilation[0] - before[0];
              const ix = ox * stride[1] + kx * dilation[1] - before[1];
              const inside = iy >= 0 && iy < h && ix >= 0 && ix < width;
              for (let c = 0; c < depth; c++) {
                const pixel = inside ? x.data[((image * h + iy) * width + ix) * channels + group * depth + c] : 0;
                sum += pixel * w.data[((ky * kw + kx) * depth + c) * filters + f];
              }
            }
          data.push(sum);
        }
  return { shape: [n, ...out, filters], data };
}
/** Applies `f` to the pixels of each window that lie inside the image. */
export function pooled(
  x: Plain,
  size: number[],
  stride: number[],
  pad: number[],
  f: (list: number[]) => number,
): Plain {
  const [n, h, width, channels] = x.shape;
  const out = [h, width].map((length, i) => Math.floor((length + 2 * pad[i] - size[i]) / stride[i]) + 1);
  const data: number[] = [];
  for (let image = 0; image < n; image++)
    for (let oy = 0; oy < out[0]; oy++)
      for (let ox = 0; ox < out[1]; ox++)
        for (let c = 0; c < channels; c++) {
          const list: number[] = [];
          for (let iy = oy * stride[0] - pad[0]; iy < oy * stride[0] - pad[0] + size[0]; iy++)
            for (let ix = ox * stride[1] - pad[1]; ix < ox * stride[1] - pad[1] + size[1]; ix++)
              if (iy >= 0 && iy < h && ix >= 0 && ix < width)
                list.push(x.data[((image * h + iy) * width + ix) * channels + c]);
          data.push(f(list));
        }
  return { shape: [n, ...out, channels], data };
}
/** A sequence [n, l, c] as images of one line, and back. */
export const lined = ({ shape: [n, l, c], data }: Plain): Plain => ({ shape: [n, 1, l, c], data });
export const unlined = ({ shape: [n, , l, c], data }: Plain): Plain => ({ shape: [n, l, c], data });
/** The transposed convolution with w [kh, kw, cout, cin]: pixels of x are `stride` apart, with zeros between and around
 *  them. */
export function spread(x: Plain, w: Plain, stride: number[], pad: number[], more: number[]): Plain {
  const [n, h, width, cin] = x.shape;
  const [kh, kw, cout] = w.shape;
  const out = [h, width].map((size, i) => (size - 1) * stride[i] - 2 * pad[i] + [kh, kw][i] + more[i]);
  const data: number[] = [];
  for (let image = 0; image < n; image++)
    for (let oy = 0; oy < out[0]; oy++)
      for (let ox = 0; ox < out[1]; ox++)
        for (let f = 0; f < cout; f++) {
          let sum = 0;
          for (let ky = 0; ky < kh; ky++)
            for (let kx = 0; kx < kw; kx++) {
              const [iy, ix] = [(oy + pad[0] - ky) / stride[0], (ox + pad[1] - kx) / stride[1]];
              if (![iy, ix].every(Number.isInteger)) continue;
              const inside = iy >= 0 && iy < h && ix >= 0 && ix < width;
              for (let c = 0; c < cin; c++)
                sum +=
                  (inside ? x.data[((image * h + iy) * width + ix) * cin + c] : 0) *
                  w.data[((ky * kw + kx) * cout + f) * cin + c];
            }
          data.push(sum);
        }
  return { shape: [n, ...out, cout], data };
}
/** Images that `at` reads at places between pixels: [row or column, weight] for each place of the result. */
export function resampled(x: Plain, out: number[], at: (i: number, axis: 0 | 1) => [number, number][]): Plain {
  const [n, h, width, c] = x.shape;
  const data: number[] = [];
  for (let image = 0; image < n; image++)
    for (let oy = 0; oy < out[0]; oy++)
      for (let ox = 0; ox < out[1]; ox++)
        for (let k = 0; k < c; k++) {
          let sum = 0;
          for (const [iy, a] of at(oy, 0))
            for (const [ix, b] of at(ox, 1)) sum += a * b * x.data[((image * h + iy) * width + ix) * c + k];
          data.push(sum);
        }
  return { shape: [n, ...out, c], data };
}
