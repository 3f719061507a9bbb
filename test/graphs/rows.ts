import * as ops from '../../src/ops/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { layerNormalized, normalizedColumns } from '../../src/nn/normalized.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { tensor } from '../../src/tensor/create.js';
import {
  broadcastShape,
  constantOf,
  empty,
  flatIndex,
  type Float64,
  type Function1,
  IllConditioned,
  type Numbers,
  places,
  plain,
  reduced,
  repeated,
  reshaped,
  sizeOf,
} from '../support/float64.js';

/** Draws the parts of a graph. `shapes` are those of the tensors so far. */
export interface Draw {
  readonly shapes: readonly (readonly number[])[];
  /** A whole number from 0 to n − 1. */
  below(n: number): number;
  one<T>(list: readonly T[]): T;
  /** A number between. */
  between(low: number, high: number): number;
  /** The index of a tensor that has the property, or of the last one tried. */
  any(is?: (shape: readonly number[]) => boolean): number;
  /** The largest size of a result. */
  readonly most: number;
}
/** An op in a graph, as the library computes it and in float64. */
export interface Step {
  readonly inputs: readonly number[];
  readonly library: (...x: Tensor[]) => Tensor;
  readonly truth: (f: Float64, ...x: Numbers[]) => Numbers;
}
/** Makes a step from the tensors so far, or none where nothing fits. */
export type Row = (draw: Draw) => Step | undefined;

const rankFrom =
  (least: number, most = 9) =>
  (shape: readonly number[]): boolean =>
    shape.length >= least && shape.length <= most;

/** f, f′ and f″, on a domain in which float32 is precise enough. */
const unary =
  (library: (x: Tensor) => Tensor, f: Function1, [least, most]: readonly [number, number] = [-100, 100]): Row =>
  (draw) => ({
    inputs: [draw.any()],
    library,
    truth: (w, x) => {
      w.domain(x, least, most);
      return w.map(x, f);
    },
  });
/** A function with kinks at these places. */
const kinked =
  (library: (x: Tensor) => Tensor, kinks: readonly number[], f: Function1): Row =>
  (draw) => ({
    inputs: [draw.any()],
    library,
    truth: (w, x) => {
      for (const v of x.v) for (const kink of kinks) w.side(v, kink);
      return w.map(x, f);
    },
  });
