import { digits } from '../../src/digits.js';
import { crossValidate, learningCurve, reliability } from '../../src/generalization/index.js';
import * as R from '../../src/index.js';
import { NAMES } from '../../src/pictures/algorithms.js';
import { draw, type Picture, pictures } from '../../src/pictures/index.js';
import { choice, logUniform, search, type SearchOptions, uniform } from '../../src/sweep/index.js';

const { nn, surfaces } = R;
const loss = R.crossEntropy();
const [train, validation] = [
  R.datasets.moons({ n: 60, noise: 0.2, seed: 1 }),
  R.datasets.moons({ n: 40, noise: 0.2, seed: 2 }),
];
const build = (): R.Model => nn.sequential([nn.dense(4), nn.tanh(), nn.dense(2)]);
const curve = (n: number, seed: number): R.Dataset =>
  R.datasets.polynomial({ n, noise: 0.1, coefficients: [0, -0.6, 0, 1], seed });
const down = (optimizer: R.Optimizer, more = {}): R.Descent =>
  R.descend(surfaces.quadratic.f, optimizer, { start: [-9, 1.5], steps: 20, ...more });
const sgd = R.sgd({ learningRate: 0.015 });
const momentum = R.sgd({ learningRate: 0.015, momentum: 0.8 });

/** A search whose value has its least place at rate 0.01 and keep 0.7. */
const searched = (options: SearchOptions, study?: () => number): Promise<object> =>
  search(
    study ?? (({ rate, keep }: { rate: number; keep: number }) => Math.abs(rate - 0.01) + Math.abs(keep - 0.7)),
    { rate: logUniform(1e-4, 1e-1), keep: uniform(0.3, 1), kind: choice(['a', 'b']) },
    options as never,
  );

/** Batch normalization of x [n, features], written with ops. */
export const batchNormalized = (x: R.Tensor, gamma: R.Tensor, beta: R.Tensor): R.Tensor => {
  const centered = x.sub(x.mean(0));
  const variance = centered.square().mean(0);
  return centered.div(variance.add(1e-5).sqrt()).mul(gamma).add(beta);
};
export const BATCH_NORM = { x: [32, 4], gamma: [4], beta: [4] };
/** Two inputs that meet, a way around a layer, and two outputs. */
export const branched = (): R.AnyModel =>
  nn.graph({ user: [4], item: [3] }, ({ user, item }) => {
    const both = nn.concat()([nn.dense(8)(user), nn.dense(8)(item)]);
    const hidden = nn.relu()(nn.dense(16)(both));
    return { score: nn.dense(1, { name: 'score' })(nn.add()([hidden, both])), kind: nn.dense(3)(hidden) };
  }) as unknown as R.AnyModel;

