import { RegulusError, UnsupportedError } from '../errors.js';
import { inputOp, storageOf } from '../graph/leaves.js';
import { sorted } from '../graph/sort.js';
import { held, needs, type Tensor } from '../graph/tensor.js';
import { isTracing, replay, watching } from '../graph/trace.js';
import { isVersion } from '../ops/storage.js';
import { Program } from './program.js';

/** The values of a tensor, computed at the first call and remembered. The graph behind the tensor is then forgotten,
 *  unless a function is being traced that may still be differentiated. Values have no gradient, so reading them where
 *  one is wanted is an error. `glance`: the values are only looked at, to print or to choose. */
export function realize(t: Tensor, glance = false): Float32Array {
  if (isTracing()) checkWatched(t, glance);
  if (t.value) return t.value;
  checkKnown(t);
  const results = together(t);
  const program = new Program(results);
  try {
    program.run();
    const value = program.read(t);
    for (const result of results) {
      result.value = result === t ? value : program.read(result);
      result.beside = undefined;
    }
    // Not earlier: the inputs of a result tell where the program holds it.
    if (!isTracing()) for (const result of results) result.inputs = [];
    return value;
  } finally {
    program.dispose();
  }
}

/** Refuses to read the values of a tensor that is being differentiated. */
function checkWatched(t: Tensor, glance: boolean): void {
  const watches = watching(t);
  if (watches.length && !glance)
    throw new UnsupportedError(
      'a value was read in a function that is differentiated: numbers have no gradient. Go on with the tensor, or read stopGradient(t) where a constant is meant',
    );
  for (const watch of watches) watch.read = true;
}

/** Refuses to read values that are not known yet: a program's arguments have none before it runs, and the contents of
 *  storages may differ at every run. */
function checkKnown(t: Tensor): void {
  const compiling = replay() !== undefined;
  const isOpen = (x: Tensor): boolean =>
    x.op === (inputOp as Tensor['op']) || (compiling && storageOf(x)?.isMoment(x) === false);
  if (sorted([t], needs).some(isOpen))
    throw new RegulusError(
      'a value was read while a function is compiled: its arguments have no numbers yet; use ops such as where instead of reading',
    );
}

/** t and the tensors that must be computed together with it: the other results of a function, and the other storages
 *  that its op writes, because the op must not run a second time. */
function together(t: Tensor): Tensor[] {
  const holder = held(t);
  const maker = isVersion(holder) && !holder.value ? holder.inputs[1] : holder;
  const others = [...(t.beside ?? []), ...(maker.beside ? [maker, ...maker.beside] : [])];
  return [...new Set([t, ...others])].filter(({ value }) => !value);
}
