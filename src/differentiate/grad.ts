import { OptionError, ShapeError, UnsupportedError } from '../errors.js';
import { callable, checkKeys, refuse, shown } from '../options.js';
import { show } from '../graph/shape.js';
import { sorted } from '../graph/sort.js';
import { Tensor } from '../graph/tensor.js';
import { isTracing, traceFunction } from '../graph/trace.js';
import { mul } from '../ops/arithmetic.js';
import { asTensor, type Operand } from '../ops/operand.js';
import { sum } from '../ops/reduce.js';
import { identity, reshape } from '../ops/reshape.js';
import { gradient } from './gradient.js';

/** Something with named parameters, such as a model. */
export interface Parametric {
  /** The trainable parameters as tensors, by name. */
  tensors(): Readonly<Record<string, Tensor>>;
}
/** What to differentiate with respect to: arguments by position, or the parameters of a model or of several. */
export type Wrt = readonly number[] | Parametric | readonly Parametric[];
/** A function of any arguments that returns R. Every signature is declared twice, so that arguments without a type are
 *  taken as tensors. */
type Of<A extends unknown[], R = Tensor> = (...args: A) => R;
type Function = Of<never[]>;
type Positions = { wrt: readonly number[] };
interface Both<G> {
  value: Tensor;
  grads: G;
}

const isParametric = (wrt: unknown): wrt is Parametric =>
  (typeof wrt === 'function' || (typeof wrt === 'object' && wrt !== null)) && 'tensors' in wrt;

/** Checks the function and `wrt` before anything is called, and returns what to differentiate with respect to. */
function checked(name: string, f: Function, options: { wrt?: Wrt }, what = ''): Wrt | undefined {
  callable(name, 'f', f, 'a function of tensors that gives one number');
  checkKeys(name, options, ['wrt']);
  const { wrt } = options;
  const isArgument = (x: unknown): boolean =>
    (Number.isInteger(x) && (x as number) >= 0) || (what !== '' && isParametric(x));
  const isValid = wrt === undefined || (Array.isArray(wrt) ? wrt.every(isArgument) : what && isParametric(wrt));
  return isValid ? wrt : refuse(name, 'wrt', wrt, `positions of arguments such as [0]${what}`);
}

/** Calls f with its arguments under new names, so that only f's own use of them is differentiated. */
function traced(
  name: string,
  f: Function,
  args: readonly unknown[],
  positions: readonly number[],
  models?: readonly Parametric[],
) {
  const renamed = args.map((x, i) => {
    if (!positions.includes(i)) return x;
    return identity(asTensor(name, x as Operand, `argument ${i} of wrt`));
  });
  for (const i of positions)
    if (!(i in renamed)) throw new OptionError(`${name}: wrt names argument ${i}, but ${args.length} were given`);
  const wrt = models ?? positions.map((i) => renamed[i] as Tensor);
  const { result, read, watched } = traceFunction(wrt, models ? [] : (wrt as Tensor[]), () =>
    f(...(renamed as never[])),
  );
  if (!(result instanceof Tensor) || result.size !== 1)
    throw new ShapeError(
      `${name}: the function must return one number, not ${result instanceof Tensor ? show(result.shape) : shown(result)}; sum or average it`,
    );
  if (read && !sorted([result]).some((t) => watched.has(t)))
    throw new UnsupportedError(
      `${name}: the function goes on with a number that it read, which has no gradient; go on with the tensor instead`,
    );
  return { value: result, given: renamed };
}

/** Marks results to be computed together when one of them is read. Inside a traced function it does nothing. */
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
  const wrt = checked('grad', f, options) as readonly number[] | undefined;
  return (...args) => {
    const { value, given } = traced('grad', f, args, wrt ?? [0]);
    const grads = gradient(
      value,
      (wrt ?? [0]).map((i) => given[i] as Tensor),
    );
    return wrt ? together(grads) : grads[0];
  };
}

/** The function's value and gradient at once. With `{ wrt: model }`, gradients by parameter name; with `{ wrt: [G, D] }`, an array of
 *  those, one for each model. All are computed at the parameters of the moment of the call, even if they are read after
 *  the model has changed.
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
export function valueAndGrad<A extends Tensor[]>(
  f: Of<A>,
  options: { wrt: readonly Parametric[] },
): Of<A, Both<Record<string, Tensor>[]>>;
export function valueAndGrad<A extends unknown[]>(
  f: Of<A>,
  options: { wrt: readonly Parametric[] },
): Of<A, Both<Record<string, Tensor>[]>>;
export function valueAndGrad(
  f: Function,
  options: { wrt?: Wrt } = {},
): Of<unknown[], Both<Tensor | Tensor[] | Record<string, Tensor> | Record<string, Tensor>[]>> {
  const wrt = checked('valueAndGrad', f, options, ', a model or a list of models');
  return (...args) => {
    const models = (Array.isArray(wrt) ? wrt : [wrt]).filter(isParametric);
    if (models.length) {
      const { value } = traced('valueAndGrad', f, args, [], models);
      const named = models.map((model) => model.tensors());
      const grads = gradient(value, named.flatMap(Object.values<Tensor>));
      together([value, ...grads]);
      const each = named.map((own) =>
        Object.fromEntries(Object.keys(own).map((name) => [name, grads.shift() as Tensor])),
      );
      return { value, grads: isParametric(wrt) ? each[0] : each };
    }
    const positions = (wrt as readonly number[] | undefined) ?? [0];
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
  callable('hvp', 'f', f, 'a function of a tensor that gives one number');
  return (x, v) => {
    const [at, along] = [asTensor('hvp', x), asTensor('hvp', v, 'v')];
    if (at.size !== along.size)
      throw new ShapeError(`hvp: v is ${show(along.shape)}, but x is ${show(at.shape)}; shapes must be equal`);
    return grad((t: Tensor) => sum(mul(grad(f)(t), reshape(along, t.shape))))(at);
  };
}
