import { DataError, RegulusError } from '../errors.js';
import { type Shape, sameShape, show, sizeOf } from '../graph/shape.js';
import { brief, listed } from './brief.js';
import { Dataset } from './columns.js';
import { blockOf, type Nested, type TensorLike } from './numbers.js';
import type { DataStream, StreamPiece, StreamRow } from './stream.js';

const where = 'dataset.stream';

/** Consecutive rows of a stream, the number of the first, and whether they are the last of the epoch. */
export interface StreamWindow {
  readonly data: Dataset;
  readonly first: number;
  readonly last: boolean;
}

/** Reads one epoch's rows from a source, and checks them. */
export class StreamReader {
  readonly #iterator: AsyncIterator<StreamPiece> | Iterator<StreamPiece>;
  readonly #width: number;
  /** The shape of y's rows, and the names and columns of a table, as in the first row. */
  #targetShape?: Shape;
  #table: Pick<Dataset, 'featureNames' | 'targetName' | 'fields'> = {};
  /** The parts that were read but not returned yet, and their number of rows. */
  #parts: Dataset[] = [];
  #pending = 0;
  /** The numbers of rows that were read, and that were returned. */
  #read = 0;
  #given = 0;
  #done = false;

  constructor(readonly stream: DataStream) {
    this.#width = sizeOf(stream.shape);
    const rows: unknown = this.#try(() => stream.source());
    const iterable = Object(rows) as Partial<AsyncIterable<StreamPiece>> & Partial<Iterable<StreamPiece>>;
    const make: unknown = iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator];
    if (typeof make !== 'function' || typeof rows === 'string')
      throw new DataError(`${where}: the source returns ${brief(rows)}; return an async generator, or a list of rows`);
    this.#iterator = this.#try(() => make.call(iterable) as AsyncIterator<StreamPiece> | Iterator<StreamPiece>);
  }

  /** Returns the next n rows, or those that are left. If `joins` is set, a single row that would be left joins them. */
  async window(n: number, joins: boolean): Promise<StreamWindow> {
    while (!this.#done && this.#pending < n + 2) await this.#next();
    if (!this.#read) throw new DataError(`${where}: the source has no rows; give at least one`);
    const rows = this.#done && joins && this.#pending === n + 1 ? n + 1 : Math.min(n, this.#pending);
    const first = this.#given;
    this.#given += rows;
    return { data: this.#take(rows), first, last: this.#done && !this.#pending };
  }

  /** Closes the source: no more rows are wanted. */
  async close(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    try {
      await this.#iterator.return?.();
    } catch {
      // The rows are not needed any more, so a failure does not matter.
    }
  }

  async #next(): Promise<void> {
    const { size } = this.stream;
    let next: IteratorResult<StreamPiece>;
    try {
      next = await this.#iterator.next();
    } catch (cause) {
      this.#done = true;
      throw this.#failure(cause);
    }
    if (typeof next !== 'object' || next === null)
      throw new DataError(`${where}: the source's iterator returns ${brief(next)}; return { value, done }`);
    if (next.done) {
      this.#done = true;
      if (size !== undefined && this.#read < size)
        throw new DataError(`${where}: the source ended after ${this.#read} rows, and size says ${size}; correct size`);
      return;
    }
    const { value } = next;
    let part =
      value instanceof Dataset ? this.#checkedPart(value) : this.#partOf(Array.isArray(value) ? value : [value]);
    if (!part) return;
    if (size !== undefined && this.#read + part.size >= size) {
      part = part.take(size - this.#read);
      await this.close();
    }
    this.#parts.push(part);
    this.#pending += part.size;
    this.#read += part.size;
  }

  #failure(cause: unknown): RegulusError {
    if (cause instanceof RegulusError) return cause;
    return new DataError(
      `${where}: the source failed after ${this.#read} rows: ${(cause as Error)?.message ?? cause}`,
      {
        cause,
      },
    );
  }
  #try<T>(call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  /** Refuses a data set whose rows are not those of the stream; returns it with float32 numbers. */
  #checkedPart(part: Dataset): Dataset {
    const { shape, classes } = this.stream;
    const refuse = (what: string): never => {
      throw new DataError(`${where}: row ${this.#read} comes in a data set ${what}`);
    };
    if (!sameShape(part.shape, shape)) refuse(`of shape ${show(part.shape)}; the stream's is ${show(shape)}`);
    if (part.targets.length !== 1) refuse(`with ${part.targets.length} targets; give one`);
    if (part.classes !== classes) refuse(`of ${part.classes} classes; the stream has ${classes}`);
    if (part.sealed) refuse('that is sealed: test data is not trained on');
    if (part.weights || part.mask) refuse('with weights or a mask; a stream has none');
    const { featureNames, targetName, fields } = part;
    if (!this.#read) this.#table = { featureNames, targetName, fields };
    if (fields !== this.#table.fields && JSON.stringify(fields) !== JSON.stringify(this.#table.fields))
      refuse('with other columns or categories than those before');
    this.#targetShape ??= part.targetShape;
    if (!sameShape(part.targetShape, this.#targetShape))
      refuse(`whose targets are ${show(part.targetShape)}; those before are ${show(this.#targetShape)}`);
    if (part.scale === 1 && part.x instanceof Float32Array) return part;
    return part.with({ x: Float32Array.from(part.x, (v) => v * Math.fround(part.scale)), scale: 1 });
  }

  #partOf(rows: readonly StreamRow[]): Dataset | undefined {
    if (!rows.length) return undefined;
    const width = this.#width;
    const x = new Float32Array(rows.length * width);
    let y: Float32Array | Int32Array | undefined;
    // A loop by index also finds the holes of a list.
    for (let i = 0; i < rows.length; i++) {
      const row: unknown = rows[i];
      const at = this.#read + i;
      if (typeof row !== 'object' || row === null || !('x' in row) || !('y' in row))
        throw new DataError(`${where}: row ${at} is ${brief(row)}; give { x, y }`);
      x.set(this.#numbers(at, 'x', row.x as TensorLike, this.stream.shape), i * width);
      if (this.stream.classes) {
        y ??= new Int32Array(rows.length);
        y[i] = this.#label(at, row.y);
        continue;
      }
      const values = this.#numbers(at, 'y', row.y as TensorLike, this.#targetShape);
      const units = values.length;
      y ??= new Float32Array(rows.length * units);
      y.set(values, i * units);
    }
    return this.#part(x, y as Float32Array | Int32Array, rows.length);
  }
  #part(x: Float32Array, values: Float32Array | Int32Array, size: number): Dataset {
    const { shape, classes, classNames } = this.stream;
    const kind = classes ? 'classes' : 'values';
    const target = { name: '', values, shape: this.#targetShape ?? [], kind, classes, classNames } as const;
    return new Dataset({ x, shape, scale: 1, size, targets: [target], sealed: false, ...this.#table });
  }

  /** Checks the numbers of a row. Those of y must have the shape of the first row's. */
  #numbers(at: number, name: 'x' | 'y', given: TensorLike | Nested | number, expected?: Shape): ArrayLike<number> {
    const { values, shape } =
      typeof given === 'number' ? { values: [given], shape: [] } : blockOf(where, `row ${at}: ${name}`, given);
    if (name === 'y') this.#targetShape ??= shape;
    const flat = shape.length === 1 && expected && values.length === sizeOf(expected);
    if (
      expected &&
      !sameShape(shape, expected) &&
      !(name === 'x' && flat) &&
      !(!shape.length && sizeOf(expected) === 1)
    )
      throw new DataError(
        `${where}: row ${at}: ${name} is ${shape.length ? show(shape) : 'one number'}; ` +
          `${name === 'x' ? 'the shape of an example is' : 'that of the first row is'} ${show(expected)}`,
      );
    for (let i = 0; i < values.length; i++)
      if (!Number.isFinite(Math.fround(values[i])))
        throw new DataError(
          `${where}: row ${at}: ${name}${values.length > 1 ? `, place ${i},` : ''} is ${brief(values[i])}; fill the value in or leave the row out`,
        );
    return values;
  }
  #label(at: number, y: unknown): number {
    const { classes, classNames } = this.stream;
    const label = typeof y === 'string' ? (classNames?.indexOf(y) ?? -1) : y;
    if (Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes) return label as number;
    throw new DataError(
      `${where}: row ${at}: y is ${brief(y)}; ${classNames ? `the classes are ${listed(classNames)}` : `labels of ${classes} classes are 0 to ${classes - 1}`}`,
    );
  }

  /** Takes rows from the parts that were read, in their order. */
  #take(rows: number): Dataset {
    const x = new Float32Array(rows * this.#width);
    const target = this.#parts[0].target();
    const units = sizeOf(target.shape);
    const values = target.kind === 'classes' ? new Int32Array(rows) : new Float32Array(rows * units);
    let at = 0;
    while (at < rows) {
      const part = this.#parts[0];
      const count = Math.min(part.size, rows - at);
      x.set(part.x.subarray(0, count * this.#width), at * this.#width);
      values.set(part.y.subarray(0, count * units), at * units);
      if (count === part.size) this.#parts.shift();
      else this.#parts[0] = part.slice(count);
      at += count;
    }
    this.#pending -= rows;
    return this.#part(x, values, rows);
  }
}
