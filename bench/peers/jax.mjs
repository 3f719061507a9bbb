import { defaultDevice, init as initialize, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';

export const name = 'jax-js wasm';

export async function init() {
  await initialize('wasm');
  defaultDevice('wasm');
}

// Every call consumes its arguments; `.ref` keeps one for another use.
export function trainer({ sizes, batch, batches, activation, loss, optimizer, weights, x, y }) {
  const layers = sizes.length - 1;
  const rate = optimizer.learningRate;
  const zeros = (shape) => np.zeros(shape);
  const shapes = sizes.slice(1).flatMap((n, i) => [[sizes[i], n], [n]]);
  let parameters = weights.flatMap((values, i) => [
    np.array(values).reshape([sizes[i], sizes[i + 1]]),
    zeros([sizes[i + 1]]),
  ]);
  let [s, r] = [shapes.map(zeros), shapes.map(zeros)];
  const objective = (p, input, target) => {
    let h = input;
    for (let i = 0; i < layers; i++) {
      const z = np.matmul(h, p[2 * i]).add(p[2 * i + 1]);
      h = i === layers - 1 ? z : activation === 'relu' ? nn.relu(z) : np.tanh(z);
    }
    if (loss === 'mse') return np.mean(np.square(h.sub(target)));
    return np.mean(np.sum(nn.logSoftmax(h).mul(target), 1)).mul(-1);
  };
  const slopes = valueAndGrad(objective);
  const plain = jit((p, input, target) => {
    const [value, grads] = slopes(
      p.map((w) => w.ref),
      input,
      target,
    );
    return [value, p.map((w, i) => w.sub(grads[i].mul(rate)))];
  });
  const [beta1, beta2, delta] = [0.9, 0.999, 1e-8];
  const withMoments = jit((p, m, v, size, root, input, target) => {
    const [value, grads] = slopes(
      p.map((w) => w.ref),
      input,
      target,
    );
    const moments = m.map((old, i) => old.mul(beta1).add(grads[i].ref.mul(1 - beta1)));
    const squares = v.map((old, i) => old.mul(beta2).add(np.square(grads[i]).mul(1 - beta2)));
    const next = p.map((w, i) =>
      w.sub(moments[i].ref.mul(size.ref).div(np.sqrt(squares[i].ref).mul(root.ref).add(delta))),
    );
    size.dispose();
    root.dispose();
    return [value, next, moments, squares];
  });
  const data = Array.from({ length: batches }, (_, i) => {
    const labels = y.subarray(i * batch, (i + 1) * batch);
    return {
      x: np.array(x.slice(i * batch * sizes[0], (i + 1) * batch * sizes[0])).reshape([batch, sizes[0]]),
      y:
        loss === 'mse'
          ? np.array(labels.slice()).reshape([batch, 1])
          : np
              .array(
                Float32Array.from({ length: batch * sizes.at(-1) }, (_, e) =>
                  Number(labels[Math.floor(e / sizes.at(-1))] === e % sizes.at(-1)),
                ),
              )
              .reshape([batch, sizes.at(-1)]),
    };
  });
  let k = 0;
  return {
    steps(n) {
      let last = 0;
      for (let i = 0; i < n; i++) {
        const { x: input, y: target } = data[k % batches];
        k++;
        let value;
        if (optimizer.name === 'sgd') [value, parameters] = plain(parameters, input.ref, target.ref);
        else {
          const size = np.array(rate / (1 - beta1 ** k));
          const root = np.array(1 / Math.sqrt(1 - beta2 ** k));
          [value, parameters, s, r] = withMoments(parameters, s, r, size, root, input.ref, target.ref);
        }
        last = value.dataSync()[0];
      }
      return last;
    },
  };
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
