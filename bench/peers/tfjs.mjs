import { fileURLToPath } from 'node:url';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { sampled } from '../sampled.mjs';

export const name = 'TF.js wasm';

/** Makes the same benchmark for another backend. */
export const twin =
  (backend, maker) =>
  (...given) => {
    let made;
    return {
      async steps(n) {
        await tf.setBackend(backend);
        made ??= maker(...given);
        return made.steps(n);
      },
    };
  };

export async function init() {
  // tfjs-backend-wasm gets its file by the fetch of a browser; in Node, its own loader reads it.
  setWasmPaths(fileURLToPath(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
  setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') throw new Error(`TF.js runs on ${tf.getBackend()}`);
}

const oneHot = (labels, classes) =>
  tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes), 'float32'));

/** Makes steps on the batches in turn. */
function inTurn(update, objective, data) {
  let k = 0;
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) {
        const { x: input, y: target } = data[k++ % data.length];
        const cost = update.minimize(() => objective(input, target), true);
        value = cost.dataSync()[0];
        cost.dispose();
      }
      return value;
    },
  };
}

export function trainer(problem) {
  const { sizes, batch, batches, activation, loss, optimizer, weights, x, y, normalized, keep = 1, l2 = 0 } = problem;
  const w = weights.map((values, i) => tf.variable(tf.tensor2d(values, [sizes[i], sizes[i + 1]])));
  const b = sizes.slice(1).map((n) => tf.variable(tf.zeros([n])));
  const rate = optimizer.learningRate;
  const update =
    optimizer.name === 'adam'
      ? tf.train.adam(rate)
      : optimizer.momentum
        ? tf.train.momentum(rate, optimizer.momentum)
        : tf.train.sgd(rate);
  const hidden = normalized ? sizes.slice(1, -1) : [];
  const [gamma, beta] = [tf.ones, tf.zeros].map((make) => hidden.map((n) => tf.variable(make([n]))));
  const block = (given, i) => {
    let z = given;
    if (normalized) {
      const { mean, variance } = tf.moments(z, 0);
      z = tf.batchNorm(z, mean, variance, beta[i], gamma[i], 1e-5);
    }
    z = activation === 'relu' ? tf.relu(z) : tf.tanh(z);
    return keep < 1 ? tf.dropout(z, 1 - keep) : z;
  };
  const data = Array.from({ length: batches }, (_, i) => ({
    x: tf.tensor2d(x.subarray(i * batch * sizes[0], (i + 1) * batch * sizes[0]), [batch, sizes[0]]),
    y:
      loss === 'mse'
        ? tf.tensor2d(y.subarray(i * batch, (i + 1) * batch), [batch, 1])
        : oneHot(y.subarray(i * batch, (i + 1) * batch), sizes.at(-1)),
  }));
  const forward = (input) =>
    w.reduce((h, weight, i) => {
      const z = tf.add(tf.matMul(h, weight), b[i]);
      return i === w.length - 1 ? z : block(z, i);
    }, input);
  const objective = (input, target) => {
    const output = forward(input);
    if (loss === 'mse') return tf.mean(tf.square(tf.sub(output, target)));
    const cost = tf.losses.softmaxCrossEntropy(target, output);
    if (!l2) return cost;
    return tf.add(cost, tf.mul(l2 / 2, tf.addN(w.map((weight) => tf.sum(tf.square(weight))))));
  };
  return inTurn(update, objective, data);
}

export function multiplier({ a, b, transposeA, transposeB }, left, right) {
  const [p, q] = [tf.tensor2d(left, a), tf.tensor2d(right, b)];
  return {
    steps(n) {
      let first = 0;
      for (let i = 0; i < n; i++) {
        const y = tf.matMul(p, q, transposeA, transposeB);
        first = y.dataSync()[0];
        y.dispose();
      }
      return first;
    },
  };
}

