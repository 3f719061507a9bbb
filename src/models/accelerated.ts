/** The minimum of a quadratic model around y, with an upper bound H of the curvature, and the force H(y − to) that
 *  leads there. */
export interface Step {
  readonly to: Float64Array;
  readonly force: Float64Array;
}

const STEPS = 5000;
/** The decrease of the loss that a step predicts, ½‖y − to‖² in the metric of H, below which the minimum is reached. */
const DONE = 1e-13;
/** Stop when the predicted decrease has not halved for this many steps: then rounding dominates. */
const PATIENCE = 300;

/** Accelerated proximal gradient descent (Beck & Teboulle 2009), which restarts its momentum where it leads uphill
 *  (O'Donoghue & Candès 2015). */
export function accelerated(start: Float64Array, step: (y: Float64Array) => Step): Float64Array {
  let [x, y] = [start, start];
  let momentum = 1;
  let [least, since] = [Number.POSITIVE_INFINITY, 0];
  for (let k = 0; k < STEPS; k++) {
    const { to, force } = step(y);
    let [promised, uphill] = [0, 0];
    for (let i = 0; i < to.length; i++) {
      promised += (force[i] * (y[i] - to[i])) / 2;
      uphill += force[i] * (to[i] - x[i]);
    }
    if (promised <= DONE) return to;
    if (promised < 0.5 * least) [least, since] = [promised, 0];
    else if (++since > PATIENCE) return to;
    const grown = uphill > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const on = uphill > 0 ? 0 : (momentum - 1) / grown;
    const before = x;
    y = to.map((v, i) => v + on * (v - before[i]));
    [x, momentum] = [to, grown];
  }
  return x;
}
