import { constant } from '../graph/leaves.js';
import type { Tensor } from '../graph/tensor.js';
import { add, mul, scale, sub } from '../ops/arithmetic.js';
import { floor } from '../ops/elementary.js';
import { gather } from '../ops/gather.js';
import { exp, log } from '../random/hostMath.js';
import type { Setting } from './augmentation.js';
import { each } from './geometric.js';

/** The number of quantiles, and the steps of the integral. */
const SHARES = 1024;
const STEPS = 4096;
/** The first segment starts at the quantile of this fraction of its mass, so that its mean matches that of the tail. */
const OUTERMOST = 1 / 8;

/** The quantiles k/1024 of the distribution Beta(α, α). With x = 1/(1 + e⁻ᶻ) its density along z is (x(1 − x))^α: smooth and falling like
 *  e^−α|z| for any α, so that the trapezoidal rule is exact enough. Only one half is computed; the other is its mirror
 *  image. */
export function quantiles(alpha: number): Float32Array {
  const reach = 20 / alpha + 12 / Math.sqrt(alpha);
  const zs = Array.from({ length: STEPS + 1 }, (_, i) => (i / STEPS - 1) * reach);
  const small = (z: number): number => exp(Math.max(-700, z));
  const density = zs.map((z) => small(alpha * (z - 2 * log(1 + small(z)) + 2 * Math.LN2)));
  const sums = [0];
  for (let i = 1; i <= STEPS; i++) sums[i] = sums[i - 1] + density[i - 1] + density[i];
  const table = new Float32Array(SHARES + 1);
  for (let k = 0, i = 1; k <= SHARES / 2; k++) {
    const wanted = (sums[STEPS] * (k || OUTERMOST)) / (SHARES / 2);
    while (i < STEPS && sums[i] < wanted) i++;
    const share = (wanted - sums[i - 1]) / (sums[i] - sums[i - 1]);
    const odds = small(zs[i - 1] + share * (zs[i] - zs[i - 1]));
    table[k] = odds / (1 + odds);
    table[SHARES - k] = 1 - table[k];
  }
  return table;
}

/** Draws one number [1] from Beta(α, α) in the program: a uniform number is looked up among the quantiles, with linear
 *  interpolation. */
export function beta(alpha: number, setting: Setting): Tensor {
  const table = constant(quantiles(alpha), [SHARES + 1]);
  const place = scale(each({ n: 1 }, 0, 1, setting), SHARES);
  const low = floor(place);
  const [from, to] = [gather(table, low), gather(table, add(low, 1))];
  return add(from, mul(sub(place, low), sub(to, from)));
}
