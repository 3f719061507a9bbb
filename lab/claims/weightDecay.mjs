import { l2, mse, nn, sgd, trainStep, valueAndGrad } from 'regulus';
import { linearRows } from '../data.mjs';

export default {
  slides: '9–10',
  preset: 'decay',
  claim: 'A step with L2 first shrinks every weight by 1 − ηλ, and then goes down the gradient.',
  program(seed) {
    const [eta, lambda] = [0.1, 0.5];
    const { x, y } = linearRows(seed, 32, [1, -2, 0.5, 3]);
    const rows = Array.from({ length: 32 }, (_, i) => [...x.slice(4 * i, 4 * i + 4)]);
    const targets = [...y].map((v) => [v]);
    const model = nn.sequential([nn.dense(1)]).build([4], { seed });
    const before = model.parameters()[0].get();
    const { grads } = valueAndGrad(() => mse()(model(rows), targets), { wrt: model })();
    const gradient = grads['0.weight'].data();
    trainStep(model, { loss: mse(), optimizer: sgd({ learningRate: eta }), penalties: l2(lambda) })(rows, targets);
    const after = model.parameters()[0].get();
    const formula = before.map((w, i) => (1 - eta * lambda) * w - eta * gradient[i]);
    return { error: Math.max(...after.map((w, i) => Math.abs(w - formula[i]))) };
  },
  margins: [{ what: 'largest difference from (1 − ηλ)w − η∇J', of: (r) => r.error, most: 1e-6 }],
};
