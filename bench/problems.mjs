// All libraries get the same weights and data, from a small generator.
const generator = (seed) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296 - 0.5;
  };
};
const filled = (n, random, scale = 1) => Float32Array.from({ length: n }, () => scale * random());

/** The initial weights of a network, with its examples in batches and its targets. */
export function problem({ sizes, batch, batches, activation, loss, optimizer, seed }) {
  const random = generator(seed);
  const weights = sizes.slice(1).map((n, i) => filled(sizes[i] * n, random, Math.sqrt(24 / sizes[i])));
  const x = filled(batches * batch * sizes[0], random, 2);
  const classes = sizes.at(-1);
  const y =
    loss === 'crossEntropy'
      ? Float32Array.from({ length: batches * batch }, (_, i) => (i * 7) % classes)
      : Float32Array.from({ length: batches * batch }, (_, i) => (x[2 * i] * x[2 * i + 1] > 0 ? 1 : -1));
  return { sizes, batch, batches, activation, loss, optimizer, weights, x, y };
}

export const mlp = problem({
  sizes: [784, 512, 256, 10],
  batch: 128,
  batches: 40,
  activation: 'relu',
  loss: 'crossEntropy',
  optimizer: { name: 'adam', learningRate: 1e-3 },
  seed: 1,
});
/** The network with batch normalization, dropout, L2 and momentum. */
export const regularized = {
  ...mlp,
  optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
  normalized: true,
  keep: 0.5,
  l2: 1e-4,
};
export const tiny = problem({
  sizes: [2, 16, 16, 1],
  batch: 64,
  batches: 64,
  activation: 'tanh',
  loss: 'mse',
  optimizer: { name: 'sgd', learningRate: 0.1 },
  seed: 2,
});

const random = generator(3);
/** op(a)·op(b) of [m, k] and [k, n], as three layouts. */
export function product(m, k, n) {
  const [left, right] = [filled(m * k, random), filled(k * n, random)];
  const forms = {
    AB: { a: [m, k], b: [k, n], transposeA: false, transposeB: false },
    AᵀB: { a: [k, m], b: [k, n], transposeA: true, transposeB: false },
    ABᵀ: { a: [m, k], b: [n, k], transposeA: false, transposeB: true },
  };
  return { left, right, forms, flops: 2 * m * k * n };
}
/** The input of elementwise functions and softmax. */
export const rows = { shape: [4096, 1024], x: filled(4096 * 1024, random, 8) };

/** The multiplications and additions of a training step of dense layers. The backward pass takes twice as many as the
 *  forward pass, except for the gradient of the input. */
export const flopsOf = ({ sizes, batch }) =>
  sizes.slice(1).reduce((sum, n, i) => sum + 2 * batch * sizes[i] * n * (i === 0 ? 2 : 3), 0);
/** Those of the forward pass alone. */
export const forwardFlopsOf = ({ sizes, batch }) =>
  sizes.slice(1).reduce((sum, n, i) => sum + 2 * batch * sizes[i] * n, 0);
export const flopsOfImages = 64 * 2 * (784 * 9 * 16 * 2 + 196 * 144 * 32 * 3 + 1568 * 128 * 3 + 1280 * 3);

/** Images 28×28×1, conv3×3(16) relu pool, conv3×3(32) relu pool, dense 128 relu, dense 10; weights as [kh, kw, in, out] and
 *  [in, out], the first dense layer's rows by (row, column, channel). */
export const cnn = (() => {
  const random = generator(4);
  const [batch, batches] = [64, 10];
  const shapes = [
    [3, 3, 1, 16],
    [3, 3, 16, 32],
    [1568, 128],
    [128, 10],
  ];
  return {
    batch,
    batches,
    shapes,
    weights: shapes.map((shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return filled(size, random, Math.sqrt((24 * shape.at(-1)) / size));
    }),
    x: filled(batch * batches * 784, random, 1),
    y: Float32Array.from({ length: batch * batches }, (_, i) => (i * 7) % 10),
    learningRate: 1e-3,
  };
})();

/** A language model: embedding and learned positions, `blocks` of causal attention and a hidden layer of 4·width units with
 *  exact gelu, each behind a layer normalization, and a projection; weights [in, out] in the order of the layers, biases 0. */
