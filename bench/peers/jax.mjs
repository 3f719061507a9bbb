import { defaultDevice, init as initialize, jit, lax, nn, numpy as np, random, valueAndGrad } from '@jax-js/jax';

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
  const { momentum = 0 } = optimizer;
  const withVelocity = jit((p, v, x, y, key) => {
    const [value, grads] = slopes(kept(p), x, y, key);
    const velocity = v.map((old, i) => old.mul(momentum).sub(grads[i].mul(rate)));
    return [value, p.map((w, i) => w.add(velocity[i].ref)), velocity];
  });
  let k = 0;
  return {
    steps(n) {
      let last = 0;
      for (let i = 0; i < n; i++) {
        const { x, y } = data[k++ % data.length];
        let value;
        if (momentum) [value, parameters, s] = withVelocity(parameters, s, x.ref, y.ref, random.key(k));
        else if (optimizer.name === 'sgd') [value, parameters] = plain(parameters, x.ref, y.ref);
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

/** Features minus their mean over the batch, divided by their deviation, · weight + bias. */
function normalize(z, weight, bias) {
  const centered = z.ref.sub(np.mean(z, 0));
  const spread = np.sqrt(np.mean(np.square(centered.ref), 0).add(1e-5));
  return centered.div(spread).mul(weight).add(bias);
}

export function trainer(problem) {
  const { sizes, batch, batches, activation, loss, optimizer, weights, x, y, normalized, keep = 1, l2 = 0 } = problem;
  const layers = sizes.length - 1;
  const each = normalized ? 4 : 2;
  const objective = (p, input, target, key) => {
    let h = input;
    let penalty;
    const keys = keep < 1 ? random.split(key, layers - 1) : undefined;
    for (let i = 0; i < layers; i++) {
      const at = each * i;
      if (l2) {
        const own = np.sum(np.square(p[at].ref));
        penalty = penalty ? penalty.add(own) : own;
      }
      let z = np.matmul(h, p[at]).add(p[at + 1]);
      if (i < layers - 1) {
        if (normalized) z = normalize(z, p[at + 2], p[at + 3]);
        z = activation === 'relu' ? nn.relu(z) : np.tanh(z);
        if (keep < 1) z = z.mul(random.bernoulli(keys.ref.slice(i), keep, z.shape).astype(np.float32)).mul(1 / keep);
      }
      h = z;
    }
    keys?.dispose();
    const cost = loss === 'mse' ? np.mean(np.square(h.sub(target))) : crossEntropy(h, target);
    return penalty ? cost.add(penalty.mul(l2 / 2)) : cost;
  };
  const own = (n, i) => [[sizes[i], n], [n], ...(normalized && i < layers - 1 ? [[n], [n]] : [])];
  const shapes = sizes.slice(1).flatMap(own);
  const parameters = weights.flatMap((values, i) => [
    np.array(values).reshape([sizes[i], sizes[i + 1]]),
    zeros([sizes[i + 1]]),
    ...(normalized && i < layers - 1 ? [np.ones([sizes[i + 1]]), zeros([sizes[i + 1]])] : []),
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

/** The language model. */
export function writer({
  vocabulary,
  length,
  width,
  heads,
  blocks,
  batch,
  batches,
  shapes: given,
  weights,
  ids,
  learningRate,
}) {
  const each = width / heads;
  const kernels = weights.map((values, i) => np.array(values).reshape(given[i]));
  // Weight and bias of both normalizations, then the biases of query, key, hidden layer, value, output and its projection.
  const own = [width, width, width, width, width, width, 4 * width, width, width, width];
  const sizes = [...Array.from({ length: blocks }, () => own).flat(), width, width, vocabulary];
  const isScale = (i) => (i < blocks * own.length ? [0, 2].includes(i % own.length) : i === blocks * own.length);
  const rest = sizes.map((n, i) => (isScale(i) ? np.ones([n]) : zeros([n])));
  const parameters = [...kernels, ...rest];
  const shapes = [...given, ...sizes.map((n) => [n])];
  const normalized = (x, weight, bias) => {
    const centered = x.ref.sub(np.mean(x, -1, { keepdims: true }));
    const spread = np.sqrt(np.mean(np.square(centered.ref), -1, { keepdims: true }).add(1e-5));
    return centered.div(spread).mul(weight).add(bias);
  };
  const apart = (x) => np.transpose(x.reshape([batch, length, heads, each]), [0, 2, 1, 3]);
  const later = np
    .array(Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0)))
    .reshape([length, length]);
  const objective = (p, input, target) => {
    let at = 2;
    let place = 2 + 6 * blocks + 1;
    const next = () => p[place++];
    let x = np.matmul(input, p[0]).reshape([batch, length, width]).add(p[1]);
    for (let i = 0; i < blocks; i++) {
      const [w1, b1, w2, b2, bq, bk, bu, bv, bo, bd] = Array.from({ length: 10 }, next);
      const h = normalized(x.ref, w1, b1);
      const q = apart(np.matmul(h.ref, p[at++]).add(bq));
      const k = apart(np.matmul(h.ref, p[at++]).add(bk));
      const v = apart(np.matmul(h, p[at++]).add(bv));
      const scores = np
        .matmul(q, np.transpose(k, [0, 1, 3, 2]))
        .mul(1 / Math.sqrt(each))
        .add(later.ref);
      const y = np.transpose(np.matmul(nn.softmax(scores, -1), v), [0, 2, 1, 3]).reshape([batch, length, width]);
      x = x.add(np.matmul(y, p[at++]).add(bo));
      const up = np.matmul(normalized(x.ref, w2, b2), p[at++]).add(bu);
      x = x.add(np.matmul(nn.gelu(up, { approximate: false }), p[at++]).add(bd));
    }
    const [w, b, bh] = [next(), next(), next()];
    const logits = np
      .matmul(normalized(x, w, b), p[at])
      .add(bh)
      .reshape([batch * length, vocabulary]);
    return crossEntropy(logits, target);
  };
  const data = Array.from({ length: batches }, (_, i) => {
    const rows = (by) =>
      Float32Array.from({ length: batch * length }, (_, e) => {
        const row = i * batch + Math.floor(e / length);
        return ids[row * (length + 1) + (e % length) + by];
      });
    return { x: oneHot(rows(0), vocabulary), y: oneHot(rows(1), vocabulary) };
  });
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

export function mapper(op, x, shape) {
  const f = jit(op === 'softmax' ? (t) => nn.softmax(t, -1) : (t) => np[op](t));
  const given = np.array(x).reshape(shape);
  return {
    async steps(n) {
      for (let i = 0; i < n; i++) {
        const y = f(given.ref);
        await y.blockUntilReady();
        y.dispose();
      }
    },
  };
}
