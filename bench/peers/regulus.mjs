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

/** A matrix product, compiled once, run again and again. */
export function multiplier({ a, b, transposeA, transposeB }, left, right) {
  const product = compile((p, q) => matmul(p, q, { transposeA, transposeB }));
  const [p, q] = [tensor(left, a), tensor(right, b)];
  return {
    steps(n) {
      let first = 0;
      for (let i = 0; i < n; i++) first = product(p, q).data()[0];
      return first;
    },
  };
}