export const gpt = (() => {
  const random = generator(5);
  const [vocabulary, length, width, heads, blocks, batch, batches] = [96, 128, 128, 4, 2, 16, 8];
  const block = [
    [width, width],
    [width, width],
    [width, width],
    [width, width],
    [width, 4 * width],
    [4 * width, width],
  ];
  const shapes = [[vocabulary, width], [length, width], ...Array(blocks).fill(block).flat(), [width, vocabulary]];
  const ids = Float32Array.from({ length: batches * batch * (length + 1) }, () =>
    Math.floor((random() + 0.5) * vocabulary),
  );
  const weights = shapes.map(([m, n]) => filled(m * n, random, 0.1));
  return { vocabulary, length, width, heads, blocks, batch, batches, shapes, weights, ids, learningRate: 1e-3 };
})();
/** The multiplications and additions of a step; causal attention computes half of its products. */
export const flopsOfText = (({ batch, length, width, blocks, vocabulary }) => {
  const dense = blocks * 12 * width * width + width * vocabulary;
  return 6 * batch * length * (dense + (blocks * 2 * length * width) / 2);
})(gpt);

/** A residual network on images 32×32×3: a convolution, three blocks of two, of which the second halves the side and has a
 *  projection of 1×1 beside it, the mean over all places, and a dense layer. Each convolution has a batch normalization
 *  behind it and no bias; weights are [kh, kw, in, out]. */
export const residual = (() => {
  const random = generator(6);
  const [side, batch, batches] = [32, 32, 8];
  /** Name, kernel, channels in and out, stride, and the side of the result. */
  const convolutions = [
    ['stem', 3, 3, 16, 1, 32],
    ['first1', 3, 16, 16, 1, 32],
    ['first2', 3, 16, 16, 1, 32],
    ['second1', 3, 16, 32, 2, 16],
    ['second2', 3, 32, 32, 1, 16],
    ['projection', 1, 16, 32, 2, 16],
    ['third1', 3, 32, 32, 1, 16],
    ['third2', 3, 32, 32, 1, 16],
  ].map(([name, kernel, from, to, stride, output]) => {
    const size = kernel * kernel * from;
    return {
      name,
      shape: [kernel, kernel, from, to],
      stride,
      padding: (kernel - 1) / 2,
      output,
      weight: filled(size * to, random, Math.sqrt(24 / size)),
    };
  });
  return {
    side,
    batch,
    batches,
    convolutions,
    dense: filled(32 * 10, random, Math.sqrt(12 / 32)),
    x: filled(batch * batches * side * side * 3, random, 2),
    y: Float32Array.from({ length: batch * batches }, (_, i) => (i * 7) % 10),
    optimizer: { name: 'sgd', learningRate: 0.01, momentum: 0.9 },
  };
})();
/** The multiplications and additions of its products; the first convolution needs no gradient of its input. */
export const flopsOfResidual = residual.convolutions.reduce(
  (sum, { shape: [kernel, , from, to], output }, i) =>
    sum + 2 * residual.batch * output * output * kernel * kernel * from * to * (i ? 3 : 2),
  6 * residual.batch * 32 * 10,
);

/** A recurrent layer that reads 50 steps, and a dense layer on its last state. Weights are [in, out], the gates of an LSTM in
 *  the order i, f, g, o, with 1 as the bias of f; those of a GRU in the order r, z, n, with the reset behind the product. */
const recurrent = (cell) => {
  const random = generator(7);
  const [features, units, length, batch, batches] = [16, 64, 50, 32, 8];
  const columns = { lstm: 4, gru: 3 }[cell] * units;
  return {
    cell,
    features,
    units,
    length,
    batch,
    batches,
    weight: filled(features * columns, random, 0.5),
    recurrent: filled(units * columns, random, 0.3),
    bias: Float32Array.from({ length: columns }, (_, i) => Number(cell === 'lstm' && i >= units && i < 2 * units)),
    dense: filled(units, random, 0.5),
    x: filled(batch * batches * length * features, random, 2),
    y: filled(batch * batches, random, 2),
    optimizer: { name: 'adam', learningRate: 1e-3 },
  };
};
export const [lstm, gru] = [recurrent('lstm'), recurrent('gru')];
/** The multiplications and additions of the products of a step; the input needs no gradient. */
export const flopsOfRecurrent = ({ batch, length, features, units, bias }) =>
  2 * batch * length * bias.length * (2 * features + 3 * units);

/** A small network that only predicts. */
export const predicting = problem({
  sizes: [64, 64, 10],
  batch: 1024,
  batches: 1,
  activation: 'relu',
  loss: 'crossEntropy',
  optimizer: { name: 'sgd', learningRate: 0.1 },
  seed: 8,
});
