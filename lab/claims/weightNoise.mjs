import { crossEntropy, datasets, fit, nn, sgd, sharpness, weightNoise } from 'regulus';
import { bars, mean } from '../claim.mjs';

export default {
  slides: '18',
  claim: 'Noise on the weights leads to flatter minima, where small changes of the weights matter less.',
  async program(seed) {
    const data = datasets.moons({ n: 120, noise: 0.25, seed });
    const once = async (noise, network) => {
      const model = nn.sequential([nn.dense(32), nn.tanh(), nn.dense(32), nn.tanh(), nn.dense(2)]);
      await fit(model, data, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.2, momentum: 0.9 }),
        epochs: 150,
        noise,
        seed: 10 * seed + network,
      });
      return sharpness(model, data, { std: 0.2, draws: 16 });
    };
    /** Networks differ much, so four of them are averaged. */
    const sharp = async (noise) =>
      mean([await once(noise, 0), await once(noise, 1), await once(noise, 2), await once(noise, 3)]);
    return { plain: await sharp([]), noisy: await sharp(weightNoise({ std: 0.2 })) };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, ({ plain, noisy }) => ({ plain, 'trained with noise': noisy })),
      { title: 'Rise of the loss when weights are disturbed' },
    ),
  margins: [{ what: 'sharpness with noise against without', of: (r) => r.noisy / r.plain, most: 0.75 }],
};
