import { expect, test } from 'vitest';
import { grad } from '../../src/differentiate/grad.js';
import type { Tensor } from '../../src/graph/tensor.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

const numbers = (shape: number[], seed: number): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(Math.sin(seed * (i + 1)))),
    shape,
  );
/** [kh, kw, 1, c] as the full weights [kh, kw, c, c] that are 0 off the diagonal. */
const diagonal = (w: Tensor, c: number): Tensor =>
  w.reshape([...w.shape.slice(0, 2), c, 1]).mul(
    tensor(
      Float32Array.from({ length: c * c }, (_, i) => Number(i % c === Math.floor(i / c))),
      [c, c],
    ),
  );

const CASES: [channels: number, options: ops.Conv2dOptions, kernel: number[]][] = [
  [2, {}, [3, 3]],
  [5, { padding: 'same', stride: 2 }, [3, 2]],
  [16, { padding: 1, dilation: 2 }, [2, 3]],
  [19, { padding: 'same', stride: [1, 2] }, [3, 3]],
  [40, { padding: 'same' }, [1, 5]],
];
test.each(CASES)('a filter for each of %i channels, %j, is a convolution with the rest at 0', (c, options, kernel) => {
  const [x, w] = [numbers([2, 7, 6, c], 0.7), numbers([...kernel, 1, c], 1.3)];
  const own = (a: Tensor, b: Tensor): Tensor => ops.conv2d(a, b, { ...options, groups: c });
  const full = (a: Tensor, b: Tensor): Tensor => ops.conv2d(a, diagonal(b, c), options);
  const near = (a: Tensor, b: Tensor): void => {
    expect(a.shape).toEqual(b.shape);
    const [p, q] = [a.data(), b.data()];
    p.forEach((v, i) => expect(Math.abs(v - q[i])).toBeLessThan(2e-5));
  };
  near(own(x, w), full(x, w));
  const slopes = (f: typeof own) =>
    grad((a: Tensor, b: Tensor) => f(a, b).square().sum().mul(0.1), { wrt: [0, 1] })(x, w);
  const second = (f: typeof own) =>
    grad((b: Tensor) =>
      grad((a: Tensor) => f(a, b).square().sum().mul(0.1))(x)
        .square()
        .sum()
        .mul(0.1),
    )(w);
  slopes(own).forEach((slope, i) => near(slope, slopes(full)[i]));
  near(second(own), second(full));
});
