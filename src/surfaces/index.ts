/** Functions of two numbers on which optimizers show their characteristics. */
import { add, mul, pow, square, sub } from '../ops/arithmetic.js';
import { sigmoid } from '../ops/activations.js';
import { reciprocal } from '../ops/elementary.js';
import { sum } from '../ops/reduce.js';
import { ofPair, type Surface } from './surface.js';

export type { Surface } from './surface.js';

/** (1 − x)² + 100(y − x²)²: a bent valley (Rosenbrock 1960). */
export const rosenbrock: Surface = {
  f: /*#__PURE__*/ ofPair('rosenbrock', (x, y) => sum(add(square(sub(1, x)), mul(square(sub(y, square(x))), 100)))),
  minima: [[1, 1]],
  saddles: [],
  domain: [
    [-2, 2],
    [-1, 3],
  ],
};
/** (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²: flat far out, a saddle before the minimum (Beale 1958). */
export const beale: Surface = {
  f: /*#__PURE__*/ ofPair('beale', (x, y) => {
    const term = (c: number, n: number) => square(add(sub(c, x), mul(x, n === 1 ? y : pow(y, n))));
    return sum(add(add(term(1.5, 1), term(2.25, 2)), term(2.625, 3)));
  }),
  minima: [[3, 0.5]],
  saddles: [[0, 1]],
  domain: [
    [-4.5, 4.5],
    [-4.5, 4.5],
  ],
};
/** (x² + y − 11)² + (x + y² − 7)²: four minima that are equally deep (Himmelblau 1972). */
export const himmelblau: Surface = {
  f: /*#__PURE__*/ ofPair('himmelblau', (x, y) =>
    sum(add(square(sub(add(square(x), y), 11)), square(sub(add(x, square(y)), 7)))),
  ),
  minima: [
    [3, 2],
    [-2.805118086952745, 3.131312518250573],
    [-3.779310253377747, -3.283185991286169],
    [3.584428340330492, -1.848126526964404],
  ],
  saddles: [
    [-3.073025751, -0.081353044],
    [0.086677505, 2.884254701],
    [3.385154184, 0.073851879],
    [-0.127961347, -1.953714981],
  ],
  domain: [
    [-5, 5],
    [-5, 5],
  ],
};
/** x² − y²: a plain saddle. */
export const saddle: Surface = {
  f: /*#__PURE__*/ ofPair('saddle', (x, y) => sum(sub(square(x), square(y)))),
  minima: [],
  saddles: [[0, 0]],
  domain: [
    [-2, 2],
    [-2, 2],
  ],
};
/** ½(x² + 100y²): a ravine, a hundred times steeper across than along. */
export const quadratic: Surface = {
  f: /*#__PURE__*/ ofPair('quadratic', (x, y) => sum(add(mul(square(x), 0.5), mul(square(y), 50)))),
  minima: [[0, 0]],
  saddles: [],
  domain: [
    [-10, 10],
    [-2, 2],
  ],
};
/** 0.05(x² + y²) + 10σ(50(x − 1)): a plain, and from x = 1 on a plateau behind a steep wall. A step from the wall goes
 *  far (after figure 8.3 of Goodfellow et al. 2016). */
export const cliff: Surface = {
  f: /*#__PURE__*/ ofPair('cliff', (x, y) =>
    sum(add(mul(add(square(x), square(y)), 0.05), mul(sigmoid(mul(sub(x, 1), 50)), 10))),
  ),
  minima: [[0, 0]],
  saddles: [],
  domain: [
    [-3, 3],
    [-3, 3],
  ],
};
/** r² / (1 + r²) with r² = x² + y²: a hollow in a plateau that becomes ever flatter, the slope far out being 2/r³. */
export const plateau: Surface = {
  f: /*#__PURE__*/ ofPair('plateau', (x, y) => sum(sub(1, reciprocal(add(add(square(x), square(y)), 1))))),
  minima: [[0, 0]],
  saddles: [],
  domain: [
    [-4, 4],
    [-4, 4],
  ],
};
/** x⁴ − x³/3 − 2x² + x + 5/3 + y²: two wells with a saddle between them. The first minimum has the value 0, the second,
 *  which is a local one, 4/3. */
export const doubleWell: Surface = {
  f: /*#__PURE__*/ ofPair('doubleWell', (x, y) => {
    const inX = mul(x, add(mul(x, sub(mul(x, sub(x, 1 / 3)), 2)), 1));
    return sum(add(add(inX, 5 / 3), square(y)));
  }),
  minima: [
    [-1, 0],
    [1, 0],
  ],
  saddles: [[0.25, 0]],
  domain: [
    [-2, 2],
    [-2, 2],
  ],
};
/** x³ − 3xy²: a saddle with three ways down, where all second derivatives are 0. */
export const monkeySaddle: Surface = {
  f: /*#__PURE__*/ ofPair('monkeySaddle', (x, y) => sum(mul(x, sub(square(x), mul(square(y), 3))))),
  minima: [],
  saddles: [[0, 0]],
  domain: [
    [-2, 2],
    [-2, 2],
  ],
};
