import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { grad, hvp, valueAndGrad } from '../../src/differentiate/grad.js';
import { scan } from '../../src/differentiate/scan.js';
import type { Tensor } from '../../src/graph/tensor.js';
import type { Tree } from '../../src/graph/tree.js';
import { layerNormalized } from '../../src/nn/normalized.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { filled as fill } from '../support/numeric.js';
import '../../src/tensor/methods.js';

/** The same, unrolled. */
function unrolled<C extends Tree, X extends Tree, Y extends Tree>(
  f: (carry: C, x: X) => { carry: C; y?: Y },
  init: C,
  xs: Tensor,
  { reverse = false } = {},
): { carry: C; ys: Tensor } {
  let carry = init;
  const [n, t, ...rest] = xs.shape;
  const ys: Tensor[] = [];
  for (let k = 0; k < t; k++) {
    const at = reverse ? t - 1 - k : k;
    const x = ops.reshape(ops.slice(xs, [0, at], [n, at + 1]), [n, ...rest]);
    const result = f(carry, x as never);
    carry = result.carry;
    ys[at] = result.y as never;
  }
  return { carry, ys: ops.stack(ys, 1) };
}

test('sums', () => {
  const { carry, ys } = scan(
    (sum: Tensor, x: Tensor) => ({ carry: sum.add(x), y: sum }),
    tensor([0]),
    tensor([[1, 2, 3]]),
  );
  expect(carry.toArray()).toEqual([6]);
  expect(ys.toArray()).toEqual([[0, 1, 3]]);
});

/** A function of parameters and a sequence, in terms of a loop. */
type Loop = typeof scan;
type Problem = (loop: Loop, w: Tensor, xs: Tensor, more: { reverse?: boolean; rematerialize?: boolean }) => Tensor;
const total = (...terms: Tensor[]): Tensor =>
  terms.map((t, i) => ops.sum(ops.mul(t, fill(t.shape, i + 5)))).reduce((a, b) => ops.add(a, b));
const PROBLEMS: Record<string, Problem> = {
  'a recurrent layer': (loop, w, xs, more) => {
    const { carry, ys } = loop(
      (h: Tensor, x: Tensor) => {
        const next = ops.tanh(ops.add(ops.matmul(h, w), x));
        return { carry: next, y: ops.mul(next, next) };
      },
      fill([2, 3], 9, 0.1),
      xs,
      more,
    );
    return total(carry, ys);
  },
  'the last state alone': (loop, w, xs, more) =>
    total(
      loop(
        (h: Tensor, x: Tensor) => ({ carry: ops.add(ops.matmul(h, w), x), y: h }),
        ops.mul(fill([2, 3], 9), ops.sum(w)),
        xs,
        more,
      ).carry,
    ),
  'outputs without a state': (loop, w, xs, more) =>
    total(loop((c: Tensor, x: Tensor) => ({ carry: c, y: ops.exp(ops.matmul(x, w)) }), tensor([0]), xs, more).ys),
  'states that swap, and outputs of before': (loop, w, xs, more) => {
    const { carry, ys } = loop(
      ({ a, b }: { a: Tensor; b: Tensor }, x: Tensor) => ({
        carry: { a: ops.mul(ops.add(b, x), ops.sum(w)), b: a },
        y: ops.mul(a, b),
      }),
      { a: fill([2, 3], 1), b: fill([2, 3], 2) },
      xs,
      more,
    );
    return total(carry.a, carry.b, ys);
  },
  'what does not change, hoisted': (loop, w, xs, more) => {
    const square = ops.matmul(w, w);
    const { carry } = loop(
      (h: Tensor, x: Tensor) => ({
        carry: ops.sigmoid(ops.add(ops.matmul(h, ops.exp(ops.transpose(square))), ops.mul(x, w.slice([0, 0], [1, 3])))),
        y: x,
      }),
      fill([2, 3], 4),
      xs,
      more,
    );
    return total(carry);
  },
  'a normalization, whose gradient is a kernel': (loop, w, xs, more) => {
    const [weight, bias] = [ops.slice(w, [0, 0], [1, 3]).reshape([3]), ops.slice(w, [1, 0], [2, 3]).reshape([3])];
    const { carry, ys } = loop(
      (h: Tensor, x: Tensor) => {
        const y = layerNormalized(ops.add(ops.matmul(h, w), x), weight, bias, 0.1);
        return { carry: y, y };
      },
      fill([2, 3], 4),
      xs,
      more,
    );
    return total(carry, ys);
  },
  'loops within a loop': (loop, w, xs, more) => {
    const { carry, ys } = loop(
      (h: Tensor, x: Tensor) => {
        // The inner loop reads the outer state, the outer slice and a parameter; one of its states begins at what is outside of both.
        const rows = ops.stack([x, h, ops.mul(x, h)], 1);
        const inner = loop(
          ({ a, b }: { a: Tensor; b: Tensor }, row: Tensor) => ({
            carry: { a: ops.tanh(ops.add(ops.matmul(a, w), ops.mul(row, x))), b: ops.add(b, row) },
            y: ops.sum(a, 1, true),
          }),
          { a: h, b: ops.slice(w, [0, 0], [2, 3]) },
          rows,
          more,
        );
        return { carry: ops.mul(ops.add(inner.carry.a, inner.carry.b), 0.5), y: inner.ys };
      },
      fill([2, 3], 4),
      xs,
      more,
    );
    return total(carry, ys);
  },
};

