import { DataError, OptionError, RegulusError, UnsupportedError } from '../errors.js';
import { integer } from '../options.js';
import { type Key, streams } from '../random/keys.js';
import { permutation } from '../random/permutation.js';
import type { Dataset } from './columns.js';
import { type Plan, planOf } from './plan.js';
import type { DataStream } from './stream.js';
import { StreamReader, type StreamWindow } from './streamReader.js';

/** The method by which a training reads a stream. */
export const FEED = Symbol('feed');
/** Tells whether training data is a stream. */
export const isStream = (rows: unknown): rows is DataStream =>
  typeof rows === 'object' && rows !== null && FEED in rows;

/** The options of fit that decide how a stream is read, and those that are refused for streams. */
export interface FeedOptions {
  readonly batchSize?: number | 'full';
  readonly accumulate?: number;
  readonly stop?: { readonly retrain?: string };
  readonly onDivergence?: string;
  readonly signal?: AbortSignal;
}

/** The memory that a feed fills, and the programs that read it. */
interface Filled {
  readonly resident: { refill(data: Dataset, targets: unknown, order: Int32Array, rest: number): void };
  readonly updates: { replan(plan: Plan): void };
  /** Undefined where rows keep their order. */
  readonly key?: Key;
  /** Checks the rows of a window, and returns their targets. */
  targetsOf(data: Dataset): unknown;
}

/** Brings the rows of a stream into memory, window by window, and reads the next window while one is trained on. Windows are of whole updates; so
 *  which rows an update sees depends on their order only, never on when they come. */
export class Feed {
  /** Updates of an epoch: infinite until they are known. */
  updates: number;
  /** The number of the first update whose rows are in memory. */
  begin = 0;
  /** The batches of a whole window. */
  readonly plan: Plan;
  /** The number of rows for which memory must have room. */
  readonly capacity: number;
  /** Applies the steps of a pipeline to rows. */
  apply: (data: Dataset) => Dataset = (data) => data;
  #filled?: Filled;
  #epoch = 0;
  /** The number of windows of this epoch that were loaded, and of updates in the one in memory. */
  #windows = 0;
  #count = 0;
  #isLast = false;
  #next?: Promise<StreamWindow>;

  private constructor(
    readonly stream: DataStream,
    readonly rows: number,
    readonly accumulate: number,
    readonly joins: boolean,
    readonly signal: AbortSignal | undefined,
    private reader: StreamReader,
    private first: StreamWindow | undefined,
    /** The rows of the first window. The history's scores are of these rows, and pipelines are fitted to them. */
    readonly head: Dataset,
  ) {
    const window = windowOf(stream, rows, accumulate);
    this.plan = planOf(window, rows, accumulate, false);
    this.capacity = window + 1;
    this.updates = this.#known();
  }

  /** Reads the first rows of a stream. `joins`: a last batch of one row joins the one before. */
  static async open(stream: DataStream, options: FeedOptions, joins: boolean): Promise<Feed> {
    const { batchSize = 32, accumulate = 1, stop, onDivergence, signal } = Object(options) as FeedOptions;
    if (batchSize === 'full')
      throw new OptionError("fit: batchSize is 'full', and a stream does not fit into memory; give a number");
    if (onDivergence === 'rollback')
      throw new UnsupportedError(
        "fit: onDivergence 'rollback' goes back to rows that a stream no longer has; leave it out, or use clip",
      );
    if (stop?.retrain)
      throw new UnsupportedError(
        `fit: stop has retrain: '${stop.retrain}', which needs all rows in memory, and the data is a stream; leave retrain out`,
      );
    const rows = integer('fit', 'batchSize', batchSize, 1);
    const of = integer('fit', 'accumulate', accumulate, 1);
    const reader = new StreamReader(stream);
    try {
      const first = await reader.window(windowOf(stream, rows, of), joins && rows > 1);
      return new Feed(stream, rows, of, joins && rows > 1, signal, reader, first, first.data);
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  #known(): number {
    const { size } = this.stream;
    return size === undefined ? Infinity : planOf(size, this.rows, this.accumulate, this.joins).updates;
  }

  /** Sets the memory that is filled. */
  fills(filled: Filled): void {
    this.#filled = filled;
  }

  /** Begins an epoch. */
  start(epoch: number): void {
    this.#epoch = epoch;
    this.begin = this.#windows = this.#count = 0;
    this.#isLast = false;
    this.updates = this.#known();
    // The first window was read to learn what the rows are; the first epoch continues from there.
    const { first } = this;
    this.first = undefined;
    if (first) this.#next = Promise.resolve(first);
    else {
      this.dispose();
      this.reader = new StreamReader(this.stream);
      this.#read();
    }
  }

  #read(): void {
    const { rows, count } = this.plan;
    this.#next = this.reader.window(rows * count, this.joins);
    // A failure is thrown where the window is awaited.
    this.#next.catch(() => undefined);
  }

  /** Waits until the rows of an update are in memory, or the signal ends training. */
  async ready(update: number): Promise<void> {
    while (update >= this.begin + this.#count && !this.signal?.aborted) {
      if (this.#isLast)
        throw new DataError(
          `fit: the stream has ${this.begin + this.#count} updates of rows, and training goes on from update ${update} of an epoch; give the same rows again`,
        );
      const window = await unlessAborted(this.#next as Promise<StreamWindow>, this.signal);
      if (window) this.#load(window);
    }
  }

  #load({ data, first, last }: StreamWindow): void {
    const { resident, updates, key, targetsOf } = this.#filled as Filled;
    const own = this.apply(data);
    const plan = planOf(own.size, this.rows, this.accumulate, this.joins && last);
    let targets: unknown;
    try {
      targets = targetsOf(own);
    } catch (cause) {
      if (!first || !(cause instanceof RegulusError)) throw cause;
      throw new DataError(`fit: rows ${first} to ${first + own.size - 1} of the stream: ${cause.message}`, { cause });
    }
    const stream = this.#windows ? streams.window + this.#windows : streams.order;
    const order = key
      ? permutation(own.size, key, stream, this.#epoch)
      : Int32Array.from({ length: own.size }, (_, i) => i);
    resident.refill(own, targets, order, plan.rest);
    updates.replan(plan);
    this.begin += this.#count;
    this.#count = plan.updates;
    this.#windows++;
    this.#isLast = last;
    if (last) this.updates = this.begin + this.#count;
    else this.#read();
  }

  /** Closes the source. */
  dispose(): void {
    this.reader.close();
  }
}

/** The number of rows in a window: that of the buffer, rounded up to whole updates. */
const windowOf = ({ buffer, size }: DataStream, rows: number, accumulate: number): number =>
  Math.ceil(Math.min(buffer, size ?? buffer) / (rows * accumulate)) * rows * accumulate;

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (!signal?.addEventListener) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    signal.addEventListener('abort', stop);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
