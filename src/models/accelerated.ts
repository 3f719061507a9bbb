/** The best point near another one under an upper bound H of the curvature, and the force H(y − to) that moved it there. */
export interface Step {
  readonly to: Float64Array;
  readonly force: Float64Array;
}

const STEPS = 5000;
/** What a step promises to take off the loss, ½‖y − to‖² in H's metric, below which nothing is left to do. */
const DONE = 1e-13;
/** Rounding rules where so many steps in a row promise no less than half of the least so far. */
const PATIENCE = 300;

/** Accelerated proximal descent (Beck & Teboulle 2009) whose momentum begins anew where it leads uphill (O'Donoghue & Candès 2015). */
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
