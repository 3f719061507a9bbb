import * as regulus from '../../dist/index.js';
import { sampled } from '../sampled.mjs';

const { exp, relu, softmax, tanh } = regulus;
const { adam, compile, crossEntropy, dataset, fit, l2, matmul, mse, nn, profile, sgd, tensor, trainStep } = regulus;

export const name = 'regulus';

export async function init() {}

function prepared({ sizes, activation, loss, optimizer, weights, normalized, keep = 1, l2: lambda }) {
  const last = sizes.length - 2;
  const hidden = (units) => [
    nn.dense(units),
    ...(normalized ? [nn.batchNorm()] : []),
    nn[activation](),
    ...(keep < 1 ? [nn.dropout({ keep })] : []),
  ];
  const model = nn.sequential(sizes.slice(1).flatMap((units, i) => (i === last ? [nn.dense(units)] : hidden(units))));
  model.build([sizes[0]]);
  const kernels = model.parameters().filter(({ shape }) => shape.length === 2);
  weights.forEach((values, i) => {
    const { set, shape } = kernels[i];
    if (values.length !== shape[0] * shape[1]) throw new Error('the weights are not those of the problem');
    set(values);
  });
  const { learningRate, momentum } = optimizer;
  return {
    model,
    recipe: {
      loss: loss === 'mse' ? mse() : crossEntropy(),
      optimizer: optimizer.name === 'adam' ? adam({ learningRate }) : sgd({ learningRate, momentum }),
      ...(lambda ? { penalties: l2(lambda) } : {}),
    },
  };
}

/** Makes steps on the batches in turn. */
function inTurn(step, data) {
  let k = 0;
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) {
        const b = data[k++ % data.length];
        value = step(b.x, b.y);
      }
      return value;
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
  return inTurn(step, data);
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
  return inTurn(step, data);
}

/** Steps of the residual network. */
export function residual({ side, batch, batches, convolutions, dense, x, y, optimizer }) {
  const normalized = (at, input) => {
    const { name, shape, stride, padding } = convolutions.find((one) => one.name === at);
    const conv = nn.conv2d(shape[3], shape[0], { stride, padding, bias: false, name });
    return nn.batchNorm({ name: `${name}_norm` })(conv(input));
  };
  const block = (name, input, beside = input) => {
    const inner = normalized(`${name}2`, nn.relu()(normalized(`${name}1`, input)));
    return nn.relu()(nn.add()([inner, beside]));
  };
  const model = nn.graph([side, side, 3], (image) => {
    const first = block('first', nn.relu()(normalized('stem', image)));
    const third = block('third', block('second', first, normalized('projection', first)));
    return nn.dense(10, { name: 'dense' })(nn.globalAvgPool2d()(third));
  });
  model.build();
  const weights = Object.fromEntries(convolutions.map(({ name, weight }) => [name, weight]));
  for (const { name, set } of model.parameters()) {
    const [part, kind] = name.split('.');
    const values = { ...weights, dense }[part];
    if (values && kind === 'weight') set(values);
  }
  const { learningRate, momentum } = optimizer;
  const step = trainStep(model, { loss: crossEntropy(), optimizer: sgd({ learningRate, momentum }) });
  const size = batch * side * side * 3;
  const data = Array.from({ length: batches }, (_, i) => ({
    x: tensor(x.subarray(i * size, (i + 1) * size), [batch, side, side, 3]),
    y: tensor(y.subarray(i * batch, (i + 1) * batch)),
  }));
  return inTurn(step, data);
}

/** Steps of a recurrent layer. */
export function recurrent(problem) {
  const { cell, features, units, length, batch, batches, x, y, optimizer } = problem;
  const model = nn.sequential([nn[cell](units), nn.dense(1)]).build([length, features]);
  const values = {
    '0.weight': problem.weight,
    '0.recurrent': problem.recurrent,
    '0.bias': problem.bias,
    '1.weight': problem.dense,
  };
  for (const { name, set } of model.parameters()) if (values[name]) set(values[name]);
  const step = trainStep(model, { loss: mse(), optimizer: adam({ learningRate: optimizer.learningRate }) });
  const size = batch * length * features;
  const data = Array.from({ length: batches }, (_, i) => ({
    x: tensor(x.subarray(i * size, (i + 1) * size), [batch, length, features]),
    y: tensor(y.subarray(i * batch, (i + 1) * batch), [batch, 1]),
  }));
  return inTurn(step, data);
}

