import brain from 'brain.js';

export const name = 'brain.js';
export async function init() {}

/** brain.js updates after every example and has no cross-entropy: a step is its pass over the examples of a batch. */
export function trainer({ sizes, batch, activation, x, y, optimizer }) {
  const width = sizes[0];
  const net = new brain.NeuralNetwork({ hiddenLayers: sizes.slice(1, -1), activation });
  const examples = Array.from({ length: batch }, (_, i) => ({
    input: [...x.subarray(i * width, (i + 1) * width)],
    output: Array.from({ length: sizes.at(-1) }, (_, k) => (sizes.at(-1) === 1 ? (y[i] + 1) / 2 : Number(k === y[i]))),
  }));
  const settings = { learningRate: optimizer.learningRate, errorThresh: 1e-9 };
  return {
    steps(n) {
      net.train(examples, { ...settings, iterations: n });
      return undefined;
    },
  };
}
