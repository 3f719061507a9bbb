import { OptionError, ShapeError, UnsupportedError } from '../errors.js';
import { checkKeys } from '../options.js';
import { show } from '../graph/shape.js';
import { sorted } from '../graph/sort.js';
import { Tensor } from '../graph/tensor.js';
import { isTracing, traceFunction } from '../graph/trace.js';
import { mul } from '../ops/arithmetic.js';
import { asTensor } from '../ops/operand.js';
import { sum } from '../ops/reduce.js';
import { identity, reshape } from '../ops/reshape.js';
import { gradient } from './gradient.js';

/** Something with named parameters, such as a model. */
export interface Parametric {
  /** The trainable parameters as tensors, by name. */
  tensors(): Readonly<Record<string, Tensor>>;
}
/** What to differentiate with respect to: arguments by position, or a model's parameters. */
export type Wrt = readonly number[] | Parametric;
/** A function of any arguments that gives R. Every signature comes twice: arguments without a type are tensors. */
type Of<A extends unknown[], R = Tensor> = (...args: A) => R;
type Function = Of<never[]>;
type Positions = { wrt: readonly number[] };
interface Both<G> {
  value: Tensor;
  grads: G;
}

const isParametric = (wrt: Wrt | undefined): wrt is Parametric => wrt !== undefined && !Array.isArray(wrt);

/** Calls f with its arguments under new names, so that only f's own use of them is differentiated. */
function traced(name: string, f: Function, args: readonly unknown[], positions: readonly number[], model?: Parametric) {
  const given = args.map((x, i) => {
    if (!positions.includes(i)) return x;
    if (!(x instanceof Tensor) && typeof x !== 'number')
      throw new OptionError(
        `${name}: argument ${i} is ${typeof x}, not a tensor; name the tensors in { wrt: [positions] }`,
      );
    return identity(asTensor(name, x));
  });
  for (const i of positions)
    if (!(i in given)) throw new OptionError(`${name}: wrt names argument ${i}, but ${args.length} were given`);
  const wrt = model ? [model] : positions.map((i) => given[i] as Tensor);
  const { result, read, watched } = traceFunction(wrt, model ? [] : (wrt as Tensor[]), () => f(...(given as never[])));
  if (!(result instanceof Tensor) || result.size !== 1)
    throw new ShapeError(
      `${name}: the function must return one number, not ${result instanceof Tensor ? show(result.shape) : typeof result}; sum or average it`,
    );
  if (read && !sorted([result]).some((t) => watched.has(t)))
    throw new UnsupportedError(
      `${name}: the function goes on with a number that it read, which has no gradient; go on with the tensor instead`,
    );
  return { value: result, given };
}

/** Results that are computed together where one of them is read, and not at all within a function that is described itself. */
function together<T extends readonly Tensor[]>(results: T): T {
  if (!isTracing()) for (const t of results) if (!t.value) t.beside = [...results];
  return results;
}

/** The gradient of a function that returns one number: a function of the same arguments. By default with respect to the
 *  first argument, as a tensor; with `{ wrt: [0, 2] }`, with respect to those, as an array.
 *  @example grad((x) => x.square().sum())(tensor([1, 2])).toArray() // [2, 4] */
export function grad<A extends Tensor[]>(f: Of<A>): Of<A>;
export function grad<A extends unknown[]>(f: Of<A>): Of<A>;
export function grad<A extends Tensor[]>(f: Of<A>, options: Positions): Of<A, Tensor[]>;
export function grad<A extends unknown[]>(f: Of<A>, options: Positions): Of<A, Tensor[]>;
export function grad(f: Function, options: Partial<Positions> = {}): Of<unknown[], Tensor | Tensor[]> {
  checkKeys('grad', options, ['wrt']);
  const { wrt } = options;
  return (...args) => {
    const { value, given } = traced('grad', f, args, wrt ?? [0]);
    const grads = gradient(
      value,
      (wrt ?? [0]).map((i) => given[i] as Tensor),
    );
    return wrt ? together(grads) : grads[0];
  };
}

/** The function's value and gradient at once. With `{ wrt: model }`, gradients by parameter name, all at the parameters as they are
 *  at the call: they may be read after the model has changed.
 *  @example
 *  const { value, grads } = valueAndGrad((x, y) => mse()(model(x), y), { wrt: model })(x, y) */
export function valueAndGrad<A extends Tensor[]>(f: Of<A>): Of<A, Both<Tensor>>;
export function valueAndGrad<A extends unknown[]>(f: Of<A>): Of<A, Both<Tensor>>;
export function valueAndGrad<A extends Tensor[]>(f: Of<A>, options: Positions): Of<A, Both<Tensor[]>>;
export function valueAndGrad<A extends unknown[]>(f: Of<A>, options: Positions): Of<A, Both<Tensor[]>>;
export function valueAndGrad<A extends Tensor[]>(
  f: Of<A>,
  options: { wrt: Parametric },
): Of<A, Both<Record<string, Tensor>>>;
export function valueAndGrad<A extends unknown[]>(
  f: Of<A>,
  options: { wrt: Parametric },
): Of<A, Both<Record<string, Tensor>>>;
export function valueAndGrad(
  f: Function,
  options: { wrt?: Wrt } = {},
): Of<unknown[], Both<Tensor | Tensor[] | Record<string, Tensor>>> {
  checkKeys('valueAndGrad', options, ['wrt']);
  const { wrt } = options;
  return (...args) => {
    if (isParametric(wrt)) {
      const { value } = traced('valueAndGrad', f, args, [], wrt);
      const named = wrt.tensors();
      const grads = gradient(value, Object.values(named));
      together([value, ...grads]);
      return { value, grads: Object.fromEntries(Object.keys(named).map((name, i) => [name, grads[i]])) };
    }
    const positions = wrt ?? [0];
    const { value, given } = traced('valueAndGrad', f, args, positions);
    const grads = gradient(
      value,
      positions.map((i) => given[i] as Tensor),
    );
    together([value, ...grads]);
    return { value, grads: wrt ? grads : grads[0] };
  };
}

/** The Hessian of f at x, times v, without forming the Hessian: the gradient of ⟨∇f(x), v⟩.
 *  @example hvp((x) => x.pow(3).sum())(tensor([1, 2]), tensor([1, 1])).toArray() // [6, 12] */
export function hvp(f: (x: Tensor) => Tensor): (x: Tensor, v: Tensor) => Tensor {
  return (x, v) => {
    if (x.size !== v.size)
      throw new ShapeError(`hvp: v is ${show(v.shape)}, but x is ${show(x.shape)}; shapes must be equal`);
    return grad((at: Tensor) => sum(mul(grad(f)(at), reshape(v, at.shape))))(x);
  };
}
