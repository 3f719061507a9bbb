import { FormatError, UnsupportedError } from '../../index.js';
import { Constant } from './constant.js';
import type { Attribute } from './messages.js';
import type { Node } from './read.js';
import type { Scope } from './scope.js';
import type { Value } from './value.js';

/** What a rule makes: one result, or several in their order. */
export type Made = Value | Constant | readonly (Value | Constant)[];
export type Given = Value | Constant | undefined;

/** A node with its inputs, as the rules of ops see it. */
export class Call {
  constructor(
    readonly scope: Scope,
    readonly node: Node,
    readonly inputs: readonly Given[],
  ) {}

  #attribute(name: string): Partial<Attribute> {
    return this.node.attributes.get(name) ?? {};
  }
  has(name: string): boolean {
    return this.node.attributes.has(name);
  }
  int(name: string, otherwise: number): number {
    return this.#attribute(name).i ?? otherwise;
  }
  float(name: string, otherwise: number): number {
    return this.#attribute(name).f ?? otherwise;
  }
  text(name: string, otherwise: string): string {
    const { s } = this.#attribute(name);
    return s ? String.fromCharCode(...s.subarray(0, 100)) : otherwise;
  }
  texts(name: string): string[] {
    return (this.#attribute(name).strings ?? []).map((s) => String.fromCharCode(...s.subarray(0, 100)));
  }
  floats(name: string): readonly number[] {
    return this.#attribute(name).floats ?? [];
  }
  ints(name: string): readonly number[] | undefined {
    const { ints } = this.#attribute(name);
    return ints?.length ? ints : undefined;
  }

  /** Whether somebody reads a result. */
  isRead(i: number): boolean {
    return this.scope.isRead(this.node.outputs[i] || undefined);
  }
  /** An input that must be there. */
  given(i: number): Value | Constant {
    return this.inputs[i] ?? this.#missing(i);
  }
  /** An input that is computed. */
  value(i = 0): Value {
    const given = this.given(i);
    return given instanceof Constant ? this.scope.valueOf(given) : given;
  }
  /** An input that must be known; undefined where it is left out. */
  constant(i: number, what: string): Constant | undefined {
    const given = this.inputs[i];
    if (!given || given instanceof Constant) return given;
    throw new UnsupportedError(`its ${what} is computed`);
  }
  /** An input that must be known and there. */
  known(i: number, what: string): Constant {
    return this.constant(i, what) ?? this.#missing(i);
  }
  /** Whole numbers that newer versions of an op take as an input, and older ones as an attribute. */
  list(i: number, name: string): number[] | undefined {
    const given = this.constant(i, name)?.data ?? this.ints(name);
    return given && Array.from(given);
  }
  /** A number that newer versions of an op take as an input, and older ones as an attribute. */
  number(i: number, name: string): number | undefined {
    return this.constant(i, name)?.data[0] ?? this.#attribute(name).f ?? this.#attribute(name).i;
  }
  #missing(i: number): never {
    throw new FormatError(`fromOnnx: the node '${this.node.name}' (${this.node.op}) has no input ${i}`);
  }
}

/** Refuses what an op asks for. */
export function cannot(what: string): never {
  throw new UnsupportedError(what);
}
/** Axes counted from 0. */
export function axisOf(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  return at >= 0 && at < rank ? at : cannot(`its axis ${axis} is none of ${rank}`);
}