const logistic = (v: number): number => 1 / (1 + Math.exp(-v));
const silu: Function1 = (v, off) => {
  const s = off(logistic(v));
  const s1 = s * (1 - s);
  return [v * s, s + v * s1, 2 * s1 + v * s1 * (1 - 2 * s)];
};
function erf(x: number): number {
  let [sum, term] = [0, x];
  for (let n = 0; n < 120; n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (sum * 2) / Math.sqrt(Math.PI);
}
const gelu = (v: number): readonly [number, number, number] => {
  const density = Math.exp(-0.5 * v * v) / Math.sqrt(2 * Math.PI);
  const share = 0.5 * (1 + erf(v / Math.SQRT2));
  return [v * share, share + v * density, density * (2 - v * v)];
};
const step = (v: number): readonly [number, number, number] => [v, 0, 0];

/** Two operands that broadcast. */
const pairOf = (draw: Draw): [number, number] | undefined => {
  const a = draw.any();
  const fits = (shape: readonly number[]): boolean => {
    const x = draw.shapes[a];
    const rank = Math.max(x.length, shape.length);
    for (let i = 1; i <= rank; i++) {
      const [m, n] = [x.at(-i) ?? 1, shape.at(-i) ?? 1];
      if (i <= x.length && i <= shape.length && m !== n && m !== 1 && n !== 1) return false;
    }
    return sizeOf(broadcastShape(x, shape)) <= draw.most;
  };
  const b = draw.any(fits);
  return fits(draw.shapes[b]) ? (draw.below(2) ? [a, b] : [b, a]) : undefined;
};
const binary =
  (
    library: (a: Tensor, b: Tensor) => Tensor,
    f: (a: number, b: number) => readonly number[],
    decides = false,
    domain?: (w: Float64, a: Numbers, b: Numbers) => void,
  ): Row =>
  (draw) => {
    const inputs = pairOf(draw);
    return (
      inputs && {
        inputs,
        library,
        truth: (w, a, b) => {
          domain?.(w, a, b);
          if (decides) w.zip(constantOf(a), constantOf(b), (x, y) => [w.side(x, y) * 0, 0, 0, 0, 0, 0]);
          return w.zip(a, b, f);
        },
      }
    );
  };
const compared = (is: (a: number, b: number) => boolean) => (a: number, b: number) => [Number(is(a, b)), 0, 0, 0, 0, 0];
const awayFrom0 = (w: Float64, _: Numbers, b: Numbers): void => {
  void w;
  for (const v of b.v) if (!(Math.abs(v) > 0.2)) throw new IllConditioned();
};

const axesOf = (draw: Draw, rank: number): number[] => {
  const axes = Array.from({ length: rank }, (_, i) => i).filter(() => draw.below(2));
  return axes.length ? axes : [draw.below(rank)];
};
const dropped = (x: Numbers, axes: readonly number[], keep: boolean): Numbers =>
  keep
    ? x
    : reshaped(
        x,
        x.shape.filter((_, i) => !axes.includes(i)),
      );
/** A reduction; negative axes too. */
const reduction =
  (
    library: (x: Tensor, axis: number[], keep: boolean) => Tensor,
    truth: (w: Float64, x: Numbers, axes: readonly number[]) => Numbers,
  ): Row =>
  (draw) => {
    const at = draw.any(rankFrom(1));
    const rank = draw.shapes[at].length;
    if (!rank) return undefined;
    const axes = axesOf(draw, rank);
    const keep = draw.below(2) === 1;
    const signed = axes.map((axis) => (draw.below(2) ? axis : axis - rank));
    return {
      inputs: [at],
      library: (x) => library(x, signed, keep),
      truth: (w, x) => dropped(truth(w, x, axes), axes, keep),
    };
  };
const product = (w: Float64, x: Numbers, y: Numbers): Numbers => w.mul(x, y);

/** The numbers of a tensor in another shape: some occur several times, some not at all. */
function drawn(draw: Draw, shape: readonly number[]) {
  const at = draw.any();
  const n = sizeOf(draw.shapes[at]);
  const from = Float32Array.from({ length: sizeOf(shape) }, () => draw.below(n));
  return {
    at,
    library: (x: Tensor): Tensor => ops.reshape(ops.gather(ops.reshape(x, [n]), tensor(from)), shape),
    truth: (w: Float64, x: Numbers): Numbers => w.pick(x, shape, from),
  };
}
/** An image and a kernel for it. */
function image(draw: Draw, least = 1) {
  const large = draw.most > 4000;
  const size = (): number => least + draw.below(large ? 14 : 6);
  const [n, h, w] = [1 + draw.below(large ? 4 : 2), size(), size()];
  return { n, h, w };
}
const pairing = (draw: Draw, n: number): [number, number] => [1 + draw.below(n), 1 + draw.below(n)];
type Padding = 'valid' | 'same' | [number, number];
const paddingOf = (draw: Draw, most: readonly [number, number]): Padding =>
  draw.one<Padding>(['valid', 'same', [draw.below(most[0] + 1), draw.below(most[1] + 1)]]);
/** The padding before the image, and the size of the result. */
function windows(length: number, size: number, stride: number, dilation: number, padding: Padding, axis: 0 | 1) {
  const reach = (size - 1) * dilation + 1;
  if (padding === 'same') {
    const output = Math.ceil(length / stride);
    return { before: Math.floor(Math.max(0, (output - 1) * stride + reach - length) / 2), output };
  }
  const before = padding === 'valid' ? 0 : padding[axis];
  return { before, output: Math.floor((length + 2 * before - reach) / stride) + 1 };
}

const convolution: Row = (draw) => {
  const { n, h, w } = image(draw, 2);
  const groups = draw.one([1, 1, 2, 3, 5]);
  const depthwise = draw.below(3) === 0;
  const depth = depthwise ? 1 : 1 + draw.below(draw.most > 4000 ? 9 : 3);
  const filters = depthwise ? groups : groups * (1 + draw.below(draw.most > 4000 ? 9 : 3));
  const size = pairing(draw, 3);
  const stride = pairing(draw, 3);
  const dilation = pairing(draw, 2);
  const padding = paddingOf(draw, [2, 2]);
  const rows = windows(h, size[0], stride[0], dilation[0], padding, 0);
  const columns = windows(w, size[1], stride[1], dilation[1], padding, 1);
  const channels = groups * depth;
  const result = [n, rows.output, columns.output, filters];
  if (rows.output < 1 || columns.output < 1 || sizeOf(result) > draw.most) return undefined;
  const x = drawn(draw, [n, h, w, channels]);
  const k = drawn(draw, [...size, depth, filters]);
  const activated = draw.below(3) === 0;
  return {
    inputs: [x.at, k.at],
    library: (a, b) => {
      const y = ops.conv2d(x.library(a), k.library(b), { stride, dilation, padding, groups });
      return activated ? ops.tanh(y) : y;
    },
    truth: (f, a, b) => {
      const [p, q] = [x.truth(f, a), k.truth(f, b)];
      const y = f.contracted(p, q, result, (at, term) => {
        const [i, oy, ox, filter] = places(result, at);
        const group = Math.floor(filter / (filters / groups));
        for (let ky = 0; ky < size[0]; ky++)
          for (let kx = 0; kx < size[1]; kx++) {
            const iy = oy * stride[0] + ky * dilation[0] - rows.before;
            const ix = ox * stride[1] + kx * dilation[1] - columns.before;
            if (iy < 0 || iy >= h || ix < 0 || ix >= w) continue;
            for (let c = 0; c < depth; c++)
              term(
                ((i * h + iy) * w + ix) * channels + group * depth + c,
                ((ky * size[1] + kx) * depth + c) * filters + filter,
              );
          }
      });
      return activated ? f.map(y, tanhOf) : y;
    },
  };
};
const transposedConvolution: Row = (draw) => {
  const { n, h, w } = image(draw);
  const [cin, cout] = [1 + draw.below(3), 1 + draw.below(3)];
  const size = pairing(draw, 3);
  const stride = pairing(draw, 3);
  const result = [n, (h - 1) * stride[0] + size[0], (w - 1) * stride[1] + size[1], cout];
  if (sizeOf(result) > draw.most) return undefined;
  const x = drawn(draw, [n, h, w, cin]);
  const k = drawn(draw, [...size, cout, cin]);
  return {
    inputs: [x.at, k.at],
    library: (a, b) => ops.convTranspose2d(x.library(a), k.library(b), { stride }),
    truth: (f, a, b) => {
      const [p, q] = [x.truth(f, a), k.truth(f, b)];
      return f.contracted(p, q, result, (at, term) => {
        const [i, oy, ox, filter] = places(result, at);
        for (let ky = 0; ky < size[0]; ky++)
          for (let kx = 0; kx < size[1]; kx++) {
            const [iy, ix] = [(oy - ky) / stride[0], (ox - kx) / stride[1]];
            if (!Number.isInteger(iy) || !Number.isInteger(ix) || iy < 0 || ix < 0 || iy >= h || ix >= w) continue;
            for (let c = 0; c < cin; c++)
              term(((i * h + iy) * w + ix) * cin + c, ((ky * size[1] + kx) * cout + filter) * cin + c);
          }
      });
    },
  };
};
/** For each place of the pooled image the pixels of its window. */
const pooling =
  (largest: boolean): Row =>
  (draw) => {
    const { n, h, w } = image(draw);
    const channels = 1 + draw.below(5);
    const size = pairing(draw, 3);
    const stride = pairing(draw, 3);
    const padding = paddingOf(draw, [Math.floor(size[0] / 2), Math.floor(size[1] / 2)]);
    const rows = windows(h, size[0], stride[0], 1, padding, 0);
    const columns = windows(w, size[1], stride[1], 1, padding, 1);
    const result = [n, rows.output, columns.output, channels];
    if (rows.output < 1 || columns.output < 1 || 2 * rows.before > size[0] || 2 * columns.before > size[1])
      return undefined;
    const x = drawn(draw, [n, h, w, channels]);
    const countPadding = draw.below(2) === 1;
    const shape = [n, h, w, channels];
    const inside = (at: number): number[] => {
      const [i, oy, ox, c] = places(result, at);
      const found: number[] = [];
      for (
        let iy = Math.max(0, oy * stride[0] - rows.before);
        iy < Math.min(h, oy * stride[0] - rows.before + size[0]);
        iy++
      )
        for (
          let ix = Math.max(0, ox * stride[1] - columns.before);
          ix < Math.min(w, ox * stride[1] - columns.before + size[1]);
          ix++
        )
          found.push(flatIndex(shape, [i, iy, ix, c]));
      return found;
    };
    return {
      inputs: [x.at],
      library: (a) =>
        largest
          ? ops.maxPool2d(x.library(a), size, { stride, padding })
          : ops.avgPool2d(x.library(a), size, { stride, padding, countPadding }),
      truth: (f, a) => {
        const p = x.truth(f, a);
        if (!largest) {
          const one = plain([1], [1]);
          const y = f.contracted(p, one, result, (at, term) => {
            for (const i of inside(at)) term(i, 0);
          });
          const areas = Array.from(y.v, (_, at) => (countPadding ? size[0] * size[1] : inside(at).length));
          return f.div(y, plain(result, areas));
        }
        const from = Int32Array.from(y0(result), (at) =>
          inside(at).reduce((best, i) => (f.side(p.v[i], p.v[best]) > 0 ? i : best)),
        );
        return f.pick(p, result, from);
      },
    };
  };
const y0 = (shape: readonly number[]): number[] => Array.from({ length: sizeOf(shape) }, (_, i) => i);

const tanhOf: Function1 = (v, off) => {
  const y = off(Math.tanh(v));
  return [y, 1 - y * y, -2 * y * (1 - y * y)];
};

const matmul: Row = (draw) => {
  const left = draw.any(rankFrom(1, 3));
  const a = draw.shapes[left];
  if (a.length < 1 || a.length > 3) return undefined;
  const [transposeA, transposeB] = [a.length > 1 && draw.below(3) === 0, draw.below(3) === 0];
  const k = transposeA ? a[a.length - 2] : a[a.length - 1];
  const n = draw.one([1, 2, 3, 5, 8, 9, draw.most > 4000 ? 33 : 4]);
  const batch = a.length === 3 ? draw.one([[], [1], [a[0]]]) : draw.below(4) === 0 ? [2] : [];
  const b = [...batch, ...(transposeB ? [n, k] : [k, n])];
  const lead = broadcastShape(a.slice(0, -2), batch);
  const m = a.length === 1 ? 1 : transposeA ? a[a.length - 1] : a[a.length - 2];
  const full = [...lead, m, n];
  if (sizeOf(b) > 5 * draw.most || sizeOf(full) > draw.most) return undefined;
  const other = drawn(draw, b);
  const fused = draw.below(4);
  const bias = drawn(draw, [n]);
  // Products grow with k.
  const factor = 1 / Math.sqrt(k);
  return {
    inputs: [left, other.at, bias.at],
    library: (x, y, z) => {
      const p = ops.matmul(ops.mul(x, factor), other.library(y), { transposeA, transposeB });
      if (!fused) return p;
      const sum = ops.add(p, bias.library(z));
      return fused === 1 ? sum : fused === 2 ? ops.tanh(sum) : ops.add(ops.sigmoid(sum), bias.library(z));
    },
    truth: (f, x, y, z) => {
      const matrix = a.length === 1 ? [1, a[0]] : a;
      const p = reshaped(f.scale(x, Math.fround(factor)), matrix);
      const [q, c] = [other.truth(f, y), bias.truth(f, z)];
      const [pl, ql] = [repeated(matrix.slice(0, -2), lead), repeated(batch, lead)];
      const [size, sizeB] = [sizeOf(matrix.slice(-2)), k * n];
      const r = f.contracted(p, q, full, (at, term) => {
        const [row, column] = [Math.floor(at / n) % m, at % n];
        const group = Math.floor(at / (m * n));
        for (let i = 0; i < k; i++)
          term(
            pl[group] * size + (transposeA ? i * m + row : row * k + i),
            ql[group] * sizeB + (transposeB ? column * k + i : i * n + column),
          );
      });
      const shaped = a.length === 1 ? reshaped(r, [...lead, n]) : r;
      if (!fused) return shaped;
      const sum = f.add(shaped, c);
      if (fused === 1) return sum;
      return fused === 2 ? f.map(sum, tanhOf) : f.add(f.map(sum, sigmoidOf), c);
    },
  };
};
const sigmoidOf: Function1 = (v, off) => {
  const s = off(logistic(v));
  return [s, s * (1 - s), s * (1 - s) * (1 - 2 * s)];
};

/** Ops that only move numbers, described by the source of each element. */
const moving =
  (
    make: (
      draw: Draw,
      shape: readonly number[],
    ) =>
      | {
          library: (x: Tensor) => Tensor;
          shape: readonly number[];
          from: (at: number[]) => number[] | undefined;
          value?: number;
        }
      | undefined,
    rank = 1,
  ): Row =>
  (draw) => {
    const at = draw.any(rankFrom(rank, 4));
    const x = draw.shapes[at];
    const made = rankFrom(rank, 4)(x) ? make(draw, x) : undefined;
    if (!made || sizeOf(made.shape) > draw.most) return undefined;
    return {
      inputs: [at],
      library: made.library,
      truth: (w, t) => {
        const from = y0(made.shape).map((k) => {
          const place = made.from(places(made.shape, k));
          return place ? flatIndex(x, place) : -1;
        });
        return w.pick(t, made.shape, from, made.value);
      },
    };
  };
const shuffled = (draw: Draw, n: number): number[] => {
  const list = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = draw.below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
};
const joining =
  (stacked: boolean): Row =>
  (draw) => {
    const a = draw.any(rankFrom(stacked ? 0 : 1, 3));
    const shape = draw.shapes[a];
    if (shape.length > 3 || (!stacked && !shape.length)) return undefined;
    const axis = draw.below(shape.length + Number(stacked));
    const fits = (x: readonly number[]): boolean =>
      x.length === shape.length && x.every((n, i) => n === shape[i] || (!stacked && i === axis));
    const inputs = [a, draw.any(fits), a].slice(0, 2 + draw.below(2));
    if (!inputs.every((i) => fits(draw.shapes[i]))) return undefined;
    const shapes = inputs.map((i) => draw.shapes[i]);
    const whole = stacked
      ? [...shape.slice(0, axis), shapes.length, ...shape.slice(axis)]
      : shape.map((n, i) => (i === axis ? shapes.reduce((sum, x) => sum + x[axis], 0) : n));
    if (sizeOf(whole) > draw.most) return undefined;
    return {
      inputs,
      library: (...xs) => (stacked ? ops.stack(xs, axis) : ops.concat(xs, axis)),
      truth: (_, ...xs) => {
        const y = empty(whole);
        let before = 0;
        xs.forEach((x, which) => {
          for (let k = 0; k < x.v.length; k++) {
            const at = places(x.shape, k);
            const to = stacked
              ? [...at.slice(0, axis), which, ...at.slice(axis)]
              : at.map((i, j) => (j === axis ? i + before : i));
            const i = flatIndex(whole, to);
            [y.v[i], y.d[i], y.e[i], y.h[i]] = [x.v[k], x.d[k], x.e[k], x.h[k]];
          }
          before += x.shape[axis] ?? 0;
        });
        return y;
      },
    };
  };

const where: Row = (draw) => {
  const pair = pairOf(draw);
  if (!pair) return undefined;
  const condition = draw.any((shape) => sizeOf(shape) === 1);
  const [a, b] = pair;
  const by = draw.below(2) ? a : sizeOf(draw.shapes[condition]) === 1 ? condition : a;
  const shape = broadcastShape(broadcastShape(draw.shapes[by], draw.shapes[a]), draw.shapes[b]);
  if (sizeOf(shape) > draw.most) return undefined;
  return {
    inputs: [by, a, b],
    library: (c, x, y) => ops.where(ops.greater(c, 0.1), x, y),
    truth: (w, c, x, y) => {
      const sides = repeated(c.shape, shape);
      const [p, q] = [repeated(x.shape, shape), repeated(y.shape, shape)];
      const chosen = empty(shape);
      for (let k = 0; k < chosen.v.length; k++) {
        const [from, i] = w.side(c.v[sides[k]], Math.fround(0.1)) > 0 ? [x, p[k]] : [y, q[k]];
        [chosen.v[k], chosen.d[k], chosen.e[k], chosen.h[k]] = [from.v[i], from.d[i], from.e[i], from.h[i]];
      }
      return chosen;
    },
  };
};

const gather: Row = (draw) => {
  const at = draw.any(rankFrom(1, 3));
  const x = draw.shapes[at];
  if (!rankFrom(1, 3)(x)) return undefined;
  const axis = draw.below(x.length);
  const indices = draw.one([[3], [2, 2], [], [1]]);
  const list = Array.from({ length: sizeOf(indices) }, () => draw.below(2 * x[axis]) - x[axis]);
  const shape = [...x.slice(0, axis), ...indices, ...x.slice(axis + 1)];
  if (sizeOf(shape) > draw.most) return undefined;
  return {
    inputs: [at],
    library: (t) => ops.gather(t, tensor(list, indices), axis),
    truth: (w, t) => {
      const from = y0(shape).map((k) => {
        const place = places(shape, k);
        const index = list[flatIndex(indices, place.slice(axis, axis + indices.length))];
        const row = index < 0 ? index + x[axis] : index;
        return flatIndex(x, [...place.slice(0, axis), row, ...place.slice(axis + indices.length)]);
      });
      return w.pick(t, shape, from);
    },
  };
};
const hot: Row = (draw) => {
  const at = draw.any(rankFrom(1, 3));
  const x = draw.shapes[at];
  if (!rankFrom(1, 3)(x)) return undefined;
  const axis = draw.below(x.length);
  const classes = x[axis] + draw.below(2);
  const { shape, to } = reduced(x, [axis]);
  const left = x.filter((_, i) => i !== axis);
  if (sizeOf(left) * classes > draw.most) return undefined;
  return {
    inputs: [at],
    library: (t) => ops.oneHot(ops.argmax(t, axis), classes),
    truth: (w, t) => {
      const y = empty([...left, classes]);
      w.first(t, sizeOf(shape), to).forEach((i, k) => {
        y.v[k * classes + places(x, i)[axis]] = 1;
      });
      return y;
    },
  };
};
const along =
  (library: (x: Tensor, axis: number) => Tensor, truth: (w: Float64, x: Numbers, axis: number) => Numbers): Row =>
  (draw) => {
    const at = draw.any(rankFrom(1));
    const rank = draw.shapes[at].length;
    if (!rank) return undefined;
    const axis = draw.below(rank);
    return { inputs: [at], library: (x) => library(x, axis), truth: (w, x) => truth(w, x, axis) };
  };
const entropy: Row = (draw) => {
  const at = draw.any(rankFrom(2, 2));
  const x = draw.shapes[at];
  if (x.length !== 2) return undefined;
  const [n, k] = x;
  const labels = Array.from({ length: n }, () => draw.below(k));
  const labelSmoothing = draw.one([0, 0.2]);
  const weights = Array.from({ length: n }, () => draw.between(0.5, 2));
  const off = k > 1 ? labelSmoothing / (k - 1) : 0;
  const soft = draw.below(2) === 1;
  const shares = (place: number): number => (labels[Math.floor(place / k)] === place % k ? 1 - labelSmoothing : off);
  const total = weights.reduce((a, b) => a + b, 0);
  return {
    inputs: [at],
    library: (t) =>
      soft
        ? crossEntropy()(
            t,
            tensor(
              Array.from({ length: n * k }, (_, i) => shares(i)),
              x,
            ),
            tensor(weights),
          )
        : crossEntropy({ labelSmoothing })(t, tensor(labels), tensor(weights)),
    truth: (w, t) => {
      const factors = plain(
        x,
        Array.from({ length: n * k }, (_, i) => (-shares(i) * weights[Math.floor(i / k)]) / total),
      );
      return reshaped(w.sum(w.mul(w.logSoftmax(t, 1), factors), [0, 1]), []);
    },
  };
};
const EPS = 0.05;
const normalized =
  (kind: 'rows' | 'columns'): Row =>
  (draw) => {
    const at = draw.any(rankFrom(2, 3));
    const x = draw.shapes[at];
    if (!rankFrom(2, 3)(x) || sizeOf(x) / x[x.length - 1] < 2) return undefined;
    const features = x[x.length - 1];
    const [weight, bias] = [drawn(draw, [features]), drawn(draw, [features])];
    const columns = { blocks: 1, length: sizeOf(x) / features, features, width: 1, eps: EPS };
    const axes = kind === 'rows' ? [x.length - 1] : x.map((_, i) => i).slice(0, -1);
    return {
      inputs: [at, weight.at, bias.at],
      library: (t, a, b) =>
        kind === 'rows'
          ? layerNormalized(t, weight.library(a), bias.library(b), EPS)
          : normalizedColumns(t, weight.library(a), bias.library(b), columns).y,
      truth: (w, t, a, b) => w.add(product(w, w.standardized(t, axes, EPS), weight.truth(w, a)), bias.truth(w, b)),
    };
  };
const upsampled: Row = (draw) => {
  const { n, h, w } = image(draw);
  const channels = 1 + draw.below(3);
  const factor = pairing(draw, 3);
  const shape = [n, h * factor[0], w * factor[1], channels];
  if (sizeOf(shape) > draw.most) return undefined;
  const x = drawn(draw, [n, h, w, channels]);
  return {
    inputs: [x.at],
    library: (t) => ops.upsample2d(x.library(t), factor),
    truth: (f, t) => {
      const from = y0(shape).map((k) => {
        const [i, oy, ox, c] = places(shape, k);
        return flatIndex([n, h, w, channels], [i, Math.floor(oy / factor[0]), Math.floor(ox / factor[1]), c]);
      });
      return f.pick(x.truth(f, t), shape, from);
    },
  };
};

/** Every op that graphs are made of, by name. */
export const ROWS: Readonly<Record<string, Row>> = {
  tanh: unary(ops.tanh, tanhOf),
  sigmoid: unary(ops.sigmoid, sigmoidOf),
  softplus: unary(
    ops.softplus,
    (v, off) => [Math.log1p(Math.exp(-Math.abs(v))) + Math.max(v, 0), ...sigmoidOf(v, off).slice(0, 2)] as never,
  ),
  silu: unary(ops.silu, silu),
  gelu: unary((x) => ops.gelu(x), gelu, [-4, 4]),
  sin: unary(ops.sin, (v) => [Math.sin(v), Math.cos(v), -Math.sin(v)], [-20, 20]),
  cos: unary(ops.cos, (v) => [Math.cos(v), -Math.sin(v), -Math.cos(v)], [-20, 20]),
  exp: unary(ops.exp, (v) => [Math.exp(v), Math.exp(v), Math.exp(v)], [-10, 4]),
  log: unary(ops.log, (v) => [Math.log(v), 1 / v, -1 / (v * v)], [0.1, 100]),
  sqrt: unary(ops.sqrt, (v) => [Math.sqrt(v), 0.5 / Math.sqrt(v), -0.25 / (v * Math.sqrt(v))], [0.1, 100]),
  reciprocal: (draw) => ({
    inputs: [draw.any()],
    library: ops.reciprocal,
    truth: (w, x) => {
      awayFrom0(w, x, x);
      return w.map(x, (v) => [1 / v, -1 / (v * v), 2 / (v * v * v)]);
    },
  }),
  square: unary(ops.square, (v) => [v * v, 2 * v, 2]),
  neg: unary(ops.neg, (v) => [-v, -1, 0]),
  stopGradient: unary(ops.stopGradient, step),
  relu: kinked(ops.relu, [0], (v) => (v > 0 ? [v, 1, 0] : [0, 0, 0])),
  leakyRelu: kinked(
    (x) => ops.leakyRelu(x, { slope: 0.25 }),
    [0],
    (v) => (v > 0 ? [v, 1, 0] : [v / 4, 1 / 4, 0]),
  ),
  elu: kinked(ops.elu, [0], (v) => (v > 0 ? [v, 1, 0] : [Math.expm1(v), Math.exp(v), Math.exp(v)])),
  abs: kinked(ops.abs, [0], (v) => [Math.abs(v), Math.sign(v), 0]),
  sign: kinked(ops.sign, [0], (v) => [Math.sign(v), 0, 0]),
  floor: (draw) => ({
    inputs: [draw.any()],
    library: ops.floor,
    truth: (w, x) => {
      for (const v of x.v) w.side(v, Math.round(v));
      return w.map(x, (v) => [Math.floor(v), 0, 0]);
    },
  }),
  clamp: kinked(
    (x) => ops.clamp(x, -0.5, 0.75),
    [-0.5, 0.75],
    (v) => (v < -0.5 ? [-0.5, 0, 0] : v > 0.75 ? [0.75, 0, 0] : [v, 1, 0]),
  ),
  constant: (draw) => {
    const at = draw.any();
    const by = Math.fround(draw.one([0, 1, -1, 0.5, 2, draw.between(-2, 2)]));
    const adds = draw.below(2) === 1;
    return {
      inputs: [at],
      library: (x) => (adds ? ops.add(x, by) : ops.mul(x, by)),
      truth: (w, x) => w.map(x, (v) => (adds ? [v + by, 1, 0] : [v * by, by, 0])),
    };
  },
  power: (draw) => {
    const by = draw.one([0, 1, 2, 3, 4, 0.5, -1, 1.5]);
    return {
      inputs: [draw.any()],
      library: (x) => ops.pow(x, by),
      truth: (w, x) => {
        if (!Number.isInteger(by) || by < 0) w.domain(x, 0.1, 100);
        return w.map(x, (v) => [v ** by, by && by * v ** (by - 1), by * (by - 1) && by * (by - 1) * v ** (by - 2)]);
      },
    };
  },
  add: binary(ops.add, (a, b) => [a + b, 1, 1, 0, 0, 0]),
  sub: binary(ops.sub, (a, b) => [a - b, 1, -1, 0, 0, 0]),
  mul: binary(ops.mul, (a, b) => [a * b, b, a, 0, 1, 0]),
  div: binary(ops.div, (a, b) => [a / b, 1 / b, -a / b / b, 0, -1 / b / b, (2 * a) / b / b / b], false, awayFrom0),
  pow: binary(
    ops.pow,
    (a, b) => {
      const [y, l] = [a ** b, Math.log(a)];
      return [y, (b * y) / a, y * l, (b * (b - 1) * y) / a / a, y / a + (b * y * l) / a, y * l * l];
    },
    false,
    (w, a, b) => {
      w.domain(a, 0.2, 10);
      w.domain(b, -3, 3);
    },
  ),
  maximum: binary(ops.maximum, (a, b) => (a >= b ? [a, 1, 0, 0, 0, 0] : [b, 0, 1, 0, 0, 0]), true),
  minimum: binary(ops.minimum, (a, b) => (a <= b ? [a, 1, 0, 0, 0, 0] : [b, 0, 1, 0, 0, 0]), true),
  greater: binary(
    ops.greater,
    compared((a, b) => a > b),
    true,
  ),
  less: binary(
    ops.less,
    compared((a, b) => a < b),
    true,
  ),
  equal: binary(
    ops.equal,
    compared((a, b) => a === b),
    true,
  ),
  where,
  sum: reduction(ops.sum, (w, x, axes) => w.sum(x, axes)),
  mean: reduction(ops.mean, (w, x, axes) => w.mean(x, axes)),
  variance: reduction(ops.variance, (w, x, axes) => {
    const centered = w.sub(x, w.mean(x, axes));
    return w.mean(w.mul(centered, centered), axes);
  }),
  norm: reduction(ops.norm, (w, x, axes) => {
    const squares = w.sum(w.mul(x, x), axes);
    w.domain(squares, 0.05, 100);
    return w.sqrt(squares);
  }),
  logSumExp: reduction(ops.logSumExp, (w, x, axes) => {
    const top = constantOf(w.max(x, axes));
    return w.add(w.log(w.sum(w.exp(w.sub(x, top)), axes)), top);
  }),
  // Over several axes, the first of equals is that of the runs of axes in turn; equal numbers are told apart before.
  max: reduction(ops.max, (w, x, axes) => extreme(w, x, axes, 1)),
  min: reduction(ops.min, (w, x, axes) => extreme(w, x, axes, -1)),
  softmax: along(ops.softmax, (w, x, axis) => w.softmax(x, axis)),
  logSoftmax: along(ops.logSoftmax, (w, x, axis) => w.logSoftmax(x, axis)),
  matmul,
  gather,
  oneHot: hot,
  reshape: (draw) => {
    const at = draw.any();
    const n = sizeOf(draw.shapes[at]);
    const a = draw.one([1, 2, 3, 4, 6].filter((d) => n % d === 0));
    const b = draw.one([1, 2, 3, 5].filter((d) => (n / a) % d === 0));
    const shape = draw.one([[a, n / a], [n], [a, b, n / a / b], [n / a, a]]);
    return { inputs: [at], library: (x) => ops.reshape(x, shape), truth: (_, x) => reshaped(x, shape) };
  },
  transpose: moving((draw, shape) => {
    const perm = shuffled(draw, shape.length);
    return {
      library: (x) => ops.transpose(x, perm),
      shape: perm.map((axis) => shape[axis]),
      from: (at) => {
        const back: number[] = [];
        perm.forEach((axis, i) => {
          back[axis] = at[i];
        });
        return back;
      },
    };
  }),
  slice: moving((draw, shape) => {
    const begin = shape.map((n) => draw.below(n));
    const step = shape.map(() => 1 + draw.below(3));
    const end = shape.map((n, i) => begin[i] + 1 + draw.below(n - begin[i]));
    return {
      library: (x) => ops.slice(x, begin, end, step),
      shape: shape.map((_, i) => Math.ceil((end[i] - begin[i]) / step[i])),
      from: (at) => at.map((k, i) => begin[i] + k * step[i]),
    };
  }),
  flip: moving((draw, shape) => {
    const axes = axesOf(draw, shape.length);
    return {
      library: (x) => ops.flip(x, axes),
      shape,
      from: (at) => at.map((k, i) => (axes.includes(i) ? shape[i] - 1 - k : k)),
    };
  }),
  pad: moving((draw, shape) => {
    const widths = shape.map((): [number, number] => [draw.below(3), draw.below(3)]);
    const value = draw.one([0, 0.5]);
    return {
      library: (x) => ops.pad(x, widths, { value }),
      shape: shape.map((n, i) => n + widths[i][0] + widths[i][1]),
      from: (at) => {
        const place = at.map((k, i) => k - widths[i][0]);
        return place.every((k, i) => k >= 0 && k < shape[i]) ? place : undefined;
      },
      value,
    };
  }),
  reflect: moving((draw, shape) => {
    const widths = shape.map((n): [number, number] => [draw.below(Math.min(3, n)), draw.below(Math.min(3, n))]);
    return {
      library: (x) => ops.pad(x, widths, { mode: 'reflect' }),
      shape: shape.map((n, i) => n + widths[i][0] + widths[i][1]),
      from: (at) => at.map((k, i) => shape[i] - 1 - Math.abs(shape[i] - 1 - Math.abs(k - widths[i][0]))),
    };
  }),
  concat: joining(false),
  stack: joining(true),
  conv2d: convolution,
  convTranspose2d: transposedConvolution,
  maxPool2d: pooling(true),
  avgPool2d: pooling(false),
  upsample2d: upsampled,
  crossEntropy: entropy,
  layerNorm: normalized('rows'),
  batchNorm: normalized('columns'),
};

function extreme(w: Float64, x: Numbers, axes: readonly number[], sign: 1 | -1): Numbers {
  const { shape, to } = reduced(x.shape, axes);
  const found = w.first(x, sizeOf(shape), to, sign);
  if (axes.length > 1)
    for (let i = 0; i < x.v.length; i++)
      if (i !== found[to[i]] && x.v[i] === x.v[found[to[i]]]) throw new IllConditioned();
  return w.pick(x, shape, found);
}
