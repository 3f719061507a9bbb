import { einsum } from '../../src/ops/einsum.js';
import * as ops from '../../src/ops/index.js';
import {
  along,
  ascending,
  broadcast,
  convolved,
  erf,
  exponentials,
  lined,
  logistic,
  map,
  matrices,
  mean,
  pairwise,
  pooled,
  type Plain,
  positive,
  reduction,
  resampled,
  type Row,
  sizeOf,
  spread,
  total,
  unlined,
} from './reference.js';

/** A row for every exported op. */
export const ROWS: Row[] = [
  map('neg', (x) => -x),
  map('abs', Math.abs),
  map('sign', Math.sign),
  map('exp', Math.exp),
  map('log', Math.log, { domain: positive }),
  map('sqrt', Math.sqrt, { domain: positive }),
  map('square', (x) => x * x),
  map('sin', Math.sin),
  map('cos', Math.cos),
  map('reciprocal', (x) => 1 / x, { domain: positive }),
  map('floor', Math.floor, { domain: (x) => 3 * x + 0.01 }),
  map('round', (x) => Math.round(x) - Number(Math.abs(x % 1) === 0.5 && Math.round(x) % 2 !== 0), {
    domain: (x) => Math.round(12 * x) / 4 + 0.1,
  }),
  map('log1p', Math.log1p, { domain: (x) => 0.9 * x }),
  map('expm1', Math.expm1),
  map('sinh', Math.sinh),
  map('cosh', Math.cosh),
  map('isNaN', (x) => Number(Number.isNaN(x)), { differentiable: [] }),
  map('relu', (x) => Math.max(0, x)),
  map('sigmoid', logistic),
  map('tanh', Math.tanh),
  map('softplus', (x) => Math.log1p(Math.exp(x))),
  map('silu', (x) => x * logistic(x)),
  map('selu', (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  map('elu', (x) => (x > 0 ? x : 0.7 * Math.expm1(x)), { compute: (x) => ops.elu(x, { alpha: 0.7 }) }),
  map('leakyRelu', (x) => (x > 0 ? x : 0.2 * x), { compute: (x) => ops.leakyRelu(x, { slope: 0.2 }) }),
  map('gelu', (x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
  map('clamp', (x) => Math.min(0.5, Math.max(-0.4, x)), { compute: (x) => ops.clamp(x, -0.4, 0.5) }),
  map('stopGradient', (x) => x, { differentiable: [] }),
  pairwise('add', (a, b) => a + b),
  pairwise('sub', (a, b) => a - b),
  pairwise('mul', (a, b) => a * b),
  pairwise('div', (a, b) => a / b, { domain: positive, within: 1e-5 }),
  pairwise('pow', (a, b) => a ** b, { domain: positive, within: 2e-5 }),
  pairwise('mod', (a, b) => a - b * Math.floor(a / b), { domain: (x) => 2 * x + 0.33, within: 1e-5 }),
  pairwise('maximum', Math.max),
  pairwise('minimum', Math.min),
  pairwise('equal', (a, b) => Number(Math.fround(a) === Math.fround(b)), { differentiable: [] }),
  pairwise('notEqual', (a, b) => Number(Math.fround(a) !== Math.fround(b)), { differentiable: [] }),
  pairwise('lessEqual', (a, b) => Number(a <= b), { differentiable: [] }),
  pairwise('greaterEqual', (a, b) => Number(a >= b), { differentiable: [] }),
  pairwise('less', (a, b) => Number(a < b), { differentiable: [] }),
  pairwise('greater', (a, b) => Number(a > b), { differentiable: [] }),
  {
    op: 'where',
    compute: (c, a, b) => ops.where(ops.greater(c, 0), a, b),
    shapes: [
      [[5], [5], [5]],
      [[3, 7], [7], []],
      [[4, 1], [4, 3], [3]],
    ],
    reference: (c, a, b) => {
      const shape = broadcast(broadcast(c.shape, a.shape).shape, b.shape).shape;
      const pick = (x: Plain): number[] => broadcast(shape, x.shape).pairs.map(([, k]) => x.data[k]);
      const [p, q, r] = [pick(c), pick(a), pick(b)];
      return { shape, data: p.map((x, i) => (x > 0 ? q[i] : r[i])) };
    },
    differentiable: [1, 2],
  },
  reduction('sum', total),
  reduction('mean', mean),
  reduction('max', (column) => column.reduce((a, b) => (Number.isNaN(a) || a > b ? a : b))),
  reduction('min', (column) => column.reduce((a, b) => (Number.isNaN(a) || a < b ? a : b))),
  reduction('variance', (column) => mean(column.map((x) => (x - mean(column)) ** 2))),
  reduction('std', (column) => Math.sqrt(mean(column.map((x) => (x - mean(column)) ** 2)))),
  reduction('prod', (column) => column.reduce((a, b) => a * b)),
  reduction('norm', (column) => Math.sqrt(total(column.map((x) => x * x)))),
  reduction('logSumExp', (column) => Math.log(total(column.map(Math.exp)))),
  reduction('argmax', (column) => column.indexOf(Math.max(...column)), {
    compute: (x) => {
      const y = ops.argmax(x, x.shape.length > 1 ? 1 : 0);
      return ops.reshape(
        y,
        x.shape.map((n, i) => (i === (x.shape.length > 1 ? 1 : 0) ? 1 : n)),
      );
    },
    differentiable: [],
  }),
  reduction('argmin', (column) => column.indexOf(Math.min(...column)), {
    compute: (x) => ops.expandDims(ops.argmin(x, x.shape.length > 1 ? 1 : 0), x.shape.length > 1 ? 1 : 0),
    differentiable: [],
  }),
  {
    op: 'cumsum',
    compute: (x) => ops.cumsum(x, -1),
    shapes: [[[1]], [[2, 3]], [[5]], [[2, 3, 17]]],
    reference: (x) => along(x, -1, (column) => column.map((_, i) => total(column.slice(0, i + 1)))),
  },
  {
    op: 'sort',
    compute: (x) => ops.sort(x),
    shapes: [[[1]], [[2, 3]], [[8]], [[2, 3, 17]]],
    reference: (x) => along(x, -1, ascending),
  },
  {
    op: 'topK',
    compute: (x) => ops.topK(x, 2, 1).values,
    shapes: [[[1, 2]], [[3, 5]], [[2, 17, 3]]],
    reference: (x) => along(x, 1, (column) => ascending(column).reverse().slice(0, 2)),
  },
  {
    op: 'softmax',
    compute: (x) => ops.softmax(x, -1),
    shapes: [[[1]], [[2, 3]], [[3, 10]], [[2, 3, 17]]],
    reference: (x) => along(x, -1, (column) => exponentials(column).map((e) => e / total(exponentials(column)))),
  },
  {
    op: 'logSoftmax',
    compute: (x) => ops.logSoftmax(x, 0),
    shapes: [[[3, 2]], [[10, 3]], [[5, 2, 2]]],
    reference: (x) =>
      along(x, 0, (column) => exponentials(column).map((e) => Math.log(e / total(exponentials(column))))),
  },
  {
    op: 'matmul',
    compute: (a, b) => ops.matmul(a, b),
    shapes: [
      matrices(1, 1, 1),
      matrices(3, 5, 7),
      matrices(4, 8, 8),
      matrices(5, 3, 4),
      matrices(9, 2, 17),
      matrices(13, 20, 1),
      [
        [2, 3, 4],
        [4, 5],
      ],
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
      [
        [1, 3, 4],
        [2, 4, 3],
      ],
      [[4], [4, 3]],
      [[3, 4], [4]],
    ],
    reference: (a, b) => {
      const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
      const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
      const [m, k, n] = [left.at(-2) as number, left.at(-1) as number, right.at(-1) as number];
      const { shape: lead, pairs } = broadcast(left.slice(0, -2), right.slice(0, -2));
      const data = pairs.flatMap(([p, q]) =>
        Array.from({ length: m * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          return total(
            Array.from({ length: k }, (__, l) => a.data[p * m * k + i * k + l] * b.data[q * k * n + l * n + j]),
          );
        }),
      );
      return { shape: [...lead, ...(a.shape.length > 1 ? [m] : []), ...(b.shape.length > 1 ? [n] : [])], data };
    },
  },
  {
    op: 'reshape',
    compute: (x) => ops.reshape(x, [-1, 2]),
    shapes: [[[4]], [[3, 2]], [[2, 3, 4]]],
    reference: ({ shape, data }) => ({ shape: [sizeOf(shape) / 2, 2], data }),
  },
  {
    op: 'squeeze',
    compute: (x) => ops.squeeze(x),
    shapes: [[[4]], [[3, 1]], [[1, 3, 1, 4]]],
    reference: ({ shape, data }) => ({ shape: shape.filter((n) => n !== 1), data }),
  },
  {
    op: 'expandDims',
    compute: (x) => ops.expandDims(x, -1),
    shapes: [[[]], [[4]], [[3, 2]]],
    reference: ({ shape, data }) => ({ shape: [...shape, 1], data }),
  },
  {
    op: 'tile',
    compute: (x) => ops.tile(x, [2, 3]),
    shapes: [[[4]], [[3, 2]], [[2, 3, 5]]],
    reference: ({ shape, data }) => {
      const whole = { shape: shape.length > 1 ? shape : [1, ...shape], data };
      const wide = along(whole, -1, (column) => [...column, ...column, ...column]);
      return along(wide, -2, (column) => [...column, ...column]);
    },
  },
  {
    op: 'split',
    compute: (x) => ops.split(x, [2, 1], -1)[0],
    shapes: [[[3]], [[2, 3]], [[2, 2, 3]]],
    reference: (x) => along(x, -1, (column) => column.slice(0, 2)),
  },
  {
    op: 'tril',
    compute: (x) => ops.tril(x, 1),
    shapes: [[[1, 1]], [[3, 4]], [[2, 4, 3]]],
    reference: (x) => masked(x, (row, column) => column <= row + 1),
  },
  {
    op: 'triu',
    compute: (x) => ops.triu(x, -1),
    shapes: [[[1, 1]], [[3, 4]], [[2, 4, 3]]],
    reference: (x) => masked(x, (row, column) => column >= row - 1),
  },
  {
    op: 'einsum',
    compute: (a, b) => einsum('bij,bjk->kbi', a, b),
    shapes: [
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
    ],
    reference: (a, b) => {
      const [[n, rows, inner], columns] = [a.shape, b.shape[2]];
      const data: number[] = [];
      for (let k = 0; k < columns; k++)
        for (let row = 0; row < n * rows; row++) {
          const at = (j: number): number => (Math.floor(row / rows) * inner + j) * columns + k;
          data.push(total(a.data.slice(row * inner, (row + 1) * inner).map((x, j) => x * b.data[at(j)])));
        }
      return { shape: [columns, n, rows], data };
    },
  },
  {
    op: 'transpose',
    compute: (x) => ops.transpose(x),
    shapes: [[[3]], [[5, 4]], [[9, 13]], [[2, 3, 4]], [[2, 1, 5, 3]]],
    reference: ({ shape, data }) => {
      const back = [...shape].reverse();
      return {
        shape: back,
        data: data.map((_, flat) => {
          let [rest, at, step] = [flat, 0, 1];
          for (let i = shape.length - 1; i >= 0; i--) {
            const k = rest % back[i];
            rest = Math.floor(rest / back[i]);
            at += k * sizeOf(shape.slice(shape.length - i));
            step *= back[i];
          }
          return step ? data[at] : 0;
        }),
      };
    },
  },
  {
    op: 'slice',
    compute: (x) => ops.slice(x, [-1, 1], [-6, 4], [-2, 2]),
    shapes: [[[5, 4]], [[5, 4, 3]]],
    reference: ({ shape, data }) => {
      const inner = sizeOf(shape.slice(2));
      const rows = [4, 2, 0].flatMap((r) => [1, 3].map((c) => (r * shape[1] + c) * inner));
      return { shape: [3, 2, ...shape.slice(2)], data: rows.flatMap((at) => data.slice(at, at + inner)) };
    },
  },
  {
    op: 'flip',
    compute: (x) => ops.flip(x, -1),
    shapes: [[[5]], [[2, 3]], [[2, 3, 5]]],
    reference: (x) => along(x, -1, (column) => [...column].reverse()),
  },
  {
    op: 'concat',
    compute: (a, b) => ops.concat([a, b], -1),
    shapes: [
      [[3], [2]],
      [
        [2, 3],
        [2, 1],
      ],
    ],
    reference: (a, b) => {
      const [m, n] = [a.shape.at(-1) as number, b.shape.at(-1) as number];
      const rows = Array.from({ length: a.data.length / m }, (_, r) => [
        ...a.data.slice(r * m, (r + 1) * m),
        ...b.data.slice(r * n, (r + 1) * n),
      ]);
      return { shape: [...a.shape.slice(0, -1), m + n], data: rows.flat() };
    },
  },
  {
    op: 'stack',
    compute: (a, b) => ops.stack([a, b]),
    shapes: [
      [[3], [3]],
      [
        [2, 3],
        [2, 3],
      ],
    ],
    reference: (a, b) => ({ shape: [2, ...a.shape], data: [...a.data, ...b.data] }),
  },
  {
    op: 'pad',
    compute: (x) =>
      ops.pad(
        x,
        x.shape.map((_, i) => [i, 2] as const),
        { value: 0.5 },
      ),
    shapes: [[[3]], [[2, 3]]],
    reference: ({ shape, data }) => {
      const bigger = shape.map((n, i) => n + i + 2);
      return {
        shape: bigger,
        data: Array.from({ length: sizeOf(bigger) }, (_, flat) => {
          const columns = bigger.at(-1) as number;
          const [r, c] = [Math.floor(flat / columns), (flat % columns) - (shape.length - 1)];
          const width = shape.at(-1) as number;
          const inside = c >= 0 && c < width && (shape.length === 1 || r < shape[0]);
          return inside ? data[(shape.length === 1 ? 0 : r * width) + c] : 0.5;
        }),
      };
    },
  },
  {
    op: 'gather',
    compute: (x, i) => ops.gather(x, ops.floor(ops.mul(ops.abs(i), 1.9)), 1),
    shapes: [
      [[2, 3], [4]],
      [
        [3, 2, 5],
        [2, 2],
      ],
    ],
    reference: (x, i) => {
      const picked = along(x, 1, (column) => i.data.map((v) => column[Math.floor(Math.abs(v) * 1.9)]));
      return { shape: [x.shape[0], ...i.shape, ...x.shape.slice(2)], data: picked.data };
    },
    differentiable: [0],
    places: [1],
  },
  {
    op: 'embedding',
    compute: (i, table) => ops.embedding(ops.floor(ops.mul(ops.abs(i), 2.9)), table),
    shapes: [
      [[5], [4, 3]],
      [
        [2, 3],
        [4, 2],
      ],
    ],
    reference: (i, table) => {
      const units = table.shape[1];
      const rows = i.data.map((v) => Math.floor(Math.abs(v) * 2.9));
      return { shape: [...i.shape, units], data: rows.flatMap((r) => table.data.slice(r * units, (r + 1) * units)) };
    },
    differentiable: [1],
    places: [0],
  },
  {
    op: 'oneHot',
    compute: (i) => ops.oneHot(ops.floor(ops.mul(ops.abs(i), 2.9)), 5),
    shapes: [[[4]], [[2, 3]]],
    reference: (i) => ({
      shape: [...i.shape, 5],
      data: i.data.flatMap((v) => Array.from({ length: 5 }, (_, k) => Number(k === Math.floor(Math.abs(v) * 2.9)))),
    }),
    differentiable: [],
    places: [0],
  },
  {
    op: 'globalAvgPool2d',
    compute: (x) => ops.globalAvgPool2d(x),
    shapes: [[[1, 1, 1, 1]], [[2, 3, 4, 5]], [[3, 2, 2, 17]]],
    reference: (x) => {
      const pooled = along(
        along(x, 2, (column) => [mean(column)]),
        1,
        (column) => [mean(column)],
      );
      return { shape: [x.shape[0], x.shape[3]], data: pooled.data };
    },
  },
  {
    op: 'conv2d',
    compute: (x, w) => ops.conv2d(x, w, { stride: [1, 2], padding: 'same', dilation: [2, 1], groups: 2 }),
    shapes: [
      [
        [1, 3, 3, 2],
        [1, 1, 1, 2],
      ],
      [
        [2, 5, 4, 4],
        [3, 2, 2, 6],
      ],
      [
        [1, 6, 5, 10],
        [2, 3, 5, 4],
      ],
    ],
    reference: (x, w) => convolved(x, w, [1, 2], [2, 1], 2),
  },
  {
    op: 'maxPool2d',
    compute: (x) => ops.maxPool2d(x, [2, 3], { stride: [2, 1], padding: [1, 0] }),
    shapes: [[[1, 2, 3, 1]], [[2, 5, 4, 3]], [[1, 4, 5, 9]]],
    reference: (x) => pooled(x, [2, 3], [2, 1], [1, 0], (list) => Math.max(...list)),
  },
  {
    op: 'avgPool2d',
    compute: (x) => ops.avgPool2d(x, [2, 3], { stride: [2, 1], padding: [1, 0], countPadding: false }),
    shapes: [[[1, 2, 3, 1]], [[2, 5, 4, 3]], [[1, 4, 5, 9]]],
    reference: (x) => pooled(x, [2, 3], [2, 1], [1, 0], mean),
  },
  {
    op: 'conv1d',
    compute: (x, w) => ops.conv1d(x, w, { stride: 2, padding: 'same', dilation: 2, groups: 2 }),
    shapes: [
      [
        [1, 3, 2],
        [1, 1, 2],
      ],
      [
        [2, 7, 4],
        [3, 2, 6],
      ],
    ],
    reference: (x, w) => unlined(convolved(lined(x), { shape: [1, ...w.shape], data: w.data }, [1, 2], [1, 2], 2)),
  },
  {
    op: 'maxPool1d',
    compute: (x) => ops.maxPool1d(x, 3, { stride: 2, padding: 1 }),
    shapes: [[[1, 3, 1]], [[2, 6, 5]]],
    reference: (x) => unlined(pooled(lined(x), [1, 3], [1, 2], [0, 1], (list) => Math.max(...list))),
  },
  {
    op: 'avgPool1d',
    compute: (x) => ops.avgPool1d(x, 3, { stride: 2, padding: 1, countPadding: false }),
    shapes: [[[1, 3, 1]], [[2, 6, 5]]],
    reference: (x) => unlined(pooled(lined(x), [1, 3], [1, 2], [0, 1], mean)),
  },
  {
    op: 'convTranspose2d',
    compute: (x, w) => ops.convTranspose2d(x, w, { stride: [1, 2], padding: [1, 0], outputPadding: [0, 1] }),
    shapes: [
      [
        [1, 2, 2, 1],
        [2, 1, 1, 1],
      ],
      [
        [2, 3, 4, 3],
        [3, 2, 5, 3],
      ],
    ],
    reference: (x, w) => spread(x, w, [1, 2], [1, 0], [0, 1]),
  },
  {
    op: 'upsample2d',
    compute: (x) => ops.upsample2d(x, [2, 3], { mode: 'bilinear' }),
    shapes: [[[1, 1, 1, 1]], [[2, 3, 2, 5]]],
    reference: (x) => {
      const factor = [2, 3];
      const between = (i: number, axis: 0 | 1): [number, number][] => {
        const place = Math.max(0, (i + 0.5) / factor[axis] - 0.5);
        const low = Math.floor(place);
        return [
          [low, 1 - (place - low)],
          [Math.min(x.shape[1 + axis] - 1, low + 1), place - low],
        ];
      };
      return resampled(x, [x.shape[1] * 2, x.shape[2] * 3], between);
    },
  },
];

const pool = (as: string, size: [number, number], stride: [number, number], padding: [number, number]): Row[] => [
  {
    op: 'maxPool2d',
    as,
    compute: (x) => ops.maxPool2d(x, size, { stride, padding }),
    shapes: [[[1, 6, 6, 1]], [[2, 4, 6, 3]], [[1, 5, 7, 9]]],
    reference: (x) => pooled(x, size, stride, padding, (list) => Math.max(...list)),
  },
  {
    op: 'avgPool2d',
    as,
    compute: (x) => ops.avgPool2d(x, size, { stride, padding }),
    shapes: [[[1, 6, 6, 1]], [[2, 4, 6, 3]], [[1, 5, 7, 9]]],
    reference: (x) => pooled(x, size, stride, padding, (list) => total(list) / (size[0] * size[1])),
  },
];
/** The elements of matrices that `keeps`, 0 elsewhere. */
function masked({ shape, data }: Plain, keeps: (row: number, column: number) => boolean): Plain {
  const [rows, columns] = shape.slice(-2);
  return { shape, data: data.map((x, i) => (keeps(Math.floor(i / columns) % rows, i % columns) ? x : 0)) };
}

/** More rows of the same ops, for other code paths of their kernels. */
export const VARIANTS: Row[] = [
  {
    op: 'cumsum',
    as: 'along the first axis',
    compute: (x) => ops.cumsum(x, 0),
    shapes: [[[3, 2]], [[5, 18]], [[4, 2, 3]]],
    reference: (x) => along(x, 0, (column) => column.map((_, i) => total(column.slice(0, i + 1)))),
  },
  {
    op: 'sort',
    as: 'in descending order, along the first axis',
    compute: (x) => ops.sort(x, 0, { descending: true }),
    shapes: [[[3, 2]], [[9, 18]], [[4, 2, 3]]],
    reference: (x) => along(x, 0, (column) => ascending(column).reverse()),
  },
  {
    op: 'prod',
    as: 'with zeros',
    compute: (x) => ops.prod(ops.maximum(x, 0), [0, -1], true),
    shapes: [[[2, 2]], [[3, 4]], [[2, 2, 3]]],
    reference: (x) => {
      const cut = { ...x, data: x.data.map((v) => Math.max(v, 0)) };
      const times = (column: number[]) => [column.reduce((a, b) => a * b)];
      return along(along(cut, 0, times), -1, times);
    },
  },
  {
    op: 'einsum',
    as: 'of three operands with a diagonal, and letters of one alone',
    compute: (a, b, c) => einsum('iij, jk, kl -> ki', a, b, c),
    shapes: [
      [
        [2, 2, 3],
        [3, 2],
        [2, 2],
      ],
      [
        [3, 3, 2],
        [2, 4],
        [4, 3],
      ],
    ],
    reference: (a, b, c) => {
      const [n, , m] = a.shape;
      const [k, l] = c.shape;
      const data = Array.from({ length: k * n }, (_, at) => {
        const [q, i] = [Math.floor(at / n), at % n];
        const inner = total(Array.from({ length: m }, (__, j) => a.data[(i * n + i) * m + j] * b.data[j * k + q]));
        return inner * total(c.data.slice(q * l, (q + 1) * l));
      });
      return { shape: [k, n], data };
    },
  },
  ...pool('of squares that fill the image', [2, 2], [2, 2], [0, 0]),
  ...pool('of squares apart from one another', [2, 2], [3, 3], [1, 1]),
  ...pool('of squares apart along one axis', [2, 2], [2, 3], [0, 1]),
  ...pool('of squares that overlap', [2, 2], [1, 2], [1, 0]),
  ...pool('of larger windows', [3, 3], [2, 2], [1, 1]),
  {
    op: 'pad',
    as: 'by reflection',
    compute: (x) => ops.pad(x, [[2, 1]], { mode: 'reflect' }),
    shapes: [[[3]], [[7]]],
    reference: ({ shape: [n], data }) => ({ shape: [n + 3], data: [data[2], data[1], ...data, data[n - 2]] }),
  },
  {
    op: 'upsample2d',
    as: 'by repetition',
    compute: (x) => ops.upsample2d(x, [2, 3]),
    shapes: [[[1, 1, 1, 1]], [[2, 3, 2, 5]]],
    reference: (x) => resampled(x, [x.shape[1] * 2, x.shape[2] * 3], (i, axis) => [[Math.floor(i / [2, 3][axis]), 1]]),
  },
  {
    op: 'conv2d',
    as: 'of each channel alone',
    compute: (x, w) => ops.conv2d(x, w, { stride: [2, 1], padding: 'same', groups: x.shape[3] }),
    shapes: [
      [
        [1, 3, 3, 2],
        [2, 2, 1, 2],
      ],
      [
        [2, 5, 4, 6],
        [3, 3, 1, 6],
      ],
    ],
    reference: (x, w) => convolved(x, w, [2, 1], [1, 1], x.shape[3]),
  },
  {
    op: 'concat',
    as: 'along the first axis',
    compute: (a, b) => ops.concat([a, b]),
    shapes: [
      [[3], [2]],
      [
        [3, 5],
        [1, 5],
      ],
    ],
    reference: (a, b) => ({ shape: [a.shape[0] + b.shape[0], ...a.shape.slice(1)], data: [...a.data, ...b.data] }),
  },
];
