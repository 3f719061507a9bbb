import {
  adam,
  checkKeys,
  type Composite,
  type Dataset,
  evaluate,
  fit,
  type FitOptions,
  hostLog,
  integer,
  type Loss,
  lossFor,
  type Model,
  modelOf,
  permutation,
  type Pipeline,
  readable,
  refuseSealed,
  seedKey,
  short,
  tensor,
  UnsupportedError,
  valueAndGrad,
} from '../index.js';
import { checkPair, guesses, logitsFor, outputsOf, pipelineOf } from './answers.js';
import { largest } from './rows.js';

/** The result of one check. */
export interface Check {
  readonly name: 'first loss' | 'one batch' | 'gradients' | 'rows' | 'shuffled labels';
  readonly ok: boolean;
  /** What was measured, and where it is not well, what to look at. */
  readonly message: string;
}
/** Whether a training is worth starting. */
export interface Preflight {
  readonly checks: Check[];
}
export type PreflightOptions = Partial<Pick<FitOptions, 'loss' | 'optimizer' | 'epochs' | 'batchSize' | 'seed'>>;

const STREAM = 0xda7a0106;
/** Rows of the batch that is to be memorized, and of the set with shuffled labels; the updates that both get. */
const [BATCH, MOST, UPDATES] = [16, 1000, 300];
/** Fewer rows say nothing about shuffled labels. */
const LEAST = 20;

/** Checks a model, a loss and data before a long training, in seconds (after Karpathy 2019): the first loss is that of a guess; a
 *  batch can be memorized; every parameter gets a gradient; the answer for a row does not depend on the others; and shuffled labels cannot be
 *  predicted. Copies of the model with new weights are trained; the model itself is not changed.
 *
 *  `options` are those of the `fit` to come: `loss` (by default the usual one for the data), `optimizer`, `epochs` (at most ten are made),
 *  `batchSize` and `seed`. Rejects with a LeakageError for a sealed set, with an UnsupportedError for several targets.
 *  @example (await preflight(nn.sequential([nn.dense(2)]), train, { loss: crossEntropy() })).checks.length // 5 */
export async function preflight(
  model: Model | Pipeline,
  data: Dataset,
  options: PreflightOptions = {},
): Promise<Preflight> {
  const where = 'preflight';
  checkKeys(where, options, ['loss', 'optimizer', 'epochs', 'batchSize', 'seed']);
  refuseSealed(where, data);
  checkPair(where, model, data);
  const { optimizer = adam(), batchSize, seed = 0 } = options;
  const epochs = Math.min(10, integer(where, 'epochs', options.epochs ?? 10, 1));
  const key = seedKey(seed, where);
  const raw = pipelineOf(model);
  const seen = raw ? (raw.fitted ? raw : raw.clone().fit(data)).apply(data) : data;
  if (seen.y.length !== seen.size) throw new UnsupportedError(`${where}: looks at labels and single values`);
  const { config, children, forward, of } = (raw ? raw.model : model) as Composite;
  const held: Model[] = [];
  const fresh = (): Model => {
    const made = modelOf({ config, children, forward, of });
    held.push(made);
    return made.build(seen.shape, { seed });
  };
  const rows = seen.rows(permutation(seen.size, key, STREAM).subarray(0, MOST));
  try {
    const first = fresh();
    outputsOf(where, first, rows.take(1));
    const loss = lossFor(where, first, rows, options.loss);
    const shuffled = await learnsNothing(fresh(), rows, { loss, optimizer, epochs, batchSize, seed });
    const checks: Check[] = [
      firstLoss(first, rows, loss),
      await oneBatch(fresh(), rows, loss, seed),
      gradients(fresh(), rows.take(BATCH), loss),
      apart(first, rows.take(BATCH)),
      shuffled,
    ];
    return readable({ checks }, (all) =>
      all.checks.map(({ name, ok, message }) => `${ok ? '✓' : '✗'} ${name}: ${message}`).join('\n'),
    );
  } finally {
    for (const made of held) made.dispose();
  }
}

/** The mean of (y − mean)². */
function varianceOf(y: ArrayLike<number>): number {
  const values = Float64Array.from(y);
  const mean = values.reduce((sum, v) => sum + v / values.length, 0);
  return values.reduce((sum, v) => sum + ((v - mean) * (v - mean)) / values.length, 0);
}

/** A guess has log K; weights of usual scale add little to it. For values it is the error of the mean. */
function firstLoss(model: Model, rows: Dataset, loss: Loss): Check {
  const found = evaluate(model, rows, { loss, metrics: [] }).loss;
  const name = 'first loss';
  if (rows.kind === 'values') {
    const y = rows.y;
    const centred = evaluate(model, rows, {
      loss: (output, target) =>
        output
          .reshape([-1])
          .sub(target.reshape([-1]))
          .square()
          .mean(),
      metrics: [],
    }).loss;
    const guess = varianceOf(y);
    const ok = centred <= 4 * guess + 1e-12;
    return {
      name,
      ok,
      message: `the mean squared error is ${short(centred)}, that of the mean ${short(guess)}${ok ? '' : "; standardize the features, and the target: pipeline([…], { target: 'standardize' })"}`,
    };
  }
  const guess = hostLog(Math.max(2, rows.classes));
  const [low, high] = [0.5 * guess, guess + 1.5];
  const ok = found >= low && found <= high;
  const why =
    found < low
      ? '; the model knows the labels before it has learned anything'
      : '; standardize the features, or make the last weights smaller';
  return { name, ok, message: `${short(found)}, that of a uniform guess is ${short(guess)}${ok ? '' : why}` };
}