/** The convolutional network: on the 'cpu' backend only, because 'wasm' lacks the gradient for filters. */
export function convolver({ batch, batches, shapes, weights, x, y, learningRate }) {
  const w = weights.map((values, i) => tf.variable(tf.tensor(values, shapes[i])));
  const b = shapes.map((shape) => tf.variable(tf.zeros([shape.at(-1)])));
  const update = tf.train.adam(learningRate);
  const data = Array.from({ length: batches }, (_, i) => ({
    x: tf.tensor4d(x.subarray(i * batch * 784, (i + 1) * batch * 784), [batch, 28, 28, 1]),
    y: oneHot(y.subarray(i * batch, (i + 1) * batch), 10),
  }));
  const block = (h, i) => tf.maxPool(tf.relu(tf.add(tf.conv2d(h, w[i], 1, 'same'), b[i])), 2, 2, 'valid');
  const objective = (input, target) => {
    const flat = tf.reshape(block(block(input, 0), 1), [batch, 1568]);
    const hidden = tf.relu(tf.add(tf.matMul(flat, w[2]), b[2]));
    return tf.losses.softmaxCrossEntropy(target, tf.add(tf.matMul(hidden, w[3]), b[3]));
  };
  return inTurn(update, objective, data);
}

/** A recurrent layer of tf.layers. Its GRU resets the state in front of the product, which is another network: it is timed only. */
export function recurrent(problem) {
  const { cell, features, units, length, batch, batches, x, y, optimizer } = problem;
  const columns = problem.bias.length;
  const layer = tf.layers[cell]({ units, recurrentActivation: 'sigmoid', inputShape: [length, features] });
  const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
  model.setWeights([
    tf.tensor2d(problem.weight, [features, columns]),
    tf.tensor2d(problem.recurrent, [units, columns]),
    tf.tensor1d(problem.bias),
    tf.tensor2d(problem.dense, [units, 1]),
    tf.zeros([1]),
  ]);
  const size = batch * length * features;
  const data = Array.from({ length: batches }, (_, i) => ({
    x: tf.tensor3d(x.subarray(i * size, (i + 1) * size), [batch, length, features]),
    y: tf.tensor2d(y.subarray(i * batch, (i + 1) * batch), [batch, 1]),
  }));
  const objective = (input, target) => tf.mean(tf.square(tf.sub(model.apply(input, { training: true }), target)));
  const { steps } = inTurn(tf.train.adam(optimizer.learningRate), objective, data);
  return {
    steps(n) {
      const value = steps(n);
      return cell === 'lstm' ? value : undefined;
    },
  };
}

export function predictor({ sizes, weights, x }, rows) {
  const w = weights.map((values, i) => tf.tensor2d(values, [sizes[i], sizes[i + 1]]));
  const b = sizes.slice(1).map((n) => tf.zeros([n]));
  const input = tf.tensor2d(x.slice(0, rows * sizes[0]), [rows, sizes[0]]);
  const layer = (h, weight, i) =>
    tf.fused.matMul({ a: h, b: weight, bias: b[i], activation: i === w.length - 1 ? 'linear' : 'relu' });
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) value = sampled(tf.tidy(() => w.reduce(layer, input).dataSync()));
      return value;
    },
  };
}

export function mapper(op, x, shape, read) {
  const given = tf.tensor(x, shape);
  const f = { relu: tf.relu, exp: tf.exp, tanh: tf.tanh, softmax: tf.softmax }[op];
  return {
    steps(n) {
      let value;
      for (let i = 0; i < n; i++) {
        const y = f(given);
        if (read) value = sampled(y.dataSync());
        y.dispose();
      }
      return value;
    },
  };
}

export function updater(size) {
  const theta = tf.variable(tf.ones([size]));
  const slope = { [theta.name]: tf.fill([size], 0.5) };
  const update = tf.train.adam(1e-3);
  return {
    steps(n) {
      for (let i = 0; i < n; i++) update.applyGradients(slope);
      return theta.slice([0], [1]).dataSync()[0];
    },
  };
}
