import { crossEntropy, fit, lossLandscape, nn, sgd } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band, mean } from '../claim.mjs';

export default {
  slides: '59, 61',
  claim: 'With batch normalization the loss along the gradient varies less, and the gradient predicts it farther.',
  async program(seed) {
    const { train } = digitsOf(seed, 400);
    const along = async (normalize) => {
      const block = () => [nn.dense(32), ...(normalize ? [nn.batchNorm()] : []), nn.relu()];
      const model = nn.sequential([...block(), ...block(), ...block(), nn.dense(10)]);
      // Cuts after each of five epochs, up to four times the rate.
      const cuts = [];
      const onEpoch = () =>
        cuts.push(
          lossLandscape(model, train, {
            loss: crossEntropy(),
            directions: 'gradient',
            range: 0.4,
            steps: 11,
            training: true,
          }),
        );
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        epochs: 5,
        seed,
        onEpoch,
      });
      const range = mean(cuts.map(({ losses: [line] }) => Math.max(...line) - Math.min(...line)));
      return {
        alphas: cuts[0].alphas,
        losses: cuts[0].losses[0],
        range,
        change: mean(cuts.map(({ changes }) => changes[10])),
      };
    };
    return { plain: await along(false), normalized: await along(true) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('plain', found, (r) => r.plain.losses, found[0].plain.alphas),
        band('batch normalization', found, (r) => r.normalized.losses, found[0].plain.alphas),
      ],
      { title: 'Loss along the gradient', xLabel: 'learning rate of the step', yLabel: 'loss' },
    ),
  margins: [
    {
      what: 'variation of the loss, normalized against plain',
      of: (r) => r.normalized.range / r.plain.range,
      most: 0.7,
    },
    {
      what: 'change of the gradient, normalized against plain',
      of: (r) => r.normalized.change / r.plain.change,
      most: 0.7,
    },
  ],
};
