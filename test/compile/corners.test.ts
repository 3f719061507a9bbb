import { describe, expect, test } from 'vitest';
import {
  adam,
  compile,
  grad,
  memoryInfo,
  nn,
  type Tensor,
  tensor,
  UnsupportedError,
  valueAndGrad,
} from '../../src/index.js';
import { fold } from '../../src/compile/fold.js';
import { group } from '../../src/compile/group.js';
import { input } from '../../src/graph/leaves.js';
import { sorted } from '../../src/graph/sort.js';
import { needs } from '../../src/graph/tensor.js';
import { copied } from '../../src/ops/copy.js';
import { assign } from '../../src/ops/storage.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { full } from '../../src/tensor/create.js';
import { values } from '../support/numeric.js';

const x = tensor([
  [1, 2],
  [3, 4],
]);
const identity = tensor([
  [1, 0],
  [0, 1],
]);

describe('what is fused with a product', () => {
  test('one addend only', () => {
    const f = compile((a: Tensor, b: Tensor, c: Tensor, d: Tensor) => a.matmul(b).add(c).add(d));
    expect(f(x, identity, tensor([10, 20]), tensor([100, 200])).toArray()).toEqual([
      [111, 222],
      [113, 224],
    ]);
    f.dispose();
  });
  test('a row, but no column of as many numbers', () => {
    const f = compile((a: Tensor, b: Tensor, c: Tensor) => a.matmul(b).add(c));
    expect(f(x, identity, tensor([[10], [20]])).toArray()).toEqual([
      [11, 12],
      [23, 24],
    ]);
    f.dispose();
  });
  test('nothing where others read the product too: it is computed once', () => {
    const f = compile((a: Tensor, b: Tensor) => [a.matmul(b).relu(), a.matmul(b).exp()]);
    f(x, identity);
    expect([...f.describe().matchAll(/^[ ┌│└] (\w+)/gm)].map(([, name]) => name)).toEqual(['gemm', 'relu', 'exp']);
    f.dispose();
  });
});

test('two states that begin equal have memory of their own', () => {
  const steps =
    (optimizer: ReturnType<typeof adam>) =>
    (theta: Tensor, g: Tensor): Tensor => {
      const one = optimizer.update(theta, g, optimizer.init(theta));
      return optimizer.update(one.theta, g, one.state).theta;
    };
  const [t, g] = [tensor([1, 2, 3]), tensor([0.5, -1, 2])];
  const f = compile(steps(adam({ learningRate: 0.1 })));
  const [whole, truth] = [f(t, g).data(), steps(adam({ learningRate: 0.1 }))(t, g).data()];
  whole.forEach((v, i) => expect(v).toBeCloseTo(truth[i], 5));
  f.dispose();
});

test('a function that is differentiated may print a value; who goes on with its numbers is refused', () => {
  const read = (t: Tensor): Tensor => {
    const y = t.square();
    String(y);
    return y.sum();
  };
  expect([...grad(read)(tensor([1, 2])).data()]).toEqual([2, 4]);
  const lost = (t: Tensor): Tensor => tensor(t.square().data()).sum();
  expect(() => grad(lost)(tensor([1, 2]))).toThrow(UnsupportedError);
});

test('a compiled function draws other numbers at every call', () => {
  const { call } = { call: compile((t: Tensor) => t.add(randomGenerator(1).normal([4]))) };
  const model = nn.sequential([nn.dropout({ keep: 0.5 })]).build([64]);
  const f = compile((t: Tensor) => model(t, { training: true }));
  const ones = full([1, 64], 1);
  expect(f(ones).data()).not.toEqual(f(ones).data());
  expect(call(full([4], 0)).data()).toEqual(call(full([4], 0)).data());
  call.dispose();
  f.dispose();
});

test('a compiled function in another one is a part of it', () => {
  const inner = compile((t: Tensor) => t.square());
  expect([...grad((t: Tensor) => inner(t).sum())(tensor([1, 2])).data()]).toEqual([2, 4]);
  expect(valueAndGrad((t: Tensor) => inner(t).sum())(tensor([3])).value.item()).toBe(9);
  const outer = compile((t: Tensor) => inner(t).add(1));
  expect([...outer(tensor([3])).data()]).toEqual([10]);
  outer.dispose();
  inner.dispose();
});

test('elementwise results of equally many parts and other sizes stand in groups of their own', () => {
  const [a, b] = [tensor(values(4100)), tensor(values(4104))];
  const steps = group([a.exp(), b.exp()]);
  expect(steps.map(({ begin, end }) => [begin, end])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('what overwrites is not folded', () => {
  const written = assign(copied(full([2], 0)), tensor([1, 2]));
  const folded: Tensor[] = [];
  const [root] = fold([written.add(input([2]))], (wanted) => {
    folded.push(...wanted);
    return wanted.map(({ size }) => new Float32Array(size));
  });
  expect(folded).not.toContain(written);
  expect(sorted([root], needs).some(({ op }) => op === written.op)).toBe(true);
});

describe('arguments that look alike have programs of their own', () => {
  test('a tensor, and a record of its shape', () => {
    const f = compile<(t: unknown) => Tensor>((t) =>
      t instanceof Object && 'op' in t ? (t as Tensor).sum() : tensor([7]),
    );
    expect(f(tensor([1, 2]))).toHaveProperty('size', 1);
    expect([...f({ shape: [2] }).data()]).toEqual([7]);
    f.dispose();
  });
  test('0 and −0', () => {
    const f = compile((t: Tensor, by: number) => t.div(full([], by)));
    expect([f(tensor([1]), 0).item(), f(tensor([1]), -0).item()]).toEqual([Infinity, -Infinity]);
    f.dispose();
  });
});

describe('programs that are kept', () => {
  test('are bounded, and those that are given up return their memory', () => {
    const f = compile((t: Tensor, by: number) => t.mul(by).exp().sum());
    for (let n = 1; n <= 140; n++) f(x, n);
    const held = memoryInfo().programs;
    for (let n = 141; n <= 400; n++) f(x, n);
    expect(memoryInfo().programs).toBeLessThan(1.2 * held);
    expect(f.describe().split('\n\n')).toHaveLength(128);
    f.dispose();
  });
  test('are the last used', () => {
    let traced = 0;
    const f = compile((t: Tensor) => {
      traced++;
      return t.exp();
    });
    f(tensor([1]));
    for (let n = 2; n <= 200; n++) {
      f(tensor(values(n)));
      f(tensor([1]));
    }
    expect(traced).toBe(200);
    f.dispose();
  });
});

test('a value that is read while a function is differentiated is refused where it is read', () => {
  let after = false;
  const slope = grad((t: Tensor) => {
    t.mul(2).data();
    after = true;
    return t.sum();
  });
  expect(() => slope(x)).toThrow(UnsupportedError);
  expect(after).toBe(false);
});
