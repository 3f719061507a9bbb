import { adam, crossEntropy, earlyStopping, evaluate, fit, nn } from 'regulus';
import { digitsOf } from '../data.mjs';
import { band, last } from '../claim.mjs';

export default {
  slides: '20–22',
  preset: 'early',
  claim:
    'The training loss falls on, the validation loss rises again: the copy of its lowest point is better on new data. Nothing else in the training is changed.',
  torch:
    'MNIST with 30 % wrong labels, long form (test accuracy, Regulus and PyTorch 1.13): to the end 0.698 and 0.703, stopped early 0.825 and 0.821.',
  async program(seed) {
    const { train, validation, test } = digitsOf(seed, 300, { wrong: 0.15 });
    const build = () => nn.sequential([nn.dense(64), nn.relu(), nn.dense(64), nn.relu(), nn.dense(10)]);
    const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.003 }), validation, seed };
    const long = build();
    const run = await fit(long, train, { ...options, epochs: 80 });
    const stopped = build();
    const early = await fit(stopped, train, { ...options, epochs: 80, stop: earlyStopping({ patience: 5 }) });
    const again = build();
    await fit(again, train, { ...options, epochs: early.best.epoch });
    const same = again.parameters().every((p, i) => p.get().every((w, j) => w === stopped.parameters()[i].get()[j]));
    return {
      training: run.history.map((h) => h.training.loss),
      validation: run.history.map((h) => h.validation.loss),
      long: evaluate(long, test).loss,
      stopped: evaluate(stopped, test).loss,
      same: Number(same),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [band('training loss', found, (r) => r.training), band('validation loss', found, (r) => r.validation)],
      { title: 'Learning curves', xLabel: 'epoch', yLabel: 'cross-entropy' },
    ),
  margins: [
    {
      what: 'training loss at the end against its half-way value',
      of: (r) => last(r.training) / r.training[40],
      most: 1,
    },
    {
      what: 'validation loss at the end against its lowest',
      of: (r) => last(r.validation) / Math.min(...r.validation),
      least: 1.2,
    },
    { what: 'test loss of the stopped network against the other', of: (r) => r.stopped / r.long, most: 0.8 },
    { what: 'the copy is the network of that epoch, bit for bit', of: (r) => r.same, least: 1 },
  ],
};
