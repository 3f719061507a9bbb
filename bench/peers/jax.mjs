import { defaultDevice, init as initialize, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';

export const name = 'jax-js wasm';

export async function init() {
  await initialize('wasm');
  defaultDevice('wasm');
}

const [beta1, beta2, delta] = [0.9, 0.999, 1e-8];
const zeros = (shape) => np.zeros(shape);
const oneHot = (labels, classes) =>
  np
    .array(
      Float32Array.from({ length: labels.length * classes }, (_, e) =>
        Number(labels[Math.floor(e / classes)] === e % classes),
      ),
    )
    .reshape([labels.length, classes]);

// Every call consumes its arguments; `.ref` keeps one for another use.
/** Steps of SGD or Adam on an objective of (parameters, x, y), jitted as one function. */
function stepper(objective, first, shapes, optimizer, data) {
  const rate = optimizer.learningRate;
  let parameters = first;
  let [s, r] = [shapes.map(zeros), shapes.map(zeros)];
  const slopes = valueAndGrad(objective);
  const kept = (list) => list.map((t) => t.ref);
  const plain = jit((p, x, y) => {
    const [value, grads] = slopes(kept(p), x, y);
    return [value, p.map((w, i) => w.sub(grads[i].mul(rate)))];
  });
  const withMoments = jit((p, m, v, size, root, x, y) => {
    const [value, grads] = slopes(kept(p), x, y);
    const moments = m.map((old, i) => old.mul(beta1).add(grads[i].ref.mul(1 - beta1)));
    const squares = v.map((old, i) => old.mul(beta2).add(np.square(grads[i]).mul(1 - beta2)));
    const next = p.map((w, i) =>
      w.sub(moments[i].ref.mul(size.ref).div(np.sqrt(squares[i].ref).mul(root.ref).add(delta))),
    );
    size.dispose();
    root.dispose();
    return [value, next, moments, squares];
  });
  let k = 0;
  return {
    steps(n) {
      let last = 0;
      for (let i = 0; i < n; i++) {
        const { x, y } = data[k++ % data.length];
        let value;
        if (optimizer.name === 'sgd') [value, parameters] = plain(parameters, x.ref, y.ref);
        else {
          const size = np.array(rate / (1 - beta1 ** k));
          const root = np.array(1 / Math.sqrt(1 - beta2 ** k));
          [value, parameters, s, r] = withMoments(parameters, s, r, size, root, x.ref, y.ref);
        }
        last = value.dataSync()[0];
      }
      return last;
    },
  };
}
const crossEntropy = (logits, target) => np.mean(np.sum(nn.logSoftmax(logits).mul(target), 1)).mul(-1);

export function trainer({ sizes, batch, batches, activation, loss, optimizer, weights, x, y }) {
  const layers = sizes.length - 1;
  const objective = (p, input, target) => {
    let h = input;
    for (let i = 0; i < layers; i++) {
      const z = np.matmul(h, p[2 * i]).add(p[2 * i + 1]);
      h = i === layers - 1 ? z : activation === 'relu' ? nn.relu(z) : np.tanh(z);
    }
    return loss === 'mse' ? np.mean(np.square(h.sub(target))) : crossEntropy(h, target);
  };
  const shapes = sizes.slice(1).flatMap((n, i) => [[sizes[i], n], [n]]);
  const parameters = weights.flatMap((values, i) => [
    np.array(values).reshape([sizes[i], sizes[i + 1]]),
    zeros([sizes[i + 1]]),
  ]);
  const data = Array.from({ length: batches }, (_, i) => {
    const labels = y.slice(i * batch, (i + 1) * batch);
    return {
      x: np.array(x.slice(i * batch * sizes[0], (i + 1) * batch * sizes[0])).reshape([batch, sizes[0]]),
      y: loss === 'mse' ? np.array(labels).reshape([batch, 1]) : oneHot(labels, sizes.at(-1)),
    };
  });
  return stepper(objective, parameters, shapes, optimizer, data);
}

/** The convolutional network; its layout is [n, c, h, w], weights [out, in, kh, kw]. */
export function convolver({ batch, batches, shapes: given, weights, x, y, learningRate }) {
  const turned = (values, shape, order) => np.transpose(np.array(values).reshape(shape), order);
  const kernels = [
    turned(weights[0], given[0], [3, 2, 0, 1]),
    turned(weights[1], given[1], [3, 2, 0, 1]),
    turned(weights[2], [7, 7, 32, 128], [2, 0, 1, 3]).reshape([1568, 128]),
    np.array(weights[3]).reshape(given[3]),
  ];
  const biases = [[1, 16, 1, 1], [1, 32, 1, 1], [128], [10]];
  const parameters = kernels.flatMap((w, i) => [w, zeros(biases[i])]);
  const shapes = [[16, 1, 3, 3], [32, 16, 3, 3], given[2], given[3]].flatMap((shape, i) => [shape, biases[i]]);
  const block = (h, w, b, side, filters) => {
    const z = nn.relu(lax.conv(h, w, [1, 1], 'SAME').add(b));
    return np.max(z.reshape([batch, filters, side / 2, 2, side / 2, 2]), [3, 5]);
  };
  const objective = (p, input, target) => {
    const h = block(block(input, p[0], p[1], 28, 16), p[2], p[3], 14, 32).reshape([batch, 1568]);
    return crossEntropy(np.matmul(nn.relu(np.matmul(h, p[4]).add(p[5])), p[6]).add(p[7]), target);
  };
  const data = Array.from({ length: batches }, (_, i) => ({
    x: np.array(x.slice(i * batch * 784, (i + 1) * batch * 784)).reshape([batch, 1, 28, 28]),
    y: oneHot(y.slice(i * batch, (i + 1) * batch), 10),
  }));
  return stepper(objective, parameters, shapes, { name: 'adam', learningRate }, data);
}

export function multiplier({ a, b, transposeA, transposeB }, left, right) {
  const product = jit((p, q) => np.matmul(transposeA ? np.transpose(p) : p, transposeB ? np.transpose(q) : q));
  const [p, q] = [np.array(left).reshape(a), np.array(right).reshape(b)];
  return {
    steps(n) {
      let first = 0;
      for (let i = 0; i < n; i++) {
        // Nothing is computed before it is read.
        first = product(p.ref, q.ref).dataSync()[0];
      }
      return first;
    },
  };
}
