import { Dataset } from '../../src/data/columns.js';
import { Tensor } from '../../src/graph/tensor.js';
import { isModel } from '../../src/nn/model.js';

/** A kind of argument: a right value, and a test whether another value is right too. */
export interface Kind {
  readonly right: () => unknown;
  readonly accepts: (value: unknown) => boolean;
  /** Values that are right but would take for ever. */
  readonly endless?: (value: unknown) => boolean;
}
const kind = (right: () => unknown, accepts: Kind['accepts']): Kind => ({ right, accepts });
const isNumber = (x: unknown): x is number => typeof x === 'number';
const finiteNumber = (x: unknown): x is number => Number.isFinite(x);
const isWhole = (x: unknown): boolean => Number.isSafeInteger(x);
const isList = (x: unknown): x is unknown[] => Array.isArray(x);

/** Numbers, and lists of equally long lists of numbers. */
function isNested(x: unknown): boolean {
  if (isNumber(x) || x instanceof Float64Array) return true;
  return isList(x) && x.length > 0 && isList(x) && Array.from(x).every(isNumber);
}

/** May be left out. */
export const optional = ({ right, accepts }: Kind): Kind => kind(right, (x) => x === undefined || accepts(x));
/** Accepts the values of a kind, and those that `also` accepts. */
export const or = ({ right, accepts }: Kind, also: Kind['accepts']): Kind => kind(right, (x) => accepts(x) || also(x));

export const tensor = (right: () => unknown): Kind => kind(right, (x) => x instanceof Tensor || isNested(x));
export const values = (right: unknown): Kind => kind(() => right, isNested);
export const tensors = (right: () => unknown): Kind =>
  kind(right, (x) => (isList(x) && x.length > 0 && Array.from(x).every(isNested)) || false);
/** Any number. */
export const number = (right: number): Kind => kind(() => right, isNumber);
export const finite = (right: number): Kind => kind(() => right, finiteNumber);
/** A number from 0. */
export const fromZero = (right: number): Kind =>
  kind(
    () => right,
    (x) => finiteNumber(x) && x >= 0,
  );
export const above0 = (right: number): Kind =>
  kind(
    () => right,
    (x) => finiteNumber(x) && x > 0,
  );
export const between = (right: number, low = 0, high = 1): Kind =>
  kind(
    () => right,
    (x) => finiteNumber(x) && x >= low && x <= high,
  );
export const whole = (right: number, least = 1): Kind =>
  kind(
    () => right,
    (x) => isWhole(x) && (x as number) >= least,
  );
/** A number of repetitions: a whole number, but not one that would take for ever. */
export const times = (right: number, least = 1): Kind => ({
  ...whole(right, least),
  endless: (x) => isNumber(x) && x > 1e6,
});
export const flag = (right: boolean): Kind =>
  kind(
    () => right,
    (x) => typeof x === 'boolean',
  );
export const word = (right: string): Kind =>
  kind(
    () => right,
    () => false,
  );
export const text = (right: string): Kind =>
  kind(
    () => right,
    (x) => typeof x === 'string' && x !== '',
  );
/** A whole number or a list of them, which may still not fit. */
export const list = (right: unknown): Kind => kind(() => right, isList);
export const axis = (right: number): Kind => kind(() => right, isWhole);
export const axes = (right: unknown): Kind =>
  kind(
    () => right,
    (x) => isWhole(x) || (isList(x) && Array.from(x).every(isWhole)),
  );
export const shape = (right: readonly number[]): Kind =>
  kind(
    () => right,
    (x) => isList(x) && Array.from(x).every((n) => isWhole(n) && (n as number) > 0),
  );
export const wholes = (right: readonly number[]): Kind =>
  kind(
    () => right,
    (x) => isList(x) && Array.from(x).every((n) => isNumber(n)),
  );
/** A whole number, or two. */
export const pair = (right: unknown, least = 1): Kind =>
  kind(
    () => right,
    (x) => {
      const ok = (n: unknown): boolean => isWhole(n) && (n as number) >= least;
      return ok(x) || (isList(x) && x.length === 2 && Array.from(x).every(ok));
    },
  );
export const dataset = (right: () => unknown): Kind => kind(right, (x) => x instanceof Dataset);
export const called = (right: () => unknown): Kind => kind(right, (x) => typeof x === 'function');
export const model = (right: () => unknown): Kind => kind(right, isModel);
/** A single value: everything else is refused. */
export const only = (right: () => unknown): Kind => kind(right, () => false);
/** An argument that is not checked. */
export const anything = (right: unknown): Kind =>
  kind(
    () => right,
    () => true,
  );
