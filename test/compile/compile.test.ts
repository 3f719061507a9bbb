import { describe, expect, test } from 'vitest';
import { type Compiled, compile } from '../../src/compile/compile.js';
import { profile } from '../../src/compile/profile.js';
import { Program } from '../../src/compile/program.js';
import { grad } from '../../src/differentiate/grad.js';
import { DisposedError, RegulusError } from '../../src/errors.js';
import { Storage, stored, view } from '../../src/graph/leaves.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { assign } from '../../src/ops/storage.js';
import { tensor } from '../../src/tensor/create.js';
import { randomGenerator } from '../../src/tensor/randomGenerator.js';
import { bytes, callCount, floats } from '../../src/wasm/engine.js';
import { PAGE } from '../../src/wasm/memories.js';
import { memoryInfo } from '../../src/wasm/memory.js';
import '../../src/tensor/methods.js';

const x = tensor([
  [1, -2],
  [3, 4],
]);
const w = tensor([
  [1, 0, 2],
  [0, 1, -1],
]);
const layer = (a: Tensor, b: Tensor): Tensor =>
  a
    .matmul(b)
    .add(tensor([1, 2, 3]))
    .relu();

describe('a compiled function', () => {
  test('computes what the function computes', () => {
    const f = compile(layer);
    expect(f(x, w).toArray()).toEqual(layer(x, w).toArray());
    expect(f(x.mul(2), w).toArray()).toEqual(layer(x.mul(2), w).toArray());
    f.dispose();
  });
  test('reads the argument of each call, and writes a large one once', () => {
    const f = compile((t: Tensor, u: Tensor) => t.sub(u).abs());
    const [a, b] = [1, 2].map((seed) => randomGenerator(seed).normal([70, 64]));
    const expected = (t: Tensor, u: Tensor) => t.sub(u).abs().data();
    for (const [t, u] of [
      [a, b],
      [a, b],
      [b, a],
      [b, b],
      [a, b],
    ])
      expect(f(t, u).data()).toEqual(expected(t, u));
    f(a, b);
    const memory = floats();
    const writes: number[] = [];
    const set = memory.set;
    memory.set = (values, at) => {
      writes.push((values as Float32Array).length);
      set.call(memory, values, at);
    };
    f(a, b);
    f(b, b);
    expect(writes).toEqual([70 * 64]);
    f.dispose();
  });
  test('is traced once for each set of shapes, and one call after', () => {
    let traced = 0;
    const f = compile((t: Tensor) => {
      traced++;
      return t.mul(2).sum();
    });
    for (const n of [3, 3, 4, 3, 4]) f(tensor(new Array(n).fill(1))).item();
    expect(traced).toBe(2);
    const t = tensor([1, 2, 3]);
    const before = callCount();
    f(t);
    expect(callCount() - before).toBe(1);
    f.dispose();
  });
  test('may be a gradient, and return several tensors', () => {
    const f = compile((t: Tensor) => ({ value: t.square().sum(), slope: grad((s: Tensor) => s.square().sum())(t) }));
    const { value, slope } = f(tensor([1, 2]));
    expect([value.item(), slope.toArray()]).toEqual([5, [2, 4]]);
    f.dispose();
  });
  test('fuses product, bias and activation into one instruction', () => {
    const f = compile(layer);
    f(x, w);
    const lines = f.describe().split('\n');
    expect(lines.filter((line) => line.includes('gemm')).length).toBe(1);
    expect(f.describe()).not.toMatch(/relu|add/);
    f.dispose();
  });
  test('says where its time goes', () => {
    const f = compile(layer);
    const timings = f.profile(x, w);
    expect(timings.map(({ kernels }) => kernels)).toEqual([['gemm']]);
    expect(timings[0].microseconds).toBeGreaterThan(0);
    expect(timings[0]).toMatchObject({ share: 1, flops: 2 * 2 * 2 * 3 });
    expect(String(profile(f, x, w))).toMatch(/µs +100\.0 % +gemm .*GFLOP\/s/);
    f.dispose();
  });
  test('returns its memory', () => {
    const before = memoryInfo().used;
    const f = compile(layer);
    f(x, w);
    expect(memoryInfo().used).toBeGreaterThan(before);
    f.dispose();
    expect(memoryInfo().used).toBe(before);
    expect(() => f(x, w)).toThrow(DisposedError);
  });
  test('is traced for each value of what is no tensor', () => {
    const f = compile((t: Tensor, by: number, how?: { shift: number }) => t.mul(by).add(how?.shift ?? 0));
    const one = tensor([1]);
    const results = [2, Infinity, -Infinity, Number.NaN].map((by) => f(one, by).item());
    expect(results).toEqual([2, Infinity, -Infinity, Number.NaN]);
    expect([f(one, 2, { shift: 1 }).item(), f(one, 2, { shift: 2 }).item()]).toEqual([3, 4]);
    f.dispose();
  });
  test('refuses arguments that it could not tell apart', () => {
    const f = compile((t: Tensor, by: unknown) => (by ? t.neg() : t)) as Compiled & ((...args: unknown[]) => Tensor);
    expect(() => f(x, (t: Tensor) => t.mul(2))).toThrow(
      'compile: a function cannot be an argument, because it may change between calls; use it from outside the function',
    );
    expect(() => f(x, new Map())).toThrow('compile: a Map cannot be an argument');
    f.dispose();
  });
  test('writes nothing where it does not read', () => {
    const before = bytes().slice(0, PAGE);
    const f = compile((_: Tensor, t: Tensor) => {
      randomGenerator(1).normal([3]); // asks for the counter, but nothing reads it
      return t.mul(2);
    });
    expect(f(x, w).toArray()).toEqual(w.mul(2).toArray());
    expect(bytes().slice(0, PAGE)).toEqual(before);
    f.dispose();
  });
  test('cannot look at numbers that are not there yet', () => {
    const f = compile((t: Tensor) => (t.sum().item() > 0 ? t : t.neg()));
    expect(() => f(x)).toThrow('a value was read while a function is compiled');
  });
});

