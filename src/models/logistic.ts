import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import type { Dataset } from '../data/columns.js';
import { gradient } from '../differentiate/gradient.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { binaryCrossEntropy, crossEntropy } from '../losses/index.js';
import { add } from '../ops/arithmetic.js';
import { matmul } from '../ops/matmul.js';
import { accelerated, type Step } from './accelerated.js';
import { Curvature } from './curvature.js';
import { type Design, gram } from './design.js';
import { type Affine, withBias } from './linear.js';

/**
 * Minimizes the mean cross-entropy + (l2/2)‖w‖² + l1‖w‖₁. The gradient of the loss is one compiled program. The steps
 * use an upper bound of the curvature, XᵀX/4 for one logit and XᵀX/2 for several (Böhning 1992), so that neither units
 * nor correlated features slow them down. Features are divided by their standard deviation, for the precision of
 * float32.
 */
export function logistic(
  design: Design,
  data: Dataset,
  { classes, l2, l1 }: { classes: number; l2: number; l1: number },
): Affine {
  const { rows, inputs, x } = design;
  const outputs = classes === 2 ? 1 : classes;
  const bound = outputs === 1 ? 0.25 : 0.5;
  const spread = deviations(design);
  const z = x.map((v, i) => v / spread[i % inputs]);
  const curvature = new Curvature(
    gram({ ...design, x: z }).map((v) => bound * v),
    { l2: spread.map((s) => l2 / (s * s)), l1: spread.map((s) => l1 / s) },
  );
  const slope = slopeOf(constant(Float32Array.from(z), [rows, inputs]), data, outputs);
  /** A point consists of the weights [inputs, outputs] followed by the biases. */
  const biases = inputs * outputs;
  const step = (y: Float64Array): Step => {
    const g = slope.at(y);
    const [to, force] = [y.slice(), g.slice()];
    const best = curvature.best(y.subarray(0, biases), g.subarray(0, biases));
    to.set(best.w);
    force.set(best.force);
    // Columns are centred, so the mixed second derivatives of weights and biases are 0 in the bound.
    for (let i = biases; i < y.length; i++) to[i] -= g[i] / bound;
    return { to, force };
  };
  try {
    const found = accelerated(new Float64Array(biases + outputs), step);
    const weights = found.slice(0, biases).map((w, i) => w / spread[Math.floor(i / outputs)]);
    return withBias(weights, design, found.slice(biases));
  } finally {
    slope.dispose();
    curvature.dispose();
  }
}

/** The standard deviation of each column; 1 where it is constant. */
function deviations({ rows, inputs, x, shares }: Design): Float64Array {
  const squares = new Float64Array(inputs);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < inputs; i++) squares[i] += shares[row] * x[row * inputs + i] * x[row * inputs + i];
  return squares.map((s) => Math.sqrt(s) || 1);
}

/** A function for the gradient of the mean cross-entropy at any point, by one compiled program. */
function slopeOf(
  z: Tensor,
  data: Dataset,
  outputs: number,
): { at(point: Float64Array): Float64Array; dispose(): void } {
  const inputs = z.shape[1];
  const labels = constant(Float32Array.from(data.y), [data.size]);
  const weights = data.weights && constant(data.weights, [data.size]);
  const loss = outputs === 1 ? binaryCrossEntropy() : crossEntropy();
  const slopes = compile((w: Tensor, b: Tensor) => gradient(loss(add(matmul(z, w), b), labels, weights), [w, b]));
  return {
    at(point) {
      const [w, b] = [point.subarray(0, outputs * inputs), point.subarray(outputs * inputs)];
      const [dw, db] = slopes(
        constant(Float32Array.from(w), [inputs, outputs]),
        constant(Float32Array.from(b), [outputs]),
      );
      const all = new Float64Array(point.length);
      all.set(realize(dw));
      all.set(realize(db), w.length);
      return all;
    },
    dispose: slopes.dispose,
  };
}
