// A training step of recurrent layers (forward, backward, Adam), and of the same LSTM written with scan: node bench/sequences.mjs [rounds]
// The smallest and the middle time in milliseconds; loops of 10 and 1,000 steps are compiled too.
import { adam, compile, matmul, mse, nn, scan, sigmoid, tanh, tensor, trainStep, valueAndGrad } from '../dist/index.js';

const rounds = Number(process.argv[2] ?? 200);
const [n, t, d, units] = [32, 50, 16, 64];
const filled = (shape, scale = 1) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => scale * ((((i * 7919) % 1009) / 1009) * 2 - 1)),
    shape,
  );
};
const [x, y] = [filled([n, t, d]), filled([n, 1])];

/** An LSTM as a user would write it. */
const written = {
  parameters: () => ({
    weight: { shape: [d, 4 * units], init: { create: (shape) => filled(shape, 0.1) }, kind: 'weight' },
    recurrent: { shape: [units, 4 * units], init: { create: (shape) => filled(shape, 0.1) }, kind: 'weight' },
  }),
  call: (xs, p) => {
    const zero = filled([xs.shape[0], units], 0);
    const gate = (z, i) => z.slice([0, i * units], [z.shape[0], (i + 1) * units]);
    const step = ({ h, c }, a) => {
      const z = a.add(matmul(h, p.recurrent));
      const next = sigmoid(gate(z, 1))
        .mul(c)
        .add(sigmoid(gate(z, 0)).mul(tanh(gate(z, 2))));
      return { carry: { h: sigmoid(gate(z, 3)).mul(tanh(next)), c: next } };
    };
    return scan(step, { h: zero, c: zero }, matmul(xs, p.weight)).carry.h;
  },
};
const layers = { rnn: nn.rnn(units), gru: nn.gru(units), lstm: nn.lstm(units), 'lstm by scan': written };
for (const [name, layer] of Object.entries(layers)) {
  const model = nn.sequential([layer, nn.dense(1)]).build([t, d]);
  const step = trainStep(model, { loss: mse(), optimizer: adam() });
  for (let i = 0; i < rounds / 4; i++) step(x, y);
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    step(x, y);
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  console.log(`${name.padEnd(14)} ${times[0].toFixed(2)} ms at best, ${times[rounds >> 1].toFixed(2)} in the middle`);
}

for (const steps of [10, 1000]) {
  const xs = filled([4, steps, 8]);
  const f = compile((w, s) =>
    valueAndGrad((v) => scan((h, a) => ({ carry: tanh(a.add(matmul(h, v))) }), filled([4, 8]), s).carry.sum())(w),
  );
  const w = filled([8, 8], 0.3);
  xs.data();
  const begun = performance.now();
  f(w, xs);
  console.log(
    `${steps} steps of scan with their gradient compile and run once in ${(performance.now() - begun).toFixed(1)} ms`,
  );
}
