import { capacityCurve, datasets, ridge } from 'regulus';
import { band, last, least } from '../claim.mjs';

const DEGREES = [0, 1, 2, 3, 5, 7, 9, 11];

export default {
  slides: '2–4',
  preset: 'degrees',
  claim: 'With more capacity the training error falls on, while the error on new data falls and rises again.',
  async program(seed) {
    const all = datasets.polynomial({ n: 320, noise: 0.4, coefficients: [0, 1, -2, -3], seed });
    const sets = { train: all.slice(0, 20), validation: all.slice(20) };
    const found = await capacityCurve((degree) => ridge({ lambda: 0, polynomial: { degree } }), DEGREES, sets);
    return { train: found.map((p) => p.trainError), validation: found.map((p) => p.validationError) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [
        band('training error', found, (r) => r.train, DEGREES),
        band('error on new data', found, (r) => r.validation, DEGREES),
      ],
      { title: 'Capacity and errors', xLabel: 'degree of the polynomial', yLabel: 'mean squared error', yLog: true },
    ),
  margins: [
    { what: 'training error of degree 11 against degree 0', of: (r) => last(r.train) / r.train[0], most: 0.5 },
    {
      what: 'error on new data, degree 0 against the best',
      of: (r) => r.validation[0] / Math.min(...r.validation),
      least: 1.5,
    },
    {
      what: 'error on new data, degree 11 against the best',
      of: (r) => last(r.validation) / Math.min(...r.validation),
      least: 1.5,
    },
    { what: 'the best degree (the truth has 3)', of: (r) => DEGREES[least(r.validation)], least: 2, most: 5 },
  ],
};