/** A model that cannot memorize a few rows will not learn many. */
async function oneBatch(model: Model, rows: Dataset, loss: Loss, seed: number): Promise<Check> {
  const batch = rows.take(BATCH);
  const before = evaluate(model, batch, { loss, metrics: [] }).loss;
  await fit(model, batch, { loss, optimizer: adam({ learningRate: 0.01 }), epochs: UPDATES, batchSize: 'full', seed });
  const after = evaluate(model, batch, { loss, metrics: [] }).loss;
  const output = outputsOf('preflight', model, batch);
  const isRight =
    batch.kind === 'classes'
      ? guesses(logitsFor('preflight', output, batch)).every((k, row) => k === batch.y[row])
      : meanSquare(output.data(), batch.y) <= 0.1 * varianceOf(batch.y);
  const ok = isRight || after <= 0.1 * before;
  return {
    name: 'one batch',
    ok,
    message: `after ${UPDATES} updates on ${batch.size} rows the loss fell from ${short(before)} to ${short(after)}${ok ? '' : '; the model cannot even memorize them: look at the loss, at the layers between, and whether equal rows have other targets'}`,
  };
}
const meanSquare = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / b.length;
};

/** A parameter without a gradient does not learn. */
function gradients(model: Model, batch: Dataset, loss: Loss): Check {
  const x = tensor(
    Float32Array.from(batch.x, (v) => v * batch.scale),
    [batch.size, ...batch.shape],
  );
  const y = tensor(Float32Array.from(batch.y), [batch.size, ...batch.targetShape]);
  const { grads } = valueAndGrad(() => loss(model(x), y), { wrt: model })();
  const without = Object.entries(grads as Readonly<Record<string, { data(): Float32Array }>>)
    .filter(([, g]) => g.data().every((v) => v === 0 || Number.isNaN(v)))
    .map(([name]) => name);
  return {
    name: 'gradients',
    ok: !without.length,
    message: without.length
      ? `${without.slice(0, 5).join(', ')}${without.length > 5 ? ' …' : ''} get${without.length > 1 ? '' : 's'} none; is it used, and are there dead units or stopGradient behind it?`
      : 'every parameter gets one',
  };
}

/** The answer for a row alone is that among others. */
function apart(model: Model, batch: Dataset): Check {
  const all = model.predict(batch).data();
  const alone = model.predict(batch.take(1)).data();
  const scale = Math.abs(all[largest(all.map(Math.abs), 0, all.length)]);
  const far = alone.reduce((most, v, i) => Math.max(most, Math.abs(v - all[i])), 0);
  const ok = far <= 1e-5 * scale + 1e-12;
  return {
    name: 'rows',
    ok,
    message: ok
      ? 'the answer for a row does not depend on the others'
      : `the answer for a row changes by ${short(far)} with the other rows of its batch; look for a reshape, a softmax or a mean over the first axis`,
  };
}

/** Labels that are dealt to other rows cannot be predicted for rows that were not trained on. */
async function learnsNothing(model: Model, rows: Dataset, options: FitOptions): Promise<Check> {
  const { size } = rows;
  const order = permutation(size, seedKey(options.seed ?? 0), STREAM, 1);
  const [target] = rows.rows(order).targets;
  const dealt = rows.with({ targets: [target] });
  const name = 'shuffled labels';
  const half = size >> 1;
  const [train, rest] = size < LEAST ? [dealt, dealt] : [dealt.slice(0, half), dealt.slice(half)];
  await fit(model, train, options);
  if (size < LEAST) return { name, ok: true, message: `${size} rows are too few to tell` };
  const n = rest.size;
  const output = outputsOf('preflight', model, rest);
  const advice =
    '; what was not there to be learned was learned: look for the target among the features or inside the loss';
  if (rest.kind === 'values') {
    const [left, whole] = [meanSquare(output.data(), rest.y), varianceOf(rest.y)];
    const ok = left >= whole * (1 - 4 * Math.sqrt(2 / n));
    return {
      name,
      ok,
      message: `on rows that it has not seen the mean squared error is ${short(left)}, that of the mean ${short(whole)}${ok ? '' : advice}`,
    };
  }
  const counts = new Float64Array(rest.classes);
  for (const label of rest.y) counts[label]++;
  const most = counts[largest(counts, 0, counts.length)] / n;
  const best = guesses(logitsFor('preflight', output, rest));
  const right = best.reduce((sum, k, row) => sum + Number(k === rest.y[row]), 0) / n;
  const ok = right <= most + 4 * Math.sqrt((most * (1 - most) + 1 / n) / n);
  return {
    name,
    ok,
    message: `${short(100 * right)} % of rows that it has not seen are right, the most frequent class has ${short(100 * most)} %${ok ? '' : advice}`,
  };
}
