import { floatBits } from '../graph/instruction.js';
import { node, type Op, type Tensor } from '../graph/tensor.js';
import { full } from '../graph/leaves.js';
import { add, mul, scale, sub } from './arithmetic.js';
import { oneHot } from './gather.js';
import { sum } from './reduce.js';
import { reshape } from './reshape.js';
import { logSoftmax, softmax } from './softmax.js';

/** The targets of the label's class and of every other class. */
interface Smoothing {
  on: number;
  off: number;
}
const parts = (logits: Tensor): number => Math.min(logits.shape[0], Math.ceil(logits.size / 2048));
const fields = (logits: Tensor) => ({ rows: logits.shape[0], columns: logits.shape[1], parts: parts(logits) });
const column = (row: Tensor): Tensor => reshape(row, [row.size, 1]);

/** The targets [n, classes] that labels and smoothing stand for. */
const spread = (labels: Tensor, classes: number, { on, off }: Smoothing): Tensor =>
  add(scale(oneHot(labels, classes), on - off), full([], off));

/** The gradient of the gradient: dlogits = dy·(Σt·softmax − t) is differentiated as a composition of ops. */
function second(d: Tensor, logits: Tensor, targets: Tensor, dy: Tensor): [Tensor, Tensor] {
  const p = softmax(logits);
  const total = sum(targets, 1, true);
  const weighted = mul(mul(d, total), column(dy));
  return [mul(p, sub(weighted, sum(mul(weighted, p), 1, true))), sum(mul(d, sub(mul(p, total), targets)), 1)];
}

const labelsOp: Op<Smoothing> = {
  name: 'crossEntropy',
  shape: ([x]) => [x.shape[0]],
  lower: (_, [a, b], { on, off }) => ({ kernel: 'crossEntropy', a, b, s: on, ldb: floatBits(off), ...fields(a) }),
  gradient: (dy, _, [x, labels], smoothing) => [node(labelsGradientOp, [x, labels, dy], smoothing)],
};
const labelsGradientOp: Op<Smoothing> = {
  name: 'crossEntropyGradient',
  shape: ([x]) => x.shape,
  lower: (_, [a, b, c], { on, off }) => ({
    kernel: 'crossEntropyGradient',
    a,
    b,
    c,
    s: on,
    ldb: floatBits(off),
    ...fields(a),
  }),
  gradient: (d, _, [x, labels, dy], smoothing) => {
    const [dx, ddy] = second(d, x, spread(labels, x.shape[1], smoothing), dy);
    return [dx, undefined, ddy];
  },
};
const targetsOp: Op<null> = {
  name: 'softCrossEntropy',
  shape: ([x]) => [x.shape[0]],
  lower: (_, [a, b]) => ({ kernel: 'softCrossEntropy', a, b, ...fields(a) }),
  gradient: (dy, _, [x, targets]) => [
    node(targetsGradientOp, [x, targets, dy], null),
    scale(mul(logSoftmax(x), column(dy)), -1),
  ],
};
const targetsGradientOp: Op<null> = {
  name: 'softCrossEntropyGradient',
  shape: ([x]) => x.shape,
  lower: (_, [a, b, c]) => ({ kernel: 'softCrossEntropyGradient', a, b, c, ...fields(a) }),
  gradient: (d, _, [x, targets, dy]) => {
    const [dx, ddy] = second(d, x, targets, dy);
    const p = softmax(x);
    const dt = mul(sub(sum(mul(d, p), 1, true), d), column(dy));
    return [dx, dt, ddy];
  },
};

/** −Σ t log softmax(logits) for each row. logits [n, k]; labels [n] with smoothed targets. It is stable, and takes the
 *  softmax in one pass. */
export const crossEntropyOfLabels = (logits: Tensor, labels: Tensor, smoothing: Smoothing): Tensor =>
  node(labelsOp, [logits, labels], smoothing);
/** The cross-entropy of each row for targets [n, k]. */
export const crossEntropyOfTargets = (logits: Tensor, targets: Tensor): Tensor =>
  node(targetsOp, [logits, targets], null);