describe.each(Object.entries(PROBLEMS))('%s', (_, problem) => {
  test.each([{}, { reverse: true }, { reverse: true, rematerialize: true }])(
    '%o: is what it is unrolled, with both derivatives',
    (more) => {
      const [w, xs] = [fill([3, 3], 3, 0.5), fill([2, 5, 3], 6)];
      const results = [scan, unrolled as Loop].map((loop) => {
        const f = (a: Tensor, b: Tensor) => problem(loop, a, b, more);
        const along = (a: Tensor, b: Tensor) => {
          const { value, grads } = valueAndGrad(f, { wrt: [0, 1] })(a, b);
          return ops.add(value, total(...grads));
        };
        const eager = [f(w, xs), ...grad(f, { wrt: [0, 1] })(w, xs), ...grad(along, { wrt: [0, 1] })(w, xs)];
        const compiled = compile((a: Tensor, b: Tensor) => [
          f(a, b),
          ...grad(f, { wrt: [0, 1] })(a, b),
          ...grad(along, { wrt: [0, 1] })(a, b),
        ]);
        const lists = [eager, compiled(w, xs)].map((list) => list.map((t) => [...t.data()]));
        compiled.dispose();
        return lists;
      });
      const [looped, plain] = results;
      for (const list of [...looped, ...plain.slice(1)])
        list.forEach((values_, i) =>
          values_.forEach((v, k) => expect(Math.abs(v - plain[0][i][k])).toBeLessThan(2e-5 * (1 + Math.abs(v)))),
        );
    },
  );
});

const rnn = (h: Tensor, x: Tensor, w: Tensor) => {
  const next = ops.tanh(ops.add(ops.matmul(h, w), x));
  return { carry: next, y: next };
};
const loss = (w: Tensor, xs: Tensor): Tensor =>
  ops.mean(ops.square(scan((h: Tensor, x: Tensor) => rnn(h, x, w), fill([2, 4], 1), xs).ys));

test('a thousand steps take the program of ten', () => {
  const sizes = [10, 1000].map((steps) => {
    const f = compile((w: Tensor, xs: Tensor) => valueAndGrad(loss)(w, xs));
    const { value } = f(fill([4, 4], 2, 0.4), fill([2, steps, 4], 3));
    expect(value.item()).toBeGreaterThan(0);
    const lines = f.describe().split('\n').length;
    f.dispose();
    return lines;
  });
  // A long sum takes one more instruction.
  expect(sizes[1] - sizes[0]).toBeLessThan(3);
  expect(sizes[0]).toBeLessThan(60);
});

test('rematerialized, a long loop takes little memory, and gives the same', () => {
  const [w, xs] = [fill([16, 16], 2, 0.2), fill([8, 900, 16], 3)];
  const [plain, again] = [{}, { rematerialize: true }].map((more) => {
    const f = (v: Tensor) =>
      scan(
        (h: Tensor, x: Tensor) => ({ carry: ops.tanh(ops.add(ops.matmul(h, v), x)) }),
        fill([8, 16], 1),
        xs,
        more,
      ).carry.sum();
    const g = compile(grad(f));
    const found = [...g(w).data()];
    const bytes = Number(/arena (\d+)/.exec(g.describe())?.[1]);
    g.dispose();
    return { found, bytes };
  });
  expect(again.found).toEqual(plain.found);
  expect(plain.bytes).toBeGreaterThan(900 * 8 * 16 * 4);
  expect(again.bytes).toBeLessThan(plain.bytes / 5);
});

