import { sorted } from '../graph/sort.js';
import { needs, node, type Op, type Tensor } from '../graph/tensor.js';
import { identity } from '../ops/reshape.js';
import { gradient } from './gradient.js';

/** A copy of the description of x that waits for dy: the results computed from it are computed late, and are not merged
 *  with the first ones. */
const againOp: Op<null> = {
  name: 'again',
  shape: ([x]) => x.shape,
  offset: () => 0,
  gradient: (d) => [d, undefined],
};

/** The op whose gradient computes f again. Its inputs are y = f(x), x, and everything else that f reads. */
const rematerializedOp: Op<{ f: (x: Tensor) => Tensor }> = {
  name: 'rematerialized',
  shape: ([y]) => y.shape,
  offset: () => 0,
  gradient: (dy, _, [, x, ...others], { f }) => {
    const again = node(againOp, [x, dy], null);
    return [undefined, ...gradient(f(again), [again, ...others], dy)];
  },
};

/** f(x), whose intermediate results are not kept for the gradient but computed again when it is needed: less memory for one more
 *  forward pass (Chen et al. 2016). f must give the same description every time. */
export function rematerialized(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  // An identity, so that only f depends on it: parameters may depend on x too, through an earlier gradient.
  const copy = identity(x);
  const y = f(copy);
  return node(rematerializedOp, [y, x, ...readBy(f, y, copy)], { f });
}

/** The tensors from outside that f reads besides x: those that a second description has in common with the first, y. */
function readBy(f: (x: Tensor) => Tensor, y: Tensor, x: Tensor): Tensor[] {
  const again = identity(x.inputs[0]);
  const behind = (root: Tensor, end: Tensor): Tensor[] => sorted([root], (t) => (t === end ? [] : needs(t)));
  const common = new Set(behind(y, x));
  const own = behind(f(again), again).filter((t) => t !== again && !common.has(t));
  return [...new Set(own.flatMap((t) => needs(t)))].filter((t) => common.has(t));
}
