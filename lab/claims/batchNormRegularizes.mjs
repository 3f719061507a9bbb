import { accuracy, crossEntropy, evaluate, fit, nn, sgd } from 'regulus';
import { digitsOf } from '../data.mjs';
import { bars, mean } from '../claim.mjs';

export default {
  slides: '60',
  claim: 'Batch normalization acts as a regularizer: the test loss falls, and the accuracy stays.',
  torch:
    'MNIST, long form of the lab (test loss, Regulus and PyTorch 1.13): none 0.530 and 0.520, batch normalization 0.391 and 0.370.',
  async program(seed) {
    const { train, test } = digitsOf(seed, 400);
    const once = async (normalize, network) => {
      const block = () => [nn.dense(64), ...(normalize ? [nn.batchNorm()] : []), nn.relu()];
      const model = nn.sequential([...block(), ...block(), ...block(), ...block(), nn.dense(10)]);
      await fit(model, train, {
        loss: crossEntropy(),
        optimizer: sgd({ learningRate: 0.1 }),
        batchSize: 8,
        epochs: 40,
        seed: 10 * seed + network,
      });
      return evaluate(model, test, { loss: crossEntropy(), metrics: accuracy() });
    };
    // Statistics of small batches are noisy, and that regularizes. Networks differ much, so four of them are averaged.
    const found = { plain: [], normalized: [] };
    for (let network = 0; network < 4; network++)
      for (const name of ['plain', 'normalized']) found[name].push(await once(name === 'normalized', network));
    const of = (key) => ({
      plain: mean(found.plain.map((scores) => scores[key])),
      normalized: mean(found.normalized.map((scores) => scores[key])),
    });
    return { loss: of('loss'), right: of('accuracy') };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => r.loss),
      { title: 'Test loss, 400 training rows in batches of 8' },
    ),
  margins: [
    { what: 'test loss, normalized against plain', of: (r) => r.loss.normalized / r.loss.plain, most: 0.95 },
    { what: 'accuracy, normalized minus plain', of: (r) => r.right.normalized - r.right.plain, least: -0.01 },
  ],
};
