import { datasets, logisticRegression } from 'regulus';
import { bars } from '../claim.mjs';

export default {
  slides: '11',
  claim:
    'Logistic regression is the special case of the polynomial classifier with three weights; rings need more of them.',
  program(seed) {
    const all = datasets.circles({ n: 600, noise: 0.05, seed });
    const [train, rest] = [all.slice(0, 200), all.slice(200)];
    const right = (options) => {
      const model = logisticRegression({ l2: 1e-3, ...options }).fit(train);
      const answers = model.predict(rest).data();
      return {
        share: answers.reduce((sum, label, i) => sum + Number(label === rest.y[i]), 0) / rest.size,
        weights: [...model.weights.data()],
      };
    };
    // Its columns are x₂, x₁.
    const [plain, first, second] = [
      right({}),
      right({ polynomial: { degree: 1, powers: 'total', bias: false } }),
      right({ polynomial: { degree: 2 } }),
    ];
    return {
      line: plain.share,
      degree2: second.share,
      apart: Math.max(...plain.weights.map((w, i) => Math.abs(w - first.weights[1 - i]))),
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'logistic regression': r.line, 'degree 2': r.degree2 })),
      { title: 'Right answers on rings' },
    ),
  margins: [
    { what: 'right answers of logistic regression', of: (r) => r.line, most: 0.7 },
    { what: 'right answers of degree 2', of: (r) => r.degree2, least: 0.95 },
    {
      what: 'largest difference between logistic regression and the polynomial with w₀₀, w₀₁, w₁₀',
      of: (r) => r.apart,
      most: 1e-6,
    },
  ],
};
