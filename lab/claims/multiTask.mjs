import { adam, dataset, evaluate, fit, mse, nn, tensor, tanh } from 'regulus';
import { normals } from '../data.mjs';
import { bars, mean } from '../claim.mjs';

const TASKS = 20;
const ROWS = 60;

export default {
  slides: '19',
  claim: 'Layers that several tasks share cannot learn each of them too well: every task is regularized.',
  async program(seed) {
    // Twenty tasks, all functions of the same three directions of the inputs, with much noise on few rows.
    const x = normals(seed, ROWS + 400, 10);
    const directions = normals(seed + 100, 10, 3, 1 / Math.sqrt(10));
    const shared = tanh(tensor(x).matmul(tensor(directions)))
      .matmul(tensor(normals(seed + 200, 3, TASKS)))
      .toArray();
    const noise = normals(seed + 300, ROWS + 400, TASKS, 0.7);
    const y = shared.map((row, i) => row.map((v, j) => v + noise[i][j]));
    const options = { loss: mse(), optimizer: adam({ learningRate: 0.01 }), epochs: 200, seed };
    const columns = Array.from({ length: TASKS }, (_, task) => `task${task}`);
    const setOf = (names) =>
      dataset({ x, y: Object.fromEntries(names.map((name) => [name, y.map((row) => [row[columns.indexOf(name)]])])) });
    const errors = async (names) => {
      const all = setOf(names);
      const heads = Object.fromEntries(names.map((name) => [name, nn.dense(1)]));
      const model = nn.multiTask({ trunk: nn.sequential([nn.dense(32), nn.tanh(), nn.dense(3)]), heads });
      const losses = Object.fromEntries(names.map((name) => [name, mse()]));
      await fit(model, all.slice(0, ROWS), { ...options, loss: losses });
      const of = (set) => {
        const scores = evaluate(model, set, { loss: losses });
        return names.map((name) => scores[`${name}.loss`]);
      };
      return [of(all.slice(0, ROWS)), of(all.slice(ROWS))];
    };
    const together = await errors(columns);
    const alone = [];
    for (const name of columns) alone.push(await errors([name]));
    return {
      train: { alone: mean(alone.map(([a]) => a[0])), together: mean(together[0]) },
      fresh: { alone: mean(alone.map(([, b]) => b[0])), together: mean(together[1]) },
      better: together[1].filter((e, task) => e < alone[task][1][0]).length,
    };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({
        'training, alone': r.train.alone,
        'training, together': r.train.together,
        'new data, alone': r.fresh.alone,
        'new data, together': r.fresh.together,
      })),
      { title: 'Mean squared error of twenty tasks' },
    ),
  margins: [
    { what: 'training error together against alone', of: (r) => r.train.together / r.train.alone, least: 1.2 },
    { what: 'error on new data together against alone', of: (r) => r.fresh.together / r.fresh.alone, most: 0.9 },
    { what: 'tasks that are better together, of 20', of: (r) => r.better, least: 16 },
  ],
};
