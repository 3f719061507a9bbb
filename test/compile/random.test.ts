import { expect, test } from 'vitest';
import { compile } from '../../src/compile/compile.js';
import { gradient } from '../../src/differentiate/gradient.js';
import { ShapeError } from '../../src/errors.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';
import { draws } from '../../src/random/draws.js';
import { seedKey } from '../../src/random/keys.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';
import { values } from '../support/numeric.js';

/** Ops that keep numbers small. */
const OPS: ((a: Tensor, b: Tensor) => Tensor)[] = [
  (a) => ops.tanh(a),
  (a) => ops.relu(a),
  (a) => ops.sin(a),
  (a) => ops.mul(a, -0.5),
  (a, b) => ops.add(a, b),
  (a, b) => ops.sub(a, b),
  (a, b) => ops.mul(a, b),
  (a, b) => ops.maximum(a, b),
  (a, b) => ops.where(ops.greater(a, b), a, b),
  (a, b) => ops.sigmoid(ops.matmul(a, b)),
  (a, b) => ops.tanh(ops.matmul(a, b, { transposeA: true })),
  (a, b) => ops.relu(ops.add(ops.matmul(a, b, { transposeB: true }), a)),
  (a) => ops.mean(a, 0),
  (a) => ops.mean(a, -1, true),
  (a) => ops.max(a, 0, true),
  (a) => ops.softmax(a),
  (a) => ops.transpose(a),
  (a) => ops.reshape(a, [a.size]),
  (a) => ops.reshape(a, [-1, 6]),
  (a) => ops.slice(a, [1], [a.shape[0]]),
  (a) => ops.flip(a, 0),
  (a, b) => ops.slice(ops.concat([a, b]), [0], [a.shape[0]]),
];

/** A random graph that depends on a seed: which op takes which of the tensors so far, and which are the results. */
function graph(seed: number, length: number): (xs: readonly Tensor[], each: (t: Tensor) => Tensor) => Tensor[] {
  return (xs, each) => {
    const { uniform } = draws(seedKey(seed), 0);
    const pick = (n: number): number => Math.floor(uniform(0, n));
    const made = [...xs];
    for (let i = 0; i < length; i++) {
      const [op, a, b] = [OPS[pick(OPS.length)], made[pick(made.length)], made[pick(made.length)]];
      try {
        made.push(each(op(a, b)));
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error; // these two shapes do not fit: try another op
      }
    }
    return made.filter((_, i) => i >= xs.length && (pick(3) === 0 || i === made.length - 1));
  };
}
const read = (t: Tensor): Tensor => tensor(t.data(), t.shape);

const SMALL = [[4, 6], [6], [4, 1], [6, 4]];
const LARGE = [[96, 90], [90], [96, 1], [90, 6]];
const made = (shapes: readonly (readonly number[])[]): Tensor[] =>
  shapes.map((shape, i) =>
    tensor(
      values(
        shape.reduce((a, b) => a * b, 1),
        i + 1,
      ),
      shape,
    ),
  );

test.each([
  ['small', SMALL, 60],
  ['of several tiles', LARGE, 12],
] as const)('%s: random graphs give the same bits as a whole and op by op', (_, shapes, count) => {
  const xs = made(shapes);
  for (let seed = 0; seed < count; seed++) {
    const build = graph(seed, 40);
    const whole = compile((...given: Tensor[]) => build(given, (t) => t));
    const [once, again] = [whole(...xs), whole(...xs)];
    build(xs, read).forEach((t, i) => {
      expect(once[i].shape, `seed ${seed}, result ${i}`).toEqual(t.shape);
      expect(once[i].data(), `seed ${seed}, result ${i}`).toEqual(t.data());
      expect(again[i].data(), `seed ${seed}, result ${i}, again`).toEqual(t.data());
    });
    whole.dispose();
    // Tensors that are read on the way are remembered, and used again.
    const { uniform } = draws(seedKey(seed), 1);
    const some = build(xs, (t) => {
      if (uniform(0, 1) < 0.3) t.data();
      return t;
    });
    some.forEach((t, i) => {
      expect(t.data(), `seed ${seed}, result ${i}, some read`).toEqual(once[i].data());
    });
  }
});

test('gradients of random graphs too', () => {
  const xs = made(SMALL);
  for (let seed = 0; seed < 60; seed++) {
    const build = graph(seed, 25);
    const f = (...given: Tensor[]): Tensor[] => {
      const loss = build(given, (t) => t)
        .map((t) => ops.sum(t))
        .reduce((a, b) => ops.add(a, b));
      return [loss, ...gradient(loss, given)];
    };
    const whole = compile(f);
    const lazy = f(...xs);
    whole(...xs).forEach((t, i) => {
      expect(t.data(), `seed ${seed}, result ${i}`).toEqual(lazy[i].data());
    });
    whole.dispose();
  }
});
