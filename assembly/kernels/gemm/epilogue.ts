/** Finishes a block of a product: adds a bias to each column, and applies an activation. */
import { Activation } from '../../layout';
import { loadLanes, storeLanes } from '../../simd/lanes';
import * as math from '../../simd/math';

@final class Identity { @inline apply(x: v128): v128 { return x; } }
@final class Relu { @inline apply(x: v128): v128 { return f32x4.pmax(x, f32x4.splat(0)); } }
@final class Tanh { @inline apply(x: v128): v128 { return math.ofExp<math.Tanh>(x, x); } }
@final class Sigmoid { @inline apply(x: v128): v128 { return math.ofExp<math.Sigmoid>(x, x); } }

export function finish(y: usize, line: usize, rows: i32, columns: i32, bias: usize, activation: i32): void {
  for (; rows > 0; rows--, y += line) {
    if (activation == Activation.relu) row<Relu>(y, columns, bias);
    else if (activation == Activation.tanh) row<Tanh>(y, columns, bias);
    else if (activation == Activation.sigmoid) row<Sigmoid>(y, columns, bias);
    else if (bias) row<Identity>(y, columns, bias);
  }
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
