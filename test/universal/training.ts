type Regulus = typeof import('../../dist/index.js');

/** The hash of the weights that `trainedHash` ends with, in every runtime and for every number of threads. It changes
 *  only where the arithmetic is changed on purpose. */
export const EXPECTED = 'b1bf5fbb9f8ba92ae13ec6767a59ed1f3589f0687e9f609d5ee3627315cf1647';
export const THREADS = [1, 2, 3];

/** SHA-256 of all parameters after seeded steps through a bit of everything, dense and convolutional, large enough for several threads. Plain
 *  TypeScript, so that runtimes can strip it. */
export async function trainedHash({
  nn,
  adam,
  augment,
  clip,
  crossEntropy,
  dataset,
  datasets,
  fit,
  l2,
  linearDecay,
}: Regulus): Promise<string> {
  const dense = nn.sequential([
    nn.dense(96),
    nn.batchNorm(),
    nn.relu(),
    nn.dropout({ keep: 0.8 }),
    nn.dense(64, { activation: 'gelu' }),
    nn.layerNorm(),
    nn.dense(3),
  ]);
  await fit(dense, datasets.spirals({ n: 320, noise: 0.1, seed: 1 }), {
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    optimizer: adam({ learningRate: linearDecay({ from: 0.01, steps: 50 }) }),
    penalties: [l2(1e-3)],
    clip: clip.globalNorm(1),
    batchSize: 100,
    epochs: 12,
    seed: 1,
  });
  const images = dataset({
    x: Uint8Array.from({ length: 100 * 256 }, (_, i) => (i * 37 + (i % 11) * i) % 256),
    shape: [16, 16, 1],
    scale: 1 / 255,
    y: Array.from({ length: 100 }, (_, i) => i % 3),
  });
  const conv = nn.sequential([
    nn.conv2d(8, 3, { padding: 'same', activation: 'tanh' }),
    nn.batchNorm(),
    nn.maxPool2d(2),
    nn.conv2d(16, 3, { padding: 'same', activation: 'relu' }),
    nn.conv2d(24, 3, { padding: 'same' }),
    nn.conv2d(12, 3, { stride: 2 }),
    nn.flatten(),
    nn.dense(3),
  ]);
  await fit(conv, images, {
    loss: crossEntropy(),
    optimizer: adam(),
    augment: [augment.rotate({ degrees: 10 }), augment.translate({ pixels: 1 }), augment.mixup({ alpha: 0.2 })],
    batchSize: 25,
    epochs: 6,
    seed: 1,
  });
  const weights = Float32Array.from([dense, conv].flatMap((model) => model.parameters().flatMap((p) => [...p.get()])));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', weights));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