/** Steps of the language model. */
export function writer({
  vocabulary,
  length,
  width,
  heads,
  blocks,
  batch,
  batches,
  shapes,
  weights,
  ids,
  learningRate,
}) {
  const model = nn.sequential([
    nn.embedding(vocabulary, width),
    nn.positions({ length }),
    ...Array.from({ length: blocks }, () => nn.transformer({ heads, hidden: 4 * width, causal: true })),
    nn.layerNorm(),
    nn.dense(vocabulary),
  ]);
  model.build([length]);
  const kernels = model.parameters().filter(({ shape }) => shape.length === 2);
  kernels.forEach(({ set, shape }, i) => {
    if (String(shape) !== String(shapes[i])) throw new Error('the weights are not those of the problem');
    set(weights[i]);
  });
  const step = trainStep(model, { loss: crossEntropy(), optimizer: adam({ learningRate }) });
  const rows = (at, by) =>
    tensor(
      Float32Array.from({ length: batch * length }, (_, i) => {
        const row = at * batch + Math.floor(i / length);
        return ids[row * (length + 1) + (i % length) + by];
      }),
      [batch, length],
    );
  return inTurn(
    step,
    Array.from({ length: batches }, (_, i) => ({ x: rows(i, 0), y: rows(i, 1) })),
  );
}

/** A matrix product of two constants in linear memory, where the tensors of the other libraries are, too. */
export function multiplier({ a, b, transposeA, transposeB }, left, right) {
  const [p, q] = [tensor(left, a), tensor(right, b)];
  const product = compile(() => matmul(p, q, { transposeA, transposeB }));
  return {
    steps(n) {
      // Each call copies the result out of linear memory, as reading it does in the other libraries.
      let y;
      for (let i = 0; i < n; i++) y = product();
      return y.data()[0];
    },
  };
}

/** Times a kernel by a profile, n times over. */
function kernelTimer(kernel, profiled) {
  return {
    steps(n) {
      const rounds = Array.from({ length: Math.ceil(n / 10) }, () =>
        profiled().find(({ kernels }) => kernels.includes(kernel)),
      );
      return {
        milliseconds: (n * rounds.reduce((sum, { microseconds }) => sum + microseconds / 1000, 0)) / rounds.length,
      };
    },
  };
}

const MAPS = { exp, relu, softmax, tanh };

/** A function of every element, or softmax of rows: the time of its instruction in the profile. The operand is a constant, which
 *  the result cannot overwrite. */
export function kernel(op, x, shape) {
  const given = tensor(x, shape);
  const f = compile(() => MAPS[op](given));
  return kernelTimer(op, () => profile(f));
}

/** The same as a compiled function, called with the same argument again; `read` also reads the result. */
export function mapper(op, x, shape, read) {
  const given = tensor(x, shape);
  const f = compile(MAPS[op]);
  return {
    steps(n) {
      let y;
      let value;
      for (let i = 0; i < n; i++) {
        y = f(given);
        if (read) value = sampled(y.data());
      }
      return value;
    },
  };
}

/** Predictions of the first rows of a problem, which are given as a tensor, as rows of a kind of array, or as lists. */
export function predictor(problem, rows, given = 'tensor') {
  const { model } = prepared(problem);
  const [width] = problem.sizes;
  const each = Array.from({ length: rows }, (_, i) => problem.x.slice(i * width, (i + 1) * width));
  const x = {
    tensor: () => tensor(problem.x.slice(0, rows * width), [rows, width]),
    Float32Array: () => each,
    lists: () => each.map((row) => [...row]),
  }[given]();
  return {
    steps(n) {
      let value = 0;
      for (let i = 0; i < n; i++) value = sampled(model.predict(x).data());
      return value;
    },
  };
}

/** Adam alone: its time in the profile of a training step. */
export function updater(size) {
  const model = nn.sequential([nn.embedding(size / 10, 10), nn.flatten()]).build([1]);
  const step = trainStep(model, { loss: mse(), optimizer: adam() });
  const [x, y] = [tensor([[0]]), tensor(new Float32Array(10), [1, 10])];
  return kernelTimer('adam', () => profile(step, x, y));
}