describe('planning', () => {
  test('elementwise neighbours run tile by tile, and memory is used again', () => {
    const t = tensor(new Float32Array(50_000).fill(0.5));
    const program = new Program([t.mul(2).add(1).tanh().sub(0.25).square()]);
    expect(program.describe()).toMatch(/┌ mul.*\n│ add.*\n│ tanh.*\n│ sub.*\n└ square/);
    const { arena, intermediates } = program.memory;
    expect(arena).toBeLessThan(intermediates / 4);
    program.run();
    program.dispose();
  });
  test('a storage is overwritten after its last reader, in whatever order the roots are', () => {
    for (const turned of [false, true]) {
      const storage = new Storage('a test', 64, 'programs');
      floats().set([1, 2, 3, 4], storage.at >> 2);
      const old = view(stored(storage, [16]), 0, [4]);
      const next = assign(stored(storage, [16]), old.mul(10));
      const reader = old.add(0.5);
      const roots = turned ? [next, reader] : [reader, next];
      const program = new Program(roots);
      program.run();
      expect([...program.read(reader)]).toEqual([1.5, 2.5, 3.5, 4.5]);
      expect([...floats().subarray(storage.at >> 2, (storage.at >> 2) + 4)]).toEqual([10, 20, 30, 40]);
      program.dispose();
      storage.dispose();
    }
  });
  test('a cycle of overwriting is refused', () => {
    const storage = new Storage('a test', 64, 'programs');
    const old = stored(storage, [16]);
    const next = assign(old, old.mul(2));
    expect(() => new Program([old.add(view(next, 0, [16]))])).toThrow(RegulusError);
    storage.dispose();
  });
  test('a storage that is gone is not read', () => {
    const storage = new Storage('the test’s storage', 64, 'programs');
    const program = new Program([stored(storage, [16]).mul(2)]);
    storage.dispose();
    expect(() => program.run()).toThrow('the test’s storage has been disposed of');
    program.dispose();
  });
});
