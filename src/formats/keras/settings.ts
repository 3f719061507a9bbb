import { FormatError, shown } from '../../index.js';

/** An object of a JSON text. */
export type Fields = Readonly<Record<string, unknown>>;
/** Whether a value is an object of a JSON text. */
export const isFields = (x: unknown): x is Fields => typeof x === 'object' && x !== null && !Array.isArray(x);
/** A field of a JSON object; undefined where it is null or missing, or is not the object's own. */
export const field = (of: Fields, name: string): unknown =>
  Object.hasOwn(of, name) ? (of[name] ?? undefined) : undefined;

/** What a layer does that has no counterpart here. All of a file are collected before they are reported. */
export class Refusal extends Error {}

/** The settings of one layer in a file. What is of a wrong type is a FormatError, what is known but has no counterpart a Refusal. */
export class Settings {
  /** `label` names the layer in messages, `version` is that of the Keras that wrote the file. */
  constructor(
    readonly where: string,
    readonly label: string,
    readonly version: string,
    readonly fields: Fields,
    /** The number that the layer is called with behind its tensor. */
    readonly operand?: number,
  ) {}

  /** The first of these settings that is there. */
  of(...names: readonly string[]): unknown {
    for (const name of names) {
      const value = field(this.fields, name);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  malformed(name: string, expected: string): never {
    throw new FormatError(`${this.where}: ${this.label}: ${name} is ${shown(this.of(name))}; it must be ${expected}`);
  }
  refuse(what: string): never {
    throw new Refusal(what);
  }
  /** Refuses a setting that has another value than this one. */
  only(name: string, value?: unknown): void {
    const given = this.of(name);
    if (given !== undefined && given !== value) this.refuse(`${name} ${shown(given)}`);
  }

  number(name: string, standard: number): number {
    const value = this.of(name) ?? standard;
    return Number.isFinite(value) ? (value as number) : this.malformed(name, 'a finite number');
  }
  flag(name: string, standard: boolean): boolean {
    const value = this.of(name) ?? standard;
    return typeof value === 'boolean' ? value : this.malformed(name, 'true or false');
  }
  whole(name: string, standard?: number): number {
    const value = this.of(name) ?? standard;
    return isWhole(value, 1) ? value : this.malformed(name, 'a whole number from 1');
  }
  word<T extends string>(name: string, choices: readonly T[], standard: T): T {
    const value = this.of(name) ?? standard;
    return choices.includes(value as T) ? (value as T) : this.refuse(`${name} ${shown(value)}`);
  }
  /** The share that is retained of one that is dropped. */
  keep(name: string): number {
    const rate = this.number(name, 0);
    return rate >= 0 && rate < 1 ? 1 - rate : this.malformed(name, 'a share from 0 and below 1');
  }
  /** `count` whole numbers; one number stands for all of them, as does a list of one. */
  sizes(name: string, count: number, standard?: number | readonly number[], least = 1): readonly number[] {
    const value = this.of(name) ?? standard;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const all = list.length === 1 ? Array.from({ length: count }, () => list[0]) : list;
    if (all.length === count && all.every((n) => isWhole(n, least))) return all as number[];
    return this.malformed(name, `${count} whole numbers from ${least}`);
  }
  /** Refuses channels before the places of images. */
  channelsLast(): void {
    this.word('data_format', ['channels_last'], 'channels_last');
  }
}

export const isWhole = (n: unknown, least = 0): n is number => Number.isSafeInteger(n) && (n as number) >= least;
