import { fileURLToPath } from 'node:url';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';

export const name = 'TF.js wasm';

export async function init() {
  // tfjs-backend-wasm asks a browser's fetch for its file; in Node, its own loader reads it.
  setWasmPaths(fileURLToPath(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
  setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') throw new Error(`TF.js runs on ${tf.getBackend()}`);
}

const oneHot = (labels, classes) =>
  tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes), 'float32'));

export function trainer({ sizes, batch, batches, activation, loss, optimizer, weights, x, y }) {
  const w = weights.map((values, i) => tf.variable(tf.tensor2d(values, [sizes[i], sizes[i + 1]])));
  const b = sizes.slice(1).map((n) => tf.variable(tf.zeros([n])));
  const rate = optimizer.learningRate;
  const update = optimizer.name === 'adam' ? tf.train.adam(rate) : tf.train.sgd(rate);
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
      return i === w.length - 1 ? z : activation === 'relu' ? tf.relu(z) : tf.tanh(z);
    }, input);
  const objective = (input, target) => {
    const output = forward(input);
    if (loss === 'mse') return tf.mean(tf.square(tf.sub(output, target)));
    return tf.losses.softmaxCrossEntropy(target, output);
  };
  let k = 0;
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) {
        const { x: input, y: target } = data[k++ % batches];
        const cost = update.minimize(() => objective(input, target), true);
        value = cost.dataSync()[0];
        cost.dispose();
      }
      return value;
    },
  };
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
