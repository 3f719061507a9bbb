import { datasets, regularizationPath, ridge } from 'regulus';
import { band, last, least } from '../claim.mjs';

const LAMBDAS = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];

export default {
  slides: '7–8',
  preset: 'shrunk',
  claim:
    'A penalty raises the training error and lowers the error on new data; λ trades one for the other, and there is a best one.',
  async program(seed) {
    const all = datasets.polynomial({ n: 320, noise: 0.4, coefficients: [0, 1, -2, -3], seed });
    const sets = { train: all.slice(0, 20), validation: all.slice(20) };
    const found = await regularizationPath((lambda) => ridge({ lambda, polynomial: { degree: 12 } }), LAMBDAS, sets);
    return {
      train: found.map((p) => p.trainError),
      validation: found.map((p) => p.validationError),
      norm: found.map((p) => p.norm),
    };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('training error', found, (r) => r.train, LAMBDAS),
        band('error on new data', found, (r) => r.validation, LAMBDAS),
      ],
      { title: 'The strength of the penalty', xLabel: 'λ', xLog: true, yLabel: 'mean squared error', yLog: true },
    ),
  margins: [
    { what: 'training error, largest λ against the smallest', of: (r) => last(r.train) / r.train[0], least: 2 },
    {
      what: 'error on new data, smallest λ against the best',
      of: (r) => r.validation[0] / Math.min(...r.validation),
      least: 1.2,
    },
    {
      what: 'error on new data, largest λ against the best',
      of: (r) => last(r.validation) / Math.min(...r.validation),
      least: 1.2,
    },
    { what: 'λ of the best', of: (r) => LAMBDAS[least(r.validation)], least: 1e-6, most: 1 },
    { what: 'norm of the weights, largest λ against the smallest', of: (r) => last(r.norm) / r.norm[0], most: 0.05 },
  ],
};
