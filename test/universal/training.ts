type Regulus = typeof import('../../dist/index.js');

/** The weights that `trainedHash` ends with, in every runtime. It changes only where the arithmetic is changed on purpose. */
export const EXPECTED = '707a6be89936abfdf41c9e7569d2a96cebc61d44bdcfac5e43b8355a4cd9f3f1';

/** SHA-256 of all parameters after 50 seeded steps through a bit of everything. Plain TypeScript, so that runtimes can strip it. */
export async function trainedHash({
  nn,
  adam,
  crossEntropy,
  datasets,
  fit,
  l2,
  linearDecay,
}: Regulus): Promise<string> {
  const model = nn.sequential([nn.dense(16), nn.batchNorm(), nn.relu(), nn.dropout({ keep: 0.8 }), nn.dense(3)]);
  await fit(model, datasets.spirals({ n: 160, noise: 0.1, seed: 1 }), {
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    optimizer: adam({ learningRate: linearDecay({ from: 0.01, steps: 50 }) }),
    penalties: [l2(1e-3)],
    batchSize: 32,
    epochs: 10,
    seed: 1,
  });
  const weights = Float32Array.from(model.parameters().flatMap((parameter) => [...parameter.get()]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', weights));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
