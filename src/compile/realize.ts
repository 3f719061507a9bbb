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
  const results = together(t);
  const program = new Program(results);
  try {
    program.run();
    for (const result of results) result.value = program.read(result);
  } finally {
    program.dispose();
  }
  if (!isTracing()) for (const result of results) result.inputs = [];
  return t.value as unknown as Float32Array;
}

/** t, and where an op made it that changes several things at once, all of those: it must not run a second time. */
function together(t: Tensor): Tensor[] {
  const holder = held(t);
  const maker = isVersion(holder) && !holder.value ? holder.inputs[1] : holder;
  return maker.beside ? [...new Set([t, maker, ...maker.beside])] : [t];
}
