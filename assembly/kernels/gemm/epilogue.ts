/** Finishes a block of a product: adds a bias to each column, and applies an activation. */
import { Activation } from '../../layout';
import { loadLanes, storeLanes } from '../../simd/lanes';
import * as math from '../../simd/math';

@final class Identity { @inline apply(x: v128): v128 { return x; } }
@final class Relu { @inline apply(x: v128): v128 { return f32x4.pmax(x, f32x4.splat(0)); } }
@final class Curve<Op> { @inline apply(x: v128): v128 { return math.ofExp<Op>(x, x); } }

export function finish(y: usize, line: usize, rows: i32, columns: i32, bias: usize, activation: i32): void {
  for (; rows > 0; rows--, y += line) {
    if (activation == Activation.relu) row<Relu>(y, columns, bias);
    else if (activation == Activation.tanh) curved<math.Tanh>(y, columns, bias);
    else if (activation == Activation.sigmoid) curved<math.Sigmoid>(y, columns, bias);
    else if (bias) row<Identity>(y, columns, bias);
  }
}
/** Sixteen columns at a time share the loads of constants. */
function curved<Op>(y: usize, columns: i32, bias: usize): void {
  if (bias) row<Identity>(y, columns, bias);
  for (; columns >= 16; columns -= 16, y += 64) math.fourOfExp<Op>(y, y, 0);
  if (columns) row<Curve<Op>>(y, columns, 0);
}
function row<Op>(y: usize, columns: i32, bias: usize): void {
  const tail = columns & 3;
  if (bias) {
    for (const end = y + ((<usize>columns & ~3) << 2); y < end; y += 16, bias += 16)
      v128.store(y, changetype<Op>(0).apply(f32x4.add(v128.load(y), v128.load(bias))));
    if (tail) storeLanes(y, changetype<Op>(0).apply(f32x4.add(v128.load(y), v128.load(bias))), tail);
  } else {
    for (const end = y + ((<usize>columns & ~3) << 2); y < end; y += 16) v128.store(y, changetype<Op>(0).apply(v128.load(y)));
    if (tail) storeLanes(y, changetype<Op>(0).apply(loadLanes(y, tail, f32x4.splat(0))), tail);
  }
}
