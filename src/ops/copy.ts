import { node, type Op, type Tensor } from '../graph/tensor.js';
import { tiles } from './operand.js';

const copyOp: Op<null> = {
  name: 'copy',
  shape: ([x]) => x.shape,
  lower: (y, [a]) => ({ kernel: 'copy', a, rows: y.size, parts: tiles(y.size) }),
  gradient: (dy) => [dy],
};
/** A copy of x in memory of its own. */
export const copied = (x: Tensor): Tensor => node(copyOp, [x], null);
