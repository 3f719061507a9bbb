import { defaultDevice, init as initialize, jit, lax, nn, numpy as np, random, valueAndGrad } from '@jax-js/jax';
import { sampled } from '../sampled.mjs';

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

export function mapper(op, x, shape, read) {
  const f = jit({ softmax: (t) => nn.softmax(t, -1), relu: nn.relu }[op] ?? ((t) => np[op](t)));
  const given = np.array(x).reshape(shape);
  return {
    async steps(n) {
      let value;
      for (let i = 0; i < n; i++) {
        const y = f(given.ref);
        if (read) value = sampled(y.dataSync());
        else {
          await y.blockUntilReady();
          y.dispose();
        }
      }
      return value;
    },
  };
}

/** The residual network; its layout is [n, c, h, w], weights [out, in, kh, kw]. */
export function residual({ side, batch, batches, convolutions, dense, x, y, optimizer }) {
  const channels = convolutions.map(({ shape }) => shape[3]);
  const kernels = convolutions.map(({ weight, shape }) => np.transpose(np.array(weight).reshape(shape), [3, 2, 0, 1]));
  const column = (c) => [1, c, 1, 1];
  const parameters = [
    ...kernels,
    ...channels.flatMap((c) => [np.ones(column(c)), zeros(column(c))]),
    np.array(dense).reshape([32, 10]),
    zeros([10]),
  ];
  const shapes = [
    ...convolutions.map(({ shape: [kh, kw, from, to] }) => [to, from, kh, kw]),
    ...channels.flatMap((c) => [column(c), column(c)]),
    [32, 10],
    [10],
  ];
  const count = convolutions.length;
  const over = [[0, 2, 3], { keepdims: true }];
  const objective = (p, input, target) => {
    const convolved = (name, h) => {
      const at = convolutions.findIndex((one) => one.name === name);
      const { stride, padding } = convolutions[at];
      const sides = [padding, padding];
      const z = lax.conv(h, p[at], [stride, stride], [sides, sides]);
      const centered = z.ref.sub(np.mean(z, ...over));
      const spread = np.sqrt(np.mean(np.square(centered.ref), ...over).add(1e-5));
      return centered
        .div(spread)
        .mul(p[count + 2 * at])
        .add(p[count + 2 * at + 1]);
    };
    const inner = (name, h) => convolved(`${name}2`, nn.relu(convolved(`${name}1`, h)));
    const stem = nn.relu(convolved('stem', input));
    const first = nn.relu(inner('first', stem.ref).add(stem));
    const second = nn.relu(inner('second', first.ref).add(convolved('projection', first)));
    const third = nn.relu(inner('third', second.ref).add(second));
    return crossEntropy(np.matmul(np.mean(third, [2, 3]), p.at(-2)).add(p.at(-1)), target);
  };
  const size = batch * side * side * 3;
  const data = Array.from({ length: batches }, (_, i) => ({
    x: np.transpose(np.array(x.slice(i * size, (i + 1) * size)).reshape([batch, side, side, 3]), [0, 3, 1, 2]),
    y: oneHot(y.slice(i * batch, (i + 1) * batch), 10),
  }));
  return stepper(objective, parameters, shapes, optimizer, data);
}

/** A recurrent layer, unrolled: there is no loop in the library. The products of the inputs of all steps are one. */
export function recurrent(problem) {
  const { cell, features, units, length, batch, batches, weight, bias, dense, x, y, optimizer } = problem;
  const columns = bias.length;
  const shapes = [[features, columns], [units, columns], [columns], [units, 1], [1]];
  if (cell === 'gru') shapes.push([columns]);
  const values = [weight, problem.recurrent, bias, dense];
  const parameters = shapes.map((shape, i) => (values[i] ? np.array(values[i]).reshape(shape) : zeros(shape)));
  const gate = (z, i) => z.slice([], [i * units, (i + 1) * units]);
  const cells = {
    lstm: ([h, c], a, p) => {
      const z = np.matmul(h, p[1].ref).add(a);
      const kept = nn.sigmoid(gate(z.ref, 1)).mul(c);
      const next = kept.add(nn.sigmoid(gate(z.ref, 0)).mul(np.tanh(gate(z.ref, 2))));
      return [nn.sigmoid(gate(z, 3)).mul(np.tanh(next.ref)), next];
    },
    gru: ([h], a, p) => {
      const z = np.matmul(h.ref, p[1].ref).add(p[5].ref);
      const reset = nn.sigmoid(gate(a.ref, 0).add(gate(z.ref, 0)));
      const update = nn.sigmoid(gate(a.ref, 1).add(gate(z.ref, 1)));
      const made = np.tanh(gate(a, 2).add(reset.mul(gate(z, 2))));
      return [made.ref.add(update.mul(h.sub(made)))];
    },
  };
  const objective = (p, input, target) => {
    const a = np.matmul(input, p[0]).add(p[2]);
    let state = Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => zeros([batch, units]));
    for (let t = 0; t < length; t++) state = cells[cell](state, a.ref.slice(t), p);
    a.dispose();
    for (const unread of [p[1], ...state.slice(1), ...(p[5] ? [p[5]] : [])]) unread.dispose();
    return np.mean(np.square(np.matmul(state[0], p[3]).add(p[4]).sub(target)));
  };
  const size = batch * length * features;
  const data = Array.from({ length: batches }, (_, i) => ({
    x: np.transpose(np.array(x.slice(i * size, (i + 1) * size)).reshape([batch, length, features]), [1, 0, 2]),
    y: np.array(y.slice(i * batch, (i + 1) * batch)).reshape([batch, 1]),
  }));
  return stepper(objective, parameters, shapes, optimizer, data);
}

export function predictor({ sizes, weights, x }, rows) {
  const w = weights.map((values, i) => np.array(values).reshape([sizes[i], sizes[i + 1]]));
  const b = sizes.slice(1).map((n) => zeros([n]));
  const f = jit((input, p, q) =>
    p.reduce((h, weight, i) => {
      const z = np.matmul(h, weight).add(q[i]);
      return i === p.length - 1 ? z : nn.relu(z);
    }, input),
  );
  const input = np.array(x.slice(0, rows * sizes[0])).reshape([rows, sizes[0]]);
  const kept = (list) => list.map((t) => t.ref);
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) value = sampled(f(input.ref, kept(w), kept(b)).dataSync());
      return value;
    },
  };
}
