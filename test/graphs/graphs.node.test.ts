import { afterAll, expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { gradient } from '../../src/differentiate/gradient.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { setThreads } from '../../src/wasm/runtime.js';
import '../../src/tensor/methods.js';
import { type Graph, graphOf } from './graph.js';

/** `npm run fuzz` asks for more, and for other seeds. */
const COUNT = Number(process.env.GRAPHS ?? 2000);
const FIRST = Number(process.env.SEED ?? 0);
/** One graph in this many is large, with several tiles and parts. */
const LARGE = 50;

afterAll(async () => void (await setThreads(1)));

const inner = (a: readonly Float32Array[], b: readonly ArrayLike<number>[]): number =>
  a.reduce((sum, x, i) => x.reduce((s, v, k) => s + v * b[i][k], sum), 0);
const sizeAt = (a: readonly Float32Array[], b: readonly ArrayLike<number>[]): number =>
  a.reduce((sum, x, i) => x.reduce((s, v, k) => s + Math.abs(v * b[i][k]), sum), 0);

/** Results, the gradient, and the gradient of the gradient along `across`. */
function described(graph: Graph): (...xs: Tensor[]) => Tensor[] {
  return (...xs) => {
    const results = graph.build(xs);
    const slopes = gradient(results[results.length - 1], xs);
    const along = slopes
      .map((slope, i) => ops.sum(ops.mul(slope, tensor(graph.across[i], graph.shapes[i]))))
      .reduce((a, b) => ops.add(a, b));
    return [...results, ...slopes, ...gradient(along, xs)];
  };
}
const given = (graph: Graph): Tensor[] => graph.shapes.map((shape, i) => tensor(graph.x[i], shape));

/** Describes what is wrong with the library's results. */
function faults(graph: Graph, data: readonly Float32Array[]): string[] {
  const found: string[] = [];
  graph.truth.forEach(({ v }, i) => {
    const off = data[i].reduce((most, x, k) => Math.max(most, Number.isNaN(x) ? Infinity : Math.abs(x - v[k])), 0);
    if (data[i].length !== v.length || off > graph.within[i])
      found.push(`result ${i} is off by ${off}, more than ${graph.within[i]}`);
  });
  const n = graph.shapes.length;
  const from = graph.truth.length + 1;
  const [first, second] = [data.slice(from, from + n), data.slice(from + n)];
  const seen = [inner(graph.along, first), inner(graph.across, first), inner(graph.along, second)];
  // The sum along a direction is rounded too, and its terms may cancel.
  const sizes = [sizeAt(graph.along, first), sizeAt(graph.across, first), sizeAt(graph.along, second)];
  graph.slopes.forEach(({ value, within }, i) => {
    const name = ['gradient', 'gradient', 'second gradient'][i];
    const off = Math.abs(seen[i] - value);
    if (!(off <= within + 2e-5 * sizes[i]))
      found.push(`the ${name} gives ${seen[i]} along a direction, not ${value} ± ${within}`);
  });
  return found;
}

const failures: string[] = [];
const again: { seed: number; large: boolean; data: readonly Float32Array[] }[] = [];
test(
  `${COUNT} random graphs are what float64 computes: eager, compiled, with first and second gradients`,
  () => {
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      const large = seed % LARGE === LARGE - 1;
      let graph = graphOf(seed, large);
      const f = described(graph);
      const xs = given(graph);
      const lazy = f(...xs).map((t) => t.data());
      const whole = compile(f);
      const once = whole(...xs).map((t) => t.data());
      const other = whole(
        ...xs.map((x) =>
          tensor(
            x.data().map((v) => -v),
            x.shape,
          ),
        ),
      );
      other.forEach((t) => void t.data());
      const replayed = whole(...xs).map((t) => t.data());
      whole.dispose();
      const at = `seed ${seed}\n${graph.names.join('\n')}`;
      lazy.forEach((x, i) => {
        if (!sameBits(x, once[i])) failures.push(`result ${i}: compiled and eager differ: ${at}`);
        if (!sameBits(x, replayed[i])) failures.push(`result ${i}: the third run of a program differs: ${at}`);
      });
      if (faults(graph, lazy).length) {
        // Repeats with more runs with rounding errors, so that chance causes no false alarm.
        graph = graphOf(seed, large, 40);
        if (!graph.doubtful) failures.push(...faults(graph, lazy).map((fault) => `${fault}: ${at}`));
      }
      if (large || seed % 25 === 0) again.push({ seed, large, data: lazy });
    }
    expect(failures.slice(0, 5).join('\n\n')).toBe('');
  },
  COUNT * 100 + 30_000,
);

test(
  'two threads give the same bits',
  async () => {
    expect(await setThreads(2)).toBe(2);
    for (const { seed, large, data } of again) {
      const graph = graphOf(seed, large);
      const whole = compile(described(graph));
      for (let run = 0; run < 3; run++)
        whole(...given(graph)).forEach((t, i) => {
          if (!sameBits(t.data(), data[i])) failures.push(`seed ${seed}, result ${i}, run ${run}`);
        });
      whole.dispose();
    }
    expect(failures.slice(0, 5).join('\n\n')).toBe('');
  },
  COUNT * 100 + 30_000,
);

/** NaN is equal to NaN, 0 and −0 are not equal. */
const sameBits = (a: Float32Array, b: Float32Array): boolean => {
  const [p, q] = [new Uint32Array(a.buffer, a.byteOffset, a.length), new Uint32Array(b.buffer, b.byteOffset, b.length)];
  return p.length === q.length && p.every((word, i) => word === q[i] || (Number.isNaN(a[i]) && Number.isNaN(b[i])));
};
