import { expect, test } from 'vitest';
import { grad } from '../../src/differentiate/grad.js';
import * as ops from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import '../../src/tensor/methods.js';

type Four = readonly [number, number, number, number];
interface Case {
  /** [n, h, w, channels] */
  readonly image: Four;
  /** [kh, kw, channels of a group, filters] */
  readonly kernel: Four;
  readonly stride?: number;
  readonly dilation?: number;
  readonly pad?: number;
  readonly groups?: number;
}
const CASES: Record<string, Case> = {
  'a line longer than a view': { image: [1, 2, 1100, 3], kernel: [1, 5, 3, 8], pad: 2 },
  'a long line with a stride, in slices': { image: [2, 1, 1300, 20], kernel: [1, 4, 20, 9], stride: 2, pad: 1 },
  'long lines of many channels': { image: [1, 3, 530, 130], kernel: [3, 3, 130, 3], pad: 1 },
  'images smaller than the kernel': { image: [150, 1, 1, 6], kernel: [3, 3, 6, 8], pad: 1 },
  'many images of a few places': { image: [140, 2, 2, 17], kernel: [3, 3, 17, 12], pad: 1 },
  'more channels than a copy holds': { image: [1, 2, 2, 40000], kernel: [3, 3, 40000, 1], pad: 1 },
  'taps further apart than a copy holds': { image: [1, 12, 12, 2], kernel: [5, 5, 2, 5], dilation: 150, pad: 300 },
  'an image with no border': { image: [2, 9, 9, 24], kernel: [3, 3, 24, 16] },
  'strides beyond the kernel': { image: [2, 11, 10, 5], kernel: [2, 2, 5, 7], stride: 3 },
  'groups that are read in place': { image: [2, 7, 8, 12], kernel: [3, 3, 4, 12], groups: 3 },
  'squares of an image of odd sizes': { image: [3, 7, 9, 16], kernel: [3, 3, 16, 24], pad: 1 },
  'squares with no border': { image: [2, 9, 8, 24], kernel: [3, 3, 24, 16] },
  'squares with a wide border': { image: [2, 5, 6, 40], kernel: [3, 3, 40, 16], pad: 2 },
  'squares of more images than are taken together': { image: [40, 4, 6, 64], kernel: [3, 3, 64, 72], pad: 1 },
  'squares of more channels than are listed at once': { image: [1, 6, 6, 1032], kernel: [3, 3, 1032, 16], pad: 1 },
  'squares of as many channels as there may be': { image: [1, 4, 4, 4096], kernel: [3, 3, 4096, 16], pad: 1 },
  'more channels than squares may have': { image: [1, 4, 4, 8200], kernel: [3, 3, 8200, 16], pad: 1 },
  'phases of a stride of 3': { image: [2, 13, 11, 6], kernel: [4, 5, 6, 9], stride: 3, pad: 2 },
  'phases that no tap meets': { image: [2, 9, 8, 6], kernel: [1, 2, 6, 9], stride: 3 },
  'phases of a stride with distant taps': {
    image: [2, 15, 13, 6],
    kernel: [3, 2, 6, 9],
    stride: 4,
    dilation: 2,
    pad: 1,
  },
  'groups of more than a slice': { image: [1, 6, 6, 40], kernel: [3, 2, 20, 10], groups: 2, pad: 1 },
};

const values = (shape: readonly number[], seed: number): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(Math.sin(seed * (i + 1))));

/** The definition: y, and the gradients of the sum of y·r for x and w. */
function defined(
  { image, kernel, stride = 1, dilation = 1, pad = 0, groups = 1 }: Case,
  x: Float32Array,
  w: Float32Array,
) {
  const [n, h, wide, channels] = image;
  const [kh, kw, depth, filters] = kernel;
  const out = (size: number, k: number) => Math.floor((size + 2 * pad - dilation * (k - 1) - 1) / stride) + 1;
  const shape = [n, out(h, kh), out(wide, kw), filters];
  const r = values(shape, 0.57);
  const [y, dx, dw] = [new Float64Array(r.length), new Float64Array(x.length), new Float64Array(w.length)];
  const group = filters / groups;
  for (let place = 0; place < r.length / filters; place++) {
    const ox = place % shape[2];
    const oy = Math.floor(place / shape[2]) % shape[1];
    const one = Math.floor(place / shape[2] / shape[1]);
    for (let ky = 0; ky < kh; ky++)
      for (let kx = 0; kx < kw; kx++) {
        const [iy, ix] = [oy * stride - pad + ky * dilation, ox * stride - pad + kx * dilation];
        if (iy < 0 || ix < 0 || iy >= h || ix >= wide) continue;
        const pixel = ((one * h + iy) * wide + ix) * channels;
        for (let c = 0; c < depth; c++)
          for (let f = 0; f < filters; f++) {
            const from = pixel + Math.floor(f / group) * depth + c;
            const weight = ((ky * kw + kx) * depth + c) * filters + f;
            y[place * filters + f] += x[from] * w[weight];
            dx[from] += r[place * filters + f] * w[weight];
            dw[weight] += r[place * filters + f] * x[from];
          }
      }
  }
  return { shape, r, y, dx, dw };
}

test.each(Object.entries(CASES))('%s: the convolution and its gradients are those of the definition', (_, one) => {
  const { stride, dilation, pad: padding, groups } = one;
  const [a, b] = [values(one.image, 0.7), values(one.kernel, 1.3)];
  const [x, w] = [tensor(a, [...one.image]), tensor(b, [...one.kernel])];
  const { shape, r, ...truth } = defined(one, a, b);
  const convolved = (p: typeof x, q: typeof x) =>
    ops.conv2d(
      p,
      q,
      Object.fromEntries(Object.entries({ stride, dilation, padding, groups }).filter(([, v]) => v !== undefined)),
    );
  const y = convolved(x, w);
  expect(y.shape).toEqual(shape);
  const [dx, dw] = grad((p, q) => convolved(p, q).mul(tensor(r, shape)).sum(), { wrt: [0, 1] })(x, w);
  for (const [what, found, expected] of [
    ['y', y, truth.y],
    ['dx', dx, truth.dx],
    ['dw', dw, truth.dw],
  ] as const) {
    const far = found.data().findIndex((v, i) => !(Math.abs(v - expected[i]) <= 2e-4 + 1e-5 * Math.abs(expected[i])));
    expect(far, what).toBe(-1);
  }
});

const ACTIVATIONS = {
  none: (v: number) => v,
  relu: (v: number) => Math.max(0, v),
  tanh: Math.tanh,
  sigmoid: (v: number) => 1 / (1 + Math.exp(-v)),
};
test.each(Object.entries(ACTIVATIONS))('squares are finished with a bias and %s', (name, f) => {
  const one: Case = { image: [2, 5, 7, 16], kernel: [3, 3, 16, 40], pad: 1 };
  const [a, b, c] = [values(one.image, 0.7), values(one.kernel, 1.3), values([40], 0.9)];
  const y = ops.conv2d(tensor(a, [...one.image]), tensor(b, [...one.kernel]), { padding: 1 }).add(tensor(c));
  const found = (name === 'none' ? y : y[name as 'relu']()).data();
  const truth = defined(one, a, b).y;
  const far = found.findIndex((v, i) => !(Math.abs(v - f(truth[i] + c[i % 40])) <= 1e-4));
  expect(far).toBe(-1);
});
