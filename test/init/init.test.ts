import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/graph/shape.js';
import * as init from '../../src/init/index.js';
import { fansOf, type Initializer } from '../../src/init/initializer.js';
import { seedKey } from '../../src/random/keys.js';
import '../../src/tensor/methods.js';
import { initializations } from '../fixtures/index.js';

interface Row {
  make: () => Initializer;
  /** The variance for these fans, and the largest possible magnitude where there is one. */
  variance: (fans: { fanIn: number; fanOut: number }) => number;
  limit?: (fans: { fanIn: number; fanOut: number }) => number;
  mean?: number;
}
/** The variance of N(0, 1) truncated at two standard deviations. */
const TRUNCATED = 0.7737;

/** One row gives an initializer its tests. */
const ROWS: Record<string, Row[]> = {
  zeros: [{ make: init.zeros, variance: () => 0 }],
  ones: [{ make: init.ones, variance: () => 0, mean: 1 }],
  constant: [{ make: () => init.constant(-0.5), variance: () => 0, mean: -0.5 }],
  normal: [{ make: () => init.normal({ std: 0.3 }), variance: () => 0.09 }],
  uniform: [{ make: () => init.uniform({ limit: 0.3 }), variance: () => 0.03, limit: () => 0.3 }],
  truncatedNormal: [{ make: () => init.truncatedNormal({ std: 2 }), variance: () => 4 * TRUNCATED, limit: () => 4 }],
  xavierUniform: [
    {
      make: () => init.xavierUniform(),
      variance: ({ fanIn: m, fanOut: n }) => 2 / (m + n),
      limit: ({ fanIn: m, fanOut: n }) => Math.sqrt(6 / (m + n)),
    },
  ],
  xavierNormal: [
    { make: () => init.xavierNormal(), variance: ({ fanIn: m, fanOut: n }) => 2 / (m + n) },
    { make: () => init.xavierNormal({ gain: 3 }), variance: ({ fanIn: m, fanOut: n }) => 18 / (m + n) },
  ],
  kaimingUniform: [
    {
      make: () => init.kaimingUniform(),
      variance: ({ fanIn: m }) => 2 / m,
      limit: ({ fanIn: m }) => Math.sqrt(6 / m),
    },
    { make: () => init.kaimingUniform({ mode: 'fanOut' }), variance: ({ fanOut: n }) => 2 / n },
  ],
  kaimingNormal: [
    { make: () => init.kaimingNormal(), variance: ({ fanIn: m }) => 2 / m },
    { make: () => init.kaimingNormal({ gain: 1, mode: 'fanOut' }), variance: ({ fanOut: n }) => 1 / n },
  ],
  lecunNormal: [{ make: () => init.lecunNormal(), variance: ({ fanIn: m }) => 1 / m }],
  sparse: [
    { make: () => init.sparse({ connections: 90, std: 0.5 }), variance: ({ fanIn: m }) => (0.25 * 90) / m },
    { make: () => init.sparse({ sparsity: 0.25 }), variance: () => 0.75e-4 },
  ],
  orthogonal: [{ make: () => init.orthogonal(), variance: ({ fanIn: m, fanOut: n }) => 1 / Math.max(m, n) }],
};

test('every initializer has a row', () => {
  expect(Object.keys(ROWS).sort()).toEqual(Object.keys(init).sort());
});

const drawn = (row: Row, shape: Shape, seed = 1): Float32Array =>
  row
    .make()
    .create(shape, fansOf(shape), { key: seedKey(seed), stream: 3 })
    .data();

describe.each(Object.entries(ROWS).flatMap(([name, rows]) => rows.map((row) => [name, row] as const)))(
  '%s',
  (name, row) => {
    test.each([[[120, 80]], [[3, 3, 20, 60]]])('has mean, variance and bounds for %j', (shape) => {
      if (name === 'orthogonal' && shape.length > 2) return;
      const fans = fansOf(shape);
      const data = drawn(row, shape);
      const mean = data.reduce((a, b) => a + b, 0) / data.length;
      const variance = data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length;
      const expected = row.variance(fans);
      expect(Math.abs(mean - (row.mean ?? 0))).toBeLessThan(4 * Math.sqrt(expected / data.length) + 1e-7);
      expect(Math.abs(variance - expected)).toBeLessThan(0.06 * expected + 1e-12);
      const limit = row.limit?.(fans) ?? Number.POSITIVE_INFINITY;
      expect(data.every((x) => Math.abs(x) <= limit * (1 + 1e-6))).toBe(true);
    });
    test('depends on the seed only', () => {
      expect(drawn(row, [20, 10])).toEqual(drawn(row, [20, 10]));
      if (row.variance({ fanIn: 1, fanOut: 1 })) expect(drawn(row, [20, 10], 2)).not.toEqual(drawn(row, [20, 10]));
    });
    test('has its name in its configuration, and refuses options that it does not know', () => {
      expect(row.make().config.name).toBe(name);
      const factory = init[name as 'normal'];
      if (!['zeros', 'ones', 'constant'].includes(name))
        expect(() => factory({ sdt: 1 } as never)).toThrow(`${name}: unknown option 'sdt'`);
    });
  },
);