/** A result of each kind that `draw` knows, and a call of each of `pictures`. */
export async function pictured(): Promise<Record<string, Picture>> {
  const model = build();
  const plan = { loss, optimizer: R.adam({ learningRate: 0.05 }), epochs: 4 };
  const run = await R.fit(model, train, { ...plan, validation });
  const images = digits({ images: true }).take(6);
  const reader = nn.sequential([nn.flatten(), nn.dense(10)]).build([8, 8, 1]);
  const x = R.tensor(Array.from(images.x, (v) => v * (images.scale ?? 1))).reshape([6, 8, 8, 1]);
  const parts = { train: curve(20, 1), validation: curve(30, 2) };
  const few = train.take(12);
  const found: Record<string, Picture> = {
    run: draw(run),
    capacityCurve: draw(
      await R.capacityCurve((degree) => R.ridge({ lambda: 1e-6, polynomial: { degree } }), [0, 1, 3, 6], parts),
    ),
    regularizationPath: draw(
      await R.regularizationPath((lambda) => R.ridge({ lambda, polynomial: { degree: 9 } }), [0, 1e-5, 1e-3, 1], parts),
    ),
    learningCurve: draw(
      await learningCurve(
        () => R.ridge({ lambda: 1e-3, polynomial: { degree: 5 } }),
        { train: curve(120, 1), validation: curve(60, 2) },
        {
          sizes: [10, 20, 40, 120],
          repeats: 2,
        },
      ),
    ),
    learningRateRange: draw(R.learningRateRange(build(), train, { loss, steps: 30 })),
    scheduleCurve: draw(R.scheduleCurve(R.cosineDecay({ from: 0.1, steps: 50 }), 60)),
    inspectInitialization: draw(R.inspectInitialization(build(), train)),
    gradientNoise: draw(R.gradientNoise(model, train, { loss, batchSizes: [1, 4, 16] })),
    'criticalPoint of a function': draw(R.criticalPoint(surfaces.saddle.f, [0, 0])),
    'criticalPoint of a model': draw(R.criticalPoint(model, train)),
    'lossLandscape, a line': draw(R.lossLandscape(model, train, { steps: 7 })),
    'lossLandscape, a plane': draw(R.lossLandscape(model, train, { steps: 7, directions: 2 })),
    descend: draw(down(sgd)),
    'descend, several by name': draw({ sgd: down(sgd), momentum: down(momentum) }),
    'descend, a list': draw([down(sgd), down(momentum)]),
    'descend in three dimensions': draw(R.descend((at) => at.square().sum(), sgd, { start: [1, 2, 3], steps: 5 })),
    compareOptimizers: draw(
      await R.compareOptimizers(
        build,
        { sgd, adam: plan.optimizer },
        { train, validation },
        { loss, epochs: 3, seeds: 2 },
      ),
    ),
    search: draw(await searched({ trials: 12, seed: 1 })),
    'search by halving': draw(await searched({ trials: 9, method: 'halving' })),
    'search, as JSON without a value': draw(
      JSON.parse(JSON.stringify(await searched({ trials: 1 }, () => Number.NaN))),
    ),
    earlyStoppingAsL2: draw(R.earlyStoppingAsL2(train, { learningRate: 0.1, steps: 5 })),
    'lossLandscape, down the gradient': draw(
      R.lossLandscape(model, train, { directions: 'gradient', steps: 5, range: 0.5 }),
    ),
    "descend on a model's minibatches": draw(R.descend(model, sgd, { data: train, batchSize: 20, steps: 6 })),
    activity: draw(R.activity(model, train)),
    reliability: draw(
      reliability(
        Array.from({ length: 60 }, (_, i) => (i % 20) / 20),
        Array.from({ length: 60 }, (_, i) => Number(i % 20 > 7 + (i % 5))),
        { bins: 8 },
      ),
    ),
    confusionMatrix: draw(
      R.evaluate(model, validation, { loss, metrics: R.confusionMatrix() }).confusionMatrix as unknown as object,
    ),
    crossValidate: draw(await crossValidate(() => R.nearestNeighbors({ k: 3 }), train, { folds: 4 })),
    adversarialExample: draw(
      R.adversarialExample(reader, x, R.tensor(Array.from(images.y)), R.fgsm({ epsilon: 0.2 }), { loss }),
    ),
    'augment.preview': draw(R.augment.preview(R.augment.rotate({ degrees: 20 }), images, { draws: 2 })),
    'pictures.lines': pictures.lines(
      [
        {
          name: 'a',
          y: [1, 10, 100],
          x: [1, 10, 100],
          band: [
            [0.5, 5, 50],
            [2, 20, 200],
          ],
        },
        { name: 'b', y: [3, 2, 1], x: [1, 10, 100], apart: true },
      ],
      { xLog: true, yLog: true, xLabel: 'n', yLabel: 'error', marks: [{ x: 10, name: 'here' }] },
    ),
    'pictures.bars': pictures.bars([
      { name: 'a', value: 2 },
      { name: 'b', value: -1 },
    ]),
    'pictures.histograms': pictures.histograms([{ name: 'a', edges: [-1, 0, 1], counts: [3, 5], note: 'std 1' }]),
    'pictures.heatmap': pictures.heatmap([
      [1, 2],
      [3, 4],
    ]),
    'pictures.heatmap of many': pictures.heatmap(
      Array.from({ length: 12 }, (_, i) => Array.from({ length: 40 }, (__, j) => (i * j) % 17)),
    ),
    'pictures.contours': pictures.contours(surfaces.rosenbrock, {
      levels: 5,
      paths: [
        {
          name: 'way',
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    }),
    'pictures.contours of numbers': pictures.contours({
      x: [0, 1, 3],
      y: [0, 2],
      values: [
        [0, 1, 2],
        [1, 2, 3],
      ],
    }),
    'pictures.paths': pictures.paths(
      [
        {
          name: 'one',
          points: [
            [0, 0],
            [1, 2],
            [2, 1],
          ],
        },
      ],
      { f: surfaces.saddle },
    ),
    'pictures.regions': pictures.regions(model, train),
    'pictures.regions of labels': pictures.regions(R.nearestNeighbors({ k: 3 }).fit(train), train),
    'pictures.regions of values': pictures.regions(
      R.ridge({ lambda: 1e-3 }).fit(
        R.dataset({
          x: [
            [0, 0],
            [1, 0],
            [0, 1],
            [1, 2],
          ],
          y: [[0], [1], [2], [5]],
        }),
      ),
      R.dataset({
        x: [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 2],
        ],
        y: [[0], [1], [2], [5]],
      }),
    ),
    'pictures.regions of a curve': pictures.regions(
      R.ridge({ lambda: 1e-6, polynomial: { degree: 3 } }).fit(parts.train),
      parts.train,
    ),
    'pictures.images': pictures.images(images, { labels: ['0', '1', '2', '3', '4', '5'], columns: 3 }),
    'pictures.voronoi': pictures.voronoi(R.nearestNeighbors().fit(few)),
    'pictures.network': pictures.network(model),
    'pictures.network, thinned': pictures.network(model, { keep: 0.5, seed: 2 }),
    'pictures.penalties, l1': pictures.penalties({ optimum: [2, 0.4], curvature: [1, 1.5], l1: true, radius: 1 }),
    'pictures.penalties, l2': pictures.penalties({
      optimum: [2, 1],
      curvature: [
        [1, 0.5],
        [0.5, 2],
      ],
      l2: 0.7,
    }),
  };
  for (const name of NAMES) found[`pictures.algorithm, ${name}`] = pictures.algorithm(name);
  const graph = branched();
  found['pictures.graph of a model'] = pictures.graph(model);
  found['pictures.graph of several inputs and outputs'] = pictures.graph(graph);
  found['pictures.graph of a function'] = pictures.graph(batchNormalized, { inputs: BATCH_NORM });
  found['pictures.graph of a gradient'] = pictures.graph(
    R.grad((x: R.Tensor, w: R.Tensor) => x.matmul(w).tanh().square().mean()),
    { inputs: { x: [8, 3], w: [3, 2] } },
  );
  for (const each of [model, reader, graph]) each.dispose();
  return found;
}
