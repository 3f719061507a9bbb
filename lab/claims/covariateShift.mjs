import { crossEntropy, fit, inspectInitialization, nn, sgd } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band } from '../claim.mjs';

const deep = (normalize) =>
  nn.sequential(
    [64, 64, 64]
      .flatMap((units) => [nn.dense(units), ...(normalize ? [nn.batchNorm()] : []), nn.relu()])
      .concat(nn.dense(10)),
  );

export default {
  slides: '57',
  preset: 'rescued',
  claim: 'While a network trains, the distribution of the inputs of its layers changes; batch normalization holds it.',
  async program(seed) {
    const { train } = digitsOf(seed, 400);
    const drift = async (normalize) => {
      const model = deep(normalize).build([64], { seed });
      const stds = [];
      const look = () => {
        const layers = inspectInitialization(model, train, { training: true }).filter(({ layer, name }) =>
          /dense|batchNorm/.test(`${name ?? layer}`),
        );
        stds.push(layers[normalize ? 5 : 2].std);
      };
      look();
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        epochs: 15,
        seed,
        onEpoch: look,
      });
      return stds;
    };
    return { plain: await drift(false), normalized: await drift(true) };
  },
  figure: (found, { pictures }) =>
    pictures.lines([band('plain', found, (r) => r.plain), band('batch normalization', found, (r) => r.normalized)], {
      title: 'Standard deviation of the third layer’s output',
      xLabel: 'epoch',
    }),
  margins: [
    { what: 'change of the standard deviation, plain', of: (r) => Math.abs(r.plain[15] / r.plain[0] - 1), least: 0.2 },
    {
      what: 'that change with batch normalization against plain',
      of: (r) => Math.abs(r.normalized[15] / r.normalized[0] - 1) / Math.abs(r.plain[15] / r.plain[0] - 1),
      most: 0.5,
    },
  ],
};
