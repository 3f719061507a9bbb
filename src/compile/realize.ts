import { RegulusError } from '../errors.js';
import { inputOp } from '../graph/leaves.js';
import { sorted } from '../graph/sort.js';
import { needs, type Tensor } from '../graph/tensor.js';
import { isTracing } from '../graph/trace.js';
import { isVersion } from '../ops/storage.js';
import { Program } from './program.js';
import { held } from './schedule.js';

/** A tensor's numbers: computed at the first call, remembered after. The graph behind it is forgotten, unless a function
 *  is being traced that may still be differentiated. */
export function realize(t: Tensor): Float32Array {
  if (t.value) return t.value;
  for (const x of sorted([t], needs))
    if (x.op === (inputOp as Tensor['op']))
      throw new RegulusError(
        'a value was read while a function is compiled: its arguments have no numbers yet; use ops such as where instead of reading',
      );
  const others = together(t);
  const program = new Program([t, ...others]);
  try {
    program.run();
    const value = program.read(t);
    for (const result of others) result.value = program.read(result);
    t.value = value;
    if (!isTracing()) for (const result of [t, ...others]) result.inputs = [];
    return value;
  } finally {
    program.dispose();
  }
}

/** Where an op made t that changes several things at once, all of those: it must not run a second time. */
function together(t: Tensor): Tensor[] {
  const holder = held(t);
  const maker = isVersion(holder) && !holder.value ? holder.inputs[1] : holder;
  return maker.beside ? [...new Set([maker, ...maker.beside])].filter((result) => result !== t) : [];
}
