import { adam, evaluate, fit, l2, mse, nn } from 'regulus';
import { linearRows } from '../data.mjs';
import { band, mean } from '../claim.mjs';

const ROWS = [20, 100, 500, 4000];
/** Of twenty features three matter. */
const WEIGHTS = [1, -1, 0.5, ...new Array(17).fill(0)];
/** Twenty rows differ much from twenty others, so that five such sets are averaged. */
const DRAWS = 5;
const NOISE = 1.5;

export default {
  slides: '32–33',
  claim:
    'Learning minimizes the empirical J and hopes for a small J* on the data’s distribution. They come together with more rows, and regularization helps where rows are few.',
  async program(seed) {
    const fresh = linearRows(seed + 500, 2000, WEIGHTS, NOISE);
    const once = async (rows, penalties, draw) => {
      const train = linearRows(1000 * draw + seed, rows, WEIGHTS, NOISE);
      const model = nn.sequential([nn.dense(20), nn.tanh(), nn.dense(1)]);
      await fit(model, train, {
        loss: mse(),
        optimizer: adam({ learningRate: 0.01 }),
        epochs: Math.ceil(20_000 / rows),
        penalties,
        seed,
      });
      return [evaluate(model, train).loss, evaluate(model, fresh).loss];
    };
    const trained = async (rows, penalties) => {
      const found = [];
      for (let draw = 0; draw < DRAWS; draw++) found.push(await once(rows, penalties, draw));
      return [mean(found.map(([j]) => j)), mean(found.map(([, j]) => j))];
    };
    const plain = [];
    for (const rows of ROWS) plain.push(await trained(rows, []));
    const penalized = await trained(ROWS[0], l2(1.5));
    return { empirical: plain.map(([j]) => j), true: plain.map(([, j]) => j), penalized };
  },
  figure: (found, { pictures }) =>
    pictures.lines(
      [band('empirical J', found, (r) => r.empirical, ROWS), band('J* on new rows', found, (r) => r.true, ROWS)],
      {
        title: 'Empirical and true risk',
        xLabel: 'training rows',
        xLog: true,
        yLabel: 'mean squared error',
        yLog: true,
      },
    ),
  margins: [
    {
      what: 'gap J* − J of 4,000 rows against 20',
      of: (r) => (r.true[3] - r.empirical[3]) / (r.true[0] - r.empirical[0]),
      most: 0.2,
    },
    { what: 'J of 20 rows with L2 against without', of: (r) => r.penalized[0] / r.empirical[0], least: 1 },
    { what: 'J* of 20 rows with L2 against without', of: (r) => r.penalized[1] / r.true[0], most: 0.8 },
  ],
};