test('results that are read one by one are computed together', () => {
  const { carry, ys } = scan(
    (sum: Tensor, x: Tensor) => ({ carry: sum.add(x), y: sum.mul(2) }),
    tensor([0]),
    tensor([[1, 2, 3]]),
  );
  expect(carry.toArray()).toEqual([6]);
  expect(ys.value).toBeDefined();
  const numbers = scan((k: Tensor, _: Tensor) => ({ carry: k.add(1), y: k }), 0 as never, fill([1, 11], 1), {
    rematerialize: true,
  });
  expect(numbers.ys.toArray()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const profile = compile(
    (x: Tensor) => scan((sum: Tensor, s: Tensor) => ({ carry: sum.add(s) }), tensor([0]), x).carry,
  ).profile(tensor([[1, 2]]));
  expect(String(profile)).toContain('loop');
});

test('what nobody reads is not computed', () => {
  const f = compile(
    (xs: Tensor) =>
      scan(
        (c: { a: Tensor; b: Tensor }, x: Tensor) => ({ carry: { a: c.a.add(x), b: c.b.add(c.a.exp()) }, y: x.sin() }),
        { a: tensor([0]), b: tensor([0]) },
        xs,
      ).carry.a,
  );
  expect(f(tensor([[1, 2, 3]])).toArray()).toEqual([6]);
  expect(f.describe()).not.toMatch(/exp|sin|writeTurn/);
});

test('the Hessian goes through time', () => {
  const f = (w: Tensor) => loss(w, fill([2, 5, 4], 3));
  const [w, v] = [fill([4, 4], 2, 0.4), fill([4, 4], 8)];
  const found = hvp(f)(w, v).data();
  const [up, down] = [1, -1].map((sign) => grad(f)(ops.add(w, ops.mul(v, sign * 1e-2))).data());
  found.forEach((x, i) => expect(Math.abs(x - (up[i] - down[i]) / 2e-2)).toBeLessThan(1e-3));
});

test('trees, numbers for each step, and one step', () => {
  const { carry, ys } = scan(
    ([n, m]: [Tensor, Tensor], { a, b }: { a: Tensor; b: Tensor }) => ({
      carry: [n.add(1), ops.maximum(m, a)] as [Tensor, Tensor],
      y: { count: n, both: [a.sum(), b] as const, nothing: undefined },
    }),
    [tensor(0), tensor([-9, -9])],
    {
      a: tensor([
        [1, 5, 3],
        [2, 0, 1],
      ]),
      b: tensor([
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ]),
    },
  );
  expect(carry.map((t) => t.toArray())).toEqual([3, [5, 2]]);
  expect(ys.count.toArray()).toEqual([0, 1, 2]);
  expect(ys.both.map((t) => t.toArray())).toEqual([
    [3, 5, 4],
    [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
  ]);
  expect(
    scan((c: Tensor, x: Tensor) => ({ carry: c.mul(x), y: c }), tensor([2]), tensor([[7]])).carry.toArray(),
  ).toEqual([14]);
});

const xs = tensor([[1, 2]]);
test.each<[string, () => unknown, string]>([
  [
    'no sequence',
    () => scan((c: Tensor) => ({ carry: c }), xs, {}),
    'scan: xs is an Object; give a tensor [n, t, …], or several',
  ],
  [
    'one axis',
    () => scan((c: Tensor) => ({ carry: c }), xs, tensor([1])),
    'scan: xs has [1]; time is the second axis, [n, t, …], and equally long everywhere',
  ],
  [
    'unequal lengths',
    () => scan((c: Tensor) => ({ carry: c }), xs, [xs, tensor([[1]])]),
    'scan: xs has [1, 1] and 2 steps elsewhere; time is',
  ],
  [
    'a state that grows',
    () => scan((c: Tensor) => ({ carry: ops.concat([c, c]) }), tensor([1]), xs),
    'scan: f returns a carry of [2] for one of [1]; the state keeps its shapes',
  ],
  ['no result', () => scan((() => undefined) as never, xs, xs), 'scan: the result of f'],
  ['a result of other names', () => scan(((c: Tensor) => ({ carry: c, out: c })) as never, xs, xs), "'out'"],
  [
    'a value that is read',
    () => scan((c: Tensor) => ({ carry: c.mul(c.item()) }), tensor([1]), xs),
    'a value was read while',
  ],
])('%s is refused', (_, call, message) => {
  expect(call).toThrow(message);
});
