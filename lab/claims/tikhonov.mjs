import { fit, mse, nn, ridge, sgd, swa } from 'regulus';
import { linearRows } from '../data.mjs';
import { bars } from '../claim.mjs';

export default {
  slides: 'reading: Training with Noise',
  claim: 'Noise of variance σ² on the inputs of a linear model is Tikhonov regularization with λ = 2σ².',
  async program(seed) {
    const data = linearRows(seed, 200, [1, -2, 0.5, 3], 0.5);
    const std = 0.6;
    const model = nn.sequential([nn.gaussianNoise({ std }), nn.dense(1)]);
    await fit(model, data, {
      loss: mse(),
      optimizer: sgd({ learningRate: 0.02 }),
      batchSize: 'full',
      epochs: 4000,
      average: swa({ start: 1000 }),
      seed,
    });
    const noisy = model.parameters()[0].get();
    const [penalized, plain] = [ridge({ lambda: 2 * std * std }).fit(data), ridge({ lambda: 0 }).fit(data)].map((m) =>
      m.weights.data(),
    );
    const apart = (other) => Math.sqrt(noisy.reduce((sum, w, i) => sum + (w - other[i]) * (w - other[i]), 0));
    return { ridge: apart(penalized), plain: apart(plain) };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'ridge with 2σ²': r.ridge, 'least squares': r.plain })),
      { title: 'Distance of the weights' },
    ),
  margins: [
    {
      what: 'distance of the weights from ridge with 2σ², against that from plain least squares',
      of: (r) => r.ridge / r.plain,
      most: 0.1,
    },
  ],
};
