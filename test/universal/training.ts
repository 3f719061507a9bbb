type Regulus = typeof import('../../dist/index.js');

/** The weights that `trainedHash` ends with, in every runtime. It changes only where the arithmetic is changed on purpose. */
export const EXPECTED = '7ff031950238774d3ce7e9f31ba5b80eaf6944d7a7ed8ade3e45e9cd49a97c90';

/** SHA-256 of all parameters after 50 seeded steps through a bit of everything, dense and convolutional. Plain TypeScript, so
 *  that runtimes can strip it. */
export async function trainedHash({
  nn,
  adam,
  crossEntropy,
  dataset,
  datasets,
  fit,
  l2,
  linearDecay,
}: Regulus): Promise<string> {
  const dense = nn.sequential([nn.dense(16), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.8 }), nn.dense(3)]);
  await fit(dense, datasets.spirals({ n: 160, noise: 0.1, seed: 1 }), {
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    optimizer: adam({ learningRate: linearDecay({ from: 0.01, steps: 50 }) }),
    penalties: [l2(1e-3)],
    batchSize: 32,
    epochs: 10,
    seed: 1,
  });
  const images = dataset({
    x: Uint8Array.from({ length: 50 * 100 }, (_, i) => (i * 37 + (i % 11) * i) % 256),
    shape: [10, 10, 1],
    scale: 1 / 255,
    y: Array.from({ length: 50 }, (_, i) => i % 3),
  });
  const conv = nn.sequential([
    nn.conv2d(5, 3, { padding: 'same', activation: 'tanh' }),
    nn.maxPool2d(2),
    nn.conv2d(6, 3, { stride: 2 }),
    nn.flatten(),
    nn.dense(3),
  ]);
  await fit(conv, images, { loss: crossEntropy(), optimizer: adam(), batchSize: 10, epochs: 10, seed: 1 });
  const weights = Float32Array.from([dense, conv].flatMap((model) => model.parameters().flatMap((p) => [...p.get()])));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', weights));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
