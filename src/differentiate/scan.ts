import { OptionError, ShapeError } from '../errors.js';
import { callable, checkKeys, flag, shown } from '../options.js';
import { show } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mapTree, tensorsOf, type Tree, treeOf } from '../graph/tree.js';
import { concat, slice, transpose } from '../ops/arrange.js';
import { reshape } from '../ops/reshape.js';
import { looped, type StepOf } from './loop.js';

/** Calls f for one step after another: each gets the state that the one before returned, and a slice of xs. It runs as a loop of the
 *  program, whose size and time to compile do not depend on the number of steps, and can be differentiated, twice too.
 *  xs is a tensor [n, t, …], or an array or object of those; f gets their slices [n, …]. The state is of tensors whose shapes
 *  do not change. Returns the last state, and `ys`: what f returned as `y` at each step, [n, …] stacked to [n, t, …]
 *  (numbers to [t]). With `reverse` it goes from the last step to the first; `ys` keep the order of xs. The gradient keeps
 *  the state of each step; with `rematerialize` it keeps every √t-th and computes those between again, in memory that
 *  grows with √t (Chen et al. 2016).
 *  @example scan((sum, x) => ({ carry: sum.add(x), y: sum }), tensor([0]), tensor([[1, 2, 3]])).carry.toArray() // [6] */
export function scan<C extends Tree, X extends Tree, Y extends Tree = undefined>(
  f: (carry: C, x: X) => { carry: C; y?: Y },
  init: C,
  xs: X,
  options: { reverse?: boolean; rematerialize?: boolean } = {},
): { carry: C; ys: Y } {
  callable('scan', 'f', f, 'a function of the state and a slice, which returns { carry, y }');
  checkKeys('scan', options, ['reverse', 'rematerialize']);
  const reverse = flag('scan', 'reverse', options.reverse ?? false);
  const again = flag('scan', 'rematerialize', options.rematerialize ?? false);
  const [from, over] = [treeOf('scan', 'init', init), treeOf('scan', 'xs', xs)];
  const [first, ...others] = tensorsOf(over);
  const steps = first?.shape[1];
  for (const { shape } of first ? [first, ...others] : [])
    if (shape[1] === undefined || shape[1] !== steps)
      throw new ShapeError(
        `scan: xs has ${show(shape)}${shape.length < 2 ? '' : ` and ${steps} steps elsewhere`}; time is the second axis, [n, t, …], and equally long everywhere`,
      );
  if (steps === undefined) throw new OptionError(`scan: xs is ${shown(xs)}; give a tensor [n, t, …], or several`);
  return again && steps > 3 ? segmented(f, from, over, steps, reverse) : looped(f, from, over, steps, reverse);
}

/** A loop over segments of √t steps, each a loop: the gradient of the outer one computes the inner ones again. */
function segmented<C, X, Y>(f: StepOf<C, X, Y>, init: C, xs: X, steps: number, reverse: boolean): { carry: C; ys: Y } {
  const length = Math.floor(Math.sqrt(steps));
  const count = Math.floor(steps / length);
  const whole = count * length;
  const cut = (from: number, to: number): X => mapTree(xs, (t) => slice(t, [0, from], [t.shape[0], to]));
  const segments = (carry: C): { carry: C; ys: Y } => {
    const each = mapTree(cut(0, whole), (t) => reshape(t, [t.shape[0], count, length, ...t.shape.slice(2)]));
    const segment = (c: C, x: X): { carry: C; y: Y } => {
      const { carry: last, ys } = looped(f, c, x, length, reverse);
      return { carry: last, y: ys };
    };
    const all = looped(segment, carry, each, count, reverse);
    return { carry: all.carry, ys: mapTree(all.ys, joined) };
  };
  if (whole === steps) return segments(init);
  const rest = (carry: C): { carry: C; ys: Y } => looped(f, carry, cut(whole, steps), steps - whole, reverse);
  const [early, late] = reverse ? [rest, segments] : [segments, rest];
  const before = early(init);
  const after = late(before.carry);
  const [low, high] = (reverse ? [after, before] : [before, after]).map(({ ys }) => tensorsOf(ys));
  let index = 0;
  const ys = mapTree(after.ys, () => {
    const t = low[index];
    return concat([t, high[index++]], Math.min(1, t.shape.length - 1));
  });
  return { carry: after.carry, ys };
}
/** [n, count, length, …] as [n, count·length, …]; numbers come as [length, count]. */
const joined = (t: Tensor): Tensor =>
  t.shape.length === 2
    ? reshape(transpose(t), [t.size])
    : reshape(t, [t.shape[0], t.shape[1] * t.shape[2], ...t.shape.slice(3)]);
