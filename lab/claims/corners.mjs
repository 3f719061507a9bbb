import { constrain, dataset, fit, mse, nn, randomGenerator, sgd } from 'regulus';

export default {
  slides: '14',
  preset: 'bowls',
  claim:
    'Minimizing J within Ω ≤ k, the solution lies on a corner of the diamond of L1 far more often than on an axis of the disc of L2.',
  async program(seed) {
    const random = randomGenerator(seed + 7);
    let [l1, l2] = [0, 0];
    const bowls = 40;
    for (let bowl = 0; bowl < bowls; bowl++) {
      // A bowl ½(w − o)ᵀA(w − o), as mean squared error of three rows.
      const x = random.normal([3, 2]);
      const optimum = random.normal([2, 1], { std: 2 });
      const data = dataset({ x, y: x.matmul(optimum) });
      for (const ball of [constrain.l1Ball(0.5), constrain.l2Ball(0.5)]) {
        const model = nn.sequential([nn.dense(1, { bias: false })]);
        await fit(model, data, {
          loss: mse(),
          optimizer: sgd({ learningRate: 0.1 }),
          batchSize: 'full',
          epochs: 120,
          constrain: ball,
          seed,
        });
        const [a, b] = model.parameters()[0].get();
        const corner = Number(Math.min(Math.abs(a), Math.abs(b)) < 1e-4);
        if (ball.config.name === 'constrain.l1Ball' || ball.config.name === 'l1Ball') l1 += corner;
        else l2 += corner;
        model.dispose();
      }
    }
    return { l1: l1 / bowls, l2: l2 / bowls };
  },
  figure: (_, { pictures }) => pictures.penalties({ optimum: [2, 0.7], curvature: [1, 1.5], l1: true, radius: 1 }),
  margins: [
    { what: 'solutions on a corner of the diamond, of 40 random bowls', of: (r) => r.l1, least: 0.3 },
    { what: 'solutions on an axis in the disc', of: (r) => r.l2, most: 0.05 },
  ],
};
