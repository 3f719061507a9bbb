import {
  adam,
  compile,
  crossEntropy,
  dataset,
  fit,
  matmul,
  mse,
  nn,
  sgd,
  tensor,
  trainStep,
} from '../../dist/index.js';

export const name = 'regulus';

function prepared({ sizes, activation, loss, optimizer, weights }) {
  const last = sizes.length - 2;
  const model = nn.sequential(sizes.slice(1).map((units, i) => nn.dense(units, i === last ? {} : { activation })));
  model.build([sizes[0]]);
  weights.forEach((values, i) => {
    const { set, shape } = model.parameters()[2 * i];
    if (values.length !== shape[0] * shape[1]) throw new Error('the weights are not those of the problem');
    set(values);
  });
  const { learningRate } = optimizer;
  return {
    model,
    recipe: {
      loss: loss === 'mse' ? mse() : crossEntropy(),
      optimizer: optimizer.name === 'adam' ? adam({ learningRate }) : sgd({ learningRate }),
    },
  };
}

/** Steps through trainStep: one call for each. */
export function trainer(problem) {
  const { sizes, batch, batches, x, y, loss } = problem;
  const { model, recipe } = prepared(problem);
  const step = trainStep(model, recipe);
  const width = sizes[0];
  const data = Array.from({ length: batches }, (_, i) => ({
    x: tensor(x.subarray(i * batch * width, (i + 1) * batch * width), [batch, width]),
    y: tensor(y.subarray(i * batch, (i + 1) * batch), loss === 'mse' ? [batch, 1] : [batch]),
  }));
  let k = 0;
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) {
        const b = data[k++ % batches];
        value = step(b.x, b.y);
      }
      return value;
    },
  };
}

/** Steps through fit: whole epochs of a resident data set, evaluation of a row or two included. */
export function fitter(problem) {
  const { sizes, batch, batches, x, y, loss } = problem;
  const { model, recipe } = prepared(problem);
  const data = dataset({
    x,
    shape: [sizes[0]],
    y: loss === 'mse' ? tensor(y, [batch * batches, 1]) : Int32Array.from(y),
    ...(loss === 'mse' ? { classes: false } : {}),
  });
  return {
    async steps(n) {
      const epochs = Math.max(1, Math.round(n / batches));
      const run = await fit(model, data, { ...recipe, batchSize: batch, epochs, shuffle: false, trainSample: 1 });
      return { steps: epochs * batches, loss: run.history.at(-1).loss };
    },
  };
}

/** Steps of the convolutional network. */
export function convolver({ batch, batches, shapes, weights, x, y, learningRate }) {
  const conv = (filters) => [nn.conv2d(filters, 3, { padding: 'same' }), nn.relu(), nn.maxPool2d(2)];
  const model = nn.sequential([...conv(16), ...conv(32), nn.flatten(), nn.dense(128), nn.relu(), nn.dense(10)]);
  model.build([28, 28, 1]);
  const kernels = model.parameters().filter(({ name }) => name.endsWith('weight'));
  kernels.forEach(({ set, shape }, i) => {
    if (String(shape) !== String(shapes[i])) throw new Error('the weights are not those of the problem');
    set(weights[i]);
  });
  const step = trainStep(model, { loss: crossEntropy(), optimizer: adam({ learningRate }) });
  const data = Array.from({ length: batches }, (_, i) => ({
    x: tensor(x.subarray(i * batch * 784, (i + 1) * batch * 784), [batch, 28, 28, 1]),
    y: tensor(y.subarray(i * batch, (i + 1) * batch)),
  }));
  let k = 0;
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) {
        const b = data[k++ % batches];
        value = step(b.x, b.y);
      }
      return value;
    },
  };
}

/** A matrix product of two constants, compiled once, run again and again. */
export function multiplier({ a, b, transposeA, transposeB }, left, right) {
  const [p, q] = [tensor(left, a), tensor(right, b)];
  const product = compile(() => matmul(p, q, { transposeA, transposeB }));
  return {
    steps(n) {
      let first = 0;
      for (let i = 0; i < n; i++) first = product().data()[0];
      return first;
    },
  };
}
