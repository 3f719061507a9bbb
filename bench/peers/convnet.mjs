import convnetjs from 'convnetjs';

export const name = 'ConvNetJS';
export async function init() {}

/** ConvNetJS takes one example at a time and updates after a batch of them; it does not take initial weights. */
export function trainer({ sizes, batch, activation, loss, x, y, optimizer }) {
  const width = sizes[0];
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: 'input', out_sx: 1, out_sy: 1, out_depth: width },
    ...sizes.slice(1, -1).map((n) => ({ type: 'fc', num_neurons: n, activation })),
    loss === 'mse' ? { type: 'regression', num_neurons: 1 } : { type: 'softmax', num_classes: sizes.at(-1) },
  ]);
  const method = optimizer.name === 'adam' ? { method: 'adagrad' } : { method: 'sgd', momentum: 0 };
  const trainer = new convnetjs.Trainer(net, {
    ...method,
    learning_rate: optimizer.learningRate,
    batch_size: batch,
    l2_decay: 0,
  });
  const examples = Array.from({ length: batch }, (_, i) => {
    const volume = new convnetjs.Vol(1, 1, width, 0);
    volume.w.set(x.subarray(i * width, (i + 1) * width));
    return [volume, loss === 'mse' ? [y[i]] : y[i]];
  });
  return {
    steps(n) {
      for (let i = 0; i < n; i++) for (const [volume, label] of examples) trainer.train(volume, label);
      return undefined;
    },
  };
}
