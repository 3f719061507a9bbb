import type { Tensor } from '../graph/tensor.js';
import type { Call } from './walk.js';

/** What a model is called with while a training step describes an objective: its parameters as the step has them, and
 *  where its updates and penalties go. */
export interface Binding {
  readonly tensors: Readonly<Record<string, Tensor>>;
  call(training: boolean): Call;
}

/** The seed with which unbuilt models are built where they are called for the first time. */
let seed = 0;
export const seedOfBuild = (): number => seed;
/** Calls f, in which unbuilt models are built with this seed. */
export function buildingWith<T>(given: number, f: () => T): T {
  const before = seed;
  seed = given;
  try {
    return f();
  } finally {
    seed = before;
  }
}

let bindings: ReadonlyMap<object, Binding> = new Map();

/** The binding of a model, if a step that uses it is being described. */
export const bindingOf = (model: object): Binding | undefined => bindings.get(model);

/** Calls f, in which these models are bound. */
export function withBound<T>(bound: ReadonlyMap<object, Binding>, f: () => T): T {
  const before = bindings;
  bindings = bound;
  try {
    return f();
  } finally {
    bindings = before;
  }
}
