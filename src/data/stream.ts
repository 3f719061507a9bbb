import { type Shape, shapeOf } from '../graph/shape.js';
import { callable, checkKeys, integer } from '../options.js';
import type { Dataset } from './columns.js';
import { FEED, Feed, type FeedOptions } from './feed.js';
import type { Nested, TensorLike } from './numbers.js';
import { type Classes, classesOf } from './target.js';

/** A row of a stream: an example's numbers, and its label, the name of its class, or its values. */
export interface StreamRow {
  readonly x: TensorLike | Nested | number;
  readonly y: number | string | TensorLike | Nested;
}
/** A piece of a stream: one row, a list of rows, or a data set. */
export type StreamPiece = StreamRow | readonly StreamRow[] | Dataset;
export type StreamSource = () => AsyncIterable<StreamPiece> | Iterable<StreamPiece>;

export interface StreamOptions {
  /** The shape of one example. */
  shape: Shape;
  /** The number of classes, or their names, where y is labels or names. Without it y is values. */
  classes?: Classes;
  /** The number of rows that are shuffled together. Twice as many are in memory, because the next ones are read during training. Default 4096. */
  buffer?: number;
  /** The number of rows in an epoch. Default: all rows of the source. */
  size?: number;
}

const where = 'dataset.stream';

/** Training data that does not fit into memory; `dataset.stream` makes it. */
export class DataStream {
  readonly shape: Shape;
  readonly buffer: number;
  readonly size?: number;
  /** The number of classes; 0 for values. */
  readonly classes: number;
  readonly classNames?: readonly string[];

  constructor(
    readonly source: StreamSource,
    options: StreamOptions,
  ) {
    callable(where, 'source', source, 'a function that returns the rows anew for each epoch');
    checkKeys(where, options, ['shape', 'classes', 'buffer', 'size'], true);
    this.shape = shapeOf(where, options.shape);
    const { count = 0, names } = classesOf(where, options.classes);
    this.classes = count;
    this.classNames = names;
    this.buffer = integer(where, 'buffer', options.buffer ?? 4096, 1);
    if (options.size !== undefined) this.size = integer(where, 'size', options.size, 1);
  }

  /** Reads the first rows for a training. If `joins` is set, a last batch of one row joins the batch before it.
   *  @internal */
  [FEED](options: FeedOptions, joins: boolean): Promise<Feed> {
    return Feed.open(this, options, joins);
  }
}

/**
 * Makes training data for `fit` from rows that do not fit into memory. `source` is called for each epoch and returns an async generator or
 * another iterable of rows { x, y }: one by one, in lists, or as data sets. `fit` reads ahead while it trains, and holds `buffer` rows and the
 * next ones.
 *
 * Rows are shuffled within the buffer only, so shuffle a sorted source beforehand. The result depends on the seed, the rows and their order,
 * never on when they arrive. If `buffer` holds the whole source, or with `shuffle: false`, the result is that of the same rows in a data set,
 * to the bit.
 *
 * Training ends with a DataError that names the row, counted from 0, if a row does not fit, if the source fails, or if it ends before `size`
 * rows.
 * @example
 * async function* rows() {
 *   for (let i = 0; i < 100; i++) yield { x: [i / 100, 1], y: i % 2 }
 * }
 * const data = dataset.stream(rows, { shape: [2], classes: 2 })
 * const run = await fit(nn.sequential([nn.dense(2)]), data, { loss: crossEntropy(), optimizer: adam(), epochs: 2 })
 * run.history.length // 2
 */
export const stream = (source: StreamSource, options: StreamOptions): DataStream => new DataStream(source, options);
