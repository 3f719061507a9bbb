import { OptionError, ShapeError } from '../errors.js';
import { show } from '../graph/shape.js';
import { Tensor } from '../graph/tensor.js';
import { isTracing } from '../graph/trace.js';
import { realize } from '../compile/realize.js';
import * as ops from '../ops/index.js';
import { printed } from './print.js';

/** Ops whose first argument is a list; they are functions only. */
const LISTS = ['concat', 'stack'] as const;
type Rest<F> = F extends (x: never, ...rest: infer R) => unknown ? R : never;
/** The ops whose first argument is a tensor, as methods: x.relu() is relu(x). */
type Methods = {
  [K in Exclude<keyof typeof ops, (typeof LISTS)[number]>]: (
    ...rest: Rest<(typeof ops)[K]>
  ) => ReturnType<(typeof ops)[K]>;
};
/** Numbers in nested arrays, as deep as the tensor has axes. */
export type Nested = number | Nested[];

declare module '../graph/tensor.js' {
  interface Tensor extends Methods {
    /** A copy of the numbers, in order. */
    data(): Float32Array;
    /** The number of a tensor with one element; else a ShapeError. */
    item(): number;
    /** The numbers as nested arrays, as deep as the tensor has axes; a lone number for [].
     *  @example tensor([[1, 2]]).toArray<number[][]>()[0][1] // 2 */
    toArray<T extends Nested = Nested>(): T;
    /** The shape and the numbers to four digits; the middle of long axes is left out. */
    toString(): string;
    /** The same text where text is asked for. A tensor is not a number: `t * 2` is an OptionError that points to
     *  `mul`. */
    [Symbol.toPrimitive](hint: string): string;
  }
}

function nest(data: Float32Array, shape: readonly number[], at = 0): Nested {
  if (!shape.length) return data[at];
  const [n, ...rest] = shape;
  const step = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, i) => nest(data, rest, at + i * step));
}

Object.assign(Tensor.prototype, {
  data(this: Tensor) {
    return realize(this).slice();
  },
  item(this: Tensor) {
    if (this.size !== 1)
      throw new ShapeError(`item: ${show(this.shape)} has ${this.size} numbers, not one; use data()`);
    return realize(this, true)[0];
  },
  toArray(this: Tensor) {
    return nest(realize(this), this.shape);
  },
  toString(this: Tensor) {
    return printed(realize(this, true), this.shape);
  },
  [Symbol.toPrimitive](this: Tensor, hint: string) {
    if (hint === 'string') return this.toString();
    throw new OptionError(
      `a tensor ${show(this.shape)} was used as a number; write x.mul(2) or x.exp(), or read its number with item()`,
    );
  },
});
/** The text that the consoles of Node, Bun and Deno show. It computes nothing while a function is traced, and never
 *  throws. */
function inspected(this: Tensor): string {
  try {
    if (this.value || !isTracing()) return this.toString();
  } catch {
    // The values are not available, but the shape is.
  }
  return `Tensor ${show(this.shape)} (${this.op?.name}, not computed)`;
}
for (const name of ['nodejs.util.inspect.custom', 'Deno.customInspect'])
  Object.defineProperty(Tensor.prototype, Symbol.for(name), { value: inspected });
for (const [name, op] of Object.entries(ops) as [string, (...args: unknown[]) => unknown][])
  if (!(LISTS as readonly string[]).includes(name))
    Object.defineProperty(Tensor.prototype, name, {
      value(this: Tensor, ...rest: unknown[]) {
        return op(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