test.each([
  [12, 5],
  [90, 150],
])('orthogonal columns or rows of [%i, %i] are orthonormal', (...shape) => {
  const made = drawn({ make: () => init.orthogonal(), variance: () => 0 }, shape);
  // Of fewer rows than columns the rows are.
  const [rows, columns] = shape[0] < shape[1] ? [shape[1], shape[0]] : shape;
  const w =
    shape[0] < shape[1]
      ? Float32Array.from(made, (_, i) => made[(i % columns) * rows + Math.floor(i / columns)])
      : made;
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < columns; j++) {
      let dot = 0;
      for (let r = 0; r < rows; r++) dot += w[r * columns + i] * w[r * columns + j];
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 5);
    }
});
describe('sparse', () => {
  const columns = (made: Initializer, rows: number, units: number): Float32Array[] => {
    const data = made.create([rows, units], fansOf([rows, units]), { key: seedKey(3), stream: 1 }).data();
    return Array.from({ length: units }, (_, unit) => data.filter((_, i) => i % units === unit));
  };
  const zerosOf = (values: Float32Array): number => values.filter((w) => w === 0).length;
  // torch.nn.init.sparse_: ⌈sparsity · rows⌉ elements of each column become 0.
  test.each([
    [10, 0.1, 1],
    [10, 0.11, 2],
    [7, 0.5, 4],
    [13, 0, 0],
    [5, 1, 5],
  ])('of %i inputs and sparsity %f has %i zeros in each unit', (rows, sparsity, zeros) => {
    for (const column of columns(init.sparse({ sparsity }), rows, 9)) expect(zerosOf(column)).toBe(zeros);
  });
  test('gives each unit its own choice of inputs, all of them equally often', () => {
    const found = columns(init.sparse({ connections: 3 }), 12, 2000);
    const counts = new Array<number>(12).fill(0);
    for (const column of found) {
      expect(zerosOf(column)).toBe(9);
      column.forEach((w, i) => {
        counts[i] += Number(w !== 0);
      });
    }
    // Each input is chosen with probability ¼: 500 of 2,000, with the standard deviation 19.4.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(4 * 19.4);
    expect(zerosOf(columns(init.sparse(), 8, 1)[0])).toBe(0);
    expect(zerosOf(columns(init.sparse(), 40, 1)[0])).toBe(25);
  });
  test('refuses two ways to say it', () => {
    expect(() => init.sparse({ connections: 3, sparsity: 0.5 })).toThrow(
      'sparse: sparsity is 0.5; it must be left out where connections are given',
    );
  });
});
test('conv weights are [kh, kw, cin, cout]', () => {
  expect(fansOf([3, 5, 2, 7])).toEqual({ fanIn: 30, fanOut: 105 });
});

describe('bounds and deviations are PyTorch’s', () => {
  const cases = initializations().cases.flatMap(({ torch_shape: [n, m, ...kernel], init: rows, lecun_normal_std }) =>
    rows.map((row) => ({ ...row, shape: [...kernel, m, n], lecun_normal_std })),
  );
  test.each(cases)('for $shape, $gain', ({ shape, gain_value: gain, ...row }) => {
    const of = (made: Initializer) => {
      const data = made.create(shape, fansOf(shape), { key: seedKey(5), stream: 1 }).data();
      const squares = data.reduce((sum, w) => sum + w * w, 0);
      return { std: Math.sqrt(squares / data.length), most: data.reduce((a, w) => Math.max(a, Math.abs(w)), 0) };
    };
    const count = shape.reduce((a, b) => a * b);
    const isStd = (made: Initializer, std: number) =>
      expect(Math.abs(of(made).std / std - 1)).toBeLessThan(3 / Math.sqrt(2 * count));
    /** The largest of n uniform numbers misses the bound by a share of 1/(n + 1) on average. */
    const isBound = (made: Initializer, bound: number) => {
      const share = of(made).most / bound;
      expect(share).toBeLessThanOrEqual(1 + 1e-6);
      expect(share).toBeGreaterThan(1 - 10 / count);
    };
    isBound(init.xavierUniform({ gain }), row.xavier_uniform_bound);
    isStd(init.xavierNormal({ gain }), row.xavier_normal_std);
    for (const [mode, fan] of [
      ['fanIn', 'in'],
      ['fanOut', 'out'],
    ] as const) {
      isBound(init.kaimingUniform({ gain, mode }), row[`kaiming_uniform_bound_fan_${fan}`]);
      isStd(init.kaimingNormal({ gain, mode }), row[`kaiming_normal_std_fan_${fan}`]);
    }
    isStd(init.lecunNormal(), row.lecun_normal_std);
  });
});
