import { lasso, regularizationPath } from 'regulus';
import { linearRows } from '../data.mjs';

const LAMBDAS = [0.01, 0.03, 0.1, 0.3, 1, 2, 4, 8];
const TRUE = [3, -2, 1, 0, 0, 0, 0, 0];

export default {
  slides: 'reading: LASSO',
  preset: 'correlated',
  claim: 'Along the path of the lasso one coefficient after another becomes exactly 0, the useless ones first.',
  async program(seed) {
    const all = linearRows(seed, 200, TRUE, 0.5);
    const path = await regularizationPath((lambda) => lasso({ lambda }), LAMBDAS, {
      train: all.slice(0, 100),
      validation: all.slice(100),
    });
    return { coefficients: path.map((p) => p.coefficients), zeros: path.map((p) => p.zeros) };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      TRUE.map((_, j) => ({ name: `w${j + 1}`, x: LAMBDAS, y: found[0].coefficients.map((row) => row[j]) })),
      { title: 'Coefficients of the first seed', xLabel: 'λ', xLog: true },
    ),
  margins: [
    { what: 'zeros at the largest λ, of 8', of: (r) => r.zeros[7], least: 8 },
    {
      what: 'the most by which the number of zeros ever falls with λ',
      of: (r) => Math.max(0, ...r.zeros.slice(1).map((z, i) => r.zeros[i] - z)),
      most: 0,
    },
    {
      what: 'useless coefficients that are not 0 at λ = 0.3',
      of: (r) => r.coefficients[3].slice(3).filter((w) => w !== 0).length,
      most: 0,
    },
    {
      what: 'useful coefficients that are 0 at λ = 0.3',
      of: (r) => r.coefficients[3].slice(0, 3).filter((w) => w === 0).length,
      most: 0,
    },
  ],
};
