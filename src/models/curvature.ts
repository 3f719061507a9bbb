import { compile } from '../compile/compile.js';
import { realize } from '../compile/realize.js';
import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { matmul } from '../ops/matmul.js';
import { cholesky, inverse } from './cholesky.js';
import { coordinateDescent } from './coordinateDescent.js';

/** Added to the diagonal, as a share of its mean. H need only be an upper bound. Where features are linearly dependent,
 *  this keeps gradients that consist of rounding errors from causing long steps. */
const SLACK = 1e-6;
/** A rough solution is enough, because the next step corrects it. */
const ROUGHLY = { most: 100, still: 1e-4 };

/** The penalties of one weight each: (l2/2)w² + l1|w|. */
export interface Penalties {
  readonly l2: Float64Array;
  readonly l1: Float64Array;
}
/** A point, with the force that leads there. */
interface Moved {
  readonly w: Float64Array;
  readonly force: Float64Array;
}

/** An upper bound H of the curvature of a loss with its penalties, the same for each column of weights [n, columns],
 *  and the best step under this bound. */
export class Curvature {
  readonly #h: Float64Array;
  /** Computes H⁻¹ times gradients [n, columns], a closed form for penalties without l1. Float32 is precise enough,
   *  because the next step corrects it. */
  readonly #undo?: ReturnType<typeof inverted>;

  /** `bound` [n, n] is that of the loss alone; it is overwritten by H. */
  constructor(
    bound: Float64Array,
    readonly penalties: Penalties,
  ) {
    const { l2, l1 } = penalties;
    const n = l2.length;
    this.#h = bound;
    let mean = 0;
    for (let j = 0; j < n; j++) mean += bound[j * n + j] / n;
    // Where all features are constant there is neither curvature nor a gradient.
    for (let j = 0; j < n; j++) bound[j * n + j] += l2[j] + (SLACK * mean || 1);
    if (!l1.some((l) => l > 0)) this.#undo = inverted(bound, n);
  }

  /** The w at which gᵀ(w − y) + ½(w − y)ᵀH(w − y) + Σ l1|w| is minimal, where g is the gradient of the loss at y; and
   *  the force H(y − w). */
  best(y: Float64Array, g: Float64Array): Moved {
    const { l2 } = this.penalties;
    const columns = y.length / l2.length;
    const slope = g.map((v, i) => v + l2[Math.floor(i / columns)] * y[i]);
    if (!this.#undo) return this.#shrunk(y, slope);
    const by = realize(this.#undo(constant(Float32Array.from(slope), [l2.length, columns])));
    return { w: y.map((v, i) => v - by[i]), force: slope };
  }

  #shrunk(y: Float64Array, slope: Float64Array): Moved {
    const { l1 } = this.penalties;
    const [n, columns] = [l1.length, y.length / l1.length];
    const [w, force] = [y.slice(), slope.slice()];
    for (let k = 0; k < columns; k++) {
      const column = Float64Array.from({ length: n }, (_, j) => y[j * columns + k]);
      const pull = Float64Array.from({ length: n }, (_, j) => -slope[j * columns + k]);
      coordinateDescent(this.#h, pull, l1, column, ROUGHLY);
      for (let j = 0; j < n; j++) {
        w[j * columns + k] = column[j];
        force[j * columns + k] += pull[j];
      }
    }
    return { w, force };
  }

  dispose(): void {
    this.#undo?.dispose();
  }
}

/** A program that computes H⁻¹S for a positive definite H [n, n]. */
function inverted(h: Float64Array, n: number) {
  const root = constant(Float32Array.from(inverse(cholesky(h.slice(), n), n)), [n, n]);
  return compile((s: Tensor) => matmul(root, matmul(root, s), { transposeA: true }));
}
