import { DataError } from '../errors.js';
import { sameShape, show, sizeOf } from '../graph/shape.js';
import { checkKeys, integer } from '../options.js';
import { brief } from './brief.js';
import type { Dataset } from './columns.js';
import { fromOptions, type DatasetOptions } from './fromMemory.js';
import { type Block, checkFinite, type Nested, type TensorLike, blockOf, floatsFor, isTensorLike } from './numbers.js';
import type { TargetLike } from './target.js';

export interface SequencesOptions extends Pick<DatasetOptions, 'mask' | 'weights' | 'classes' | 'sealed'> {
  /** One target per row, or one per step: rows as long as those of x; several by head. */
  y?: DatasetOptions['y'] | readonly Nested[];
  /** The length to which all rows are padded; of longer rows the first steps are kept. Default: that of the longest. */
  length?: number;
}

/**
 * Makes a set of rows of unequal length: lists of steps, each a number (such as the id of a word, x [n, length]) or a list of
 * features (x [n, length, features]). Rows are padded behind with zeros, and `data.lengths` says how many steps each has. A
 * target for each step is padded in the same way.
 *
 * Throws a DataError for rows without steps, steps of different shapes, NaN and infinities, and where a row of y for its
 * steps has another length.
 * @example dataset.sequences([[3, 1, 4], [1, 5]], { y: [0, 1], classes: 2 }).lengths[1] // 2
 */
export function sequences(rows: readonly (Nested | TensorLike)[], options: SequencesOptions = {}): Dataset {
  const where = 'sequences';
  checkKeys(where, options, ['y', 'length', 'mask', 'weights', 'classes', 'sealed']);
  const { length: given, y, ...rest } = options;
  if (!Array.isArray(rows) || !rows.length)
    throw new DataError(`${where}: the rows are ${brief(rows)}; give a list of at least one row`);
  const blocks = blocksOf(where, 'x', rows);
  const lengths = Int32Array.from(blocks, ({ shape }) => shape[0]);
  const longest = given === undefined ? lengths.reduce((a, b) => Math.max(a, b)) : integer(where, 'length', given, 1);
  const x = padded(where, 'x', blocks, longest);
  const made = fromOptions(where, {
    ...rest,
    x,
    ...(y !== undefined && { y: targetsOf(where, y, lengths, longest) }),
  });
  return made.with({ lengths: lengths.map((n) => Math.min(n, longest)) });
}

/** The numbers of each row, whose steps have one shape. */
function blocksOf(where: string, name: string, rows: readonly (Nested | TensorLike)[]): Block[] {
  // By index: a list may have holes.
  const blocks = Array.from(rows, (row, i) => blockOf(where, `row ${i} of ${name}`, row));
  const [first] = blocks;
  for (const [i, { shape, values }] of blocks.entries()) {
    if (!values.length) throw new DataError(`${where}: row ${i} of ${name} has no steps; leave it out`);
    if (!sameShape(shape.slice(1), first.shape.slice(1)))
      throw new DataError(
        `${where}: a step of row ${i} of ${name} is ${show(shape.slice(1))}, and one of row 0 is ${show(first.shape.slice(1))}; all must be alike`,
      );
    checkFinite(where, `row ${i} of ${name}`, values, sizeOf(shape.slice(1)));
  }
  return blocks;
}

/** [rows, length, …step], with zeros behind the end of each row. */
function padded(where: string, name: string, blocks: readonly Block[], length: number): TensorLike {
  const step = blocks[0].shape.slice(1);
  const width = sizeOf(step) * length;
  const values = floatsFor(where, name, blocks.length * width);
  blocks.forEach((block, row) => {
    for (let i = 0; i < Math.min(width, block.values.length); i++) values[row * width + i] = block.values[i];
  });
  return { shape: [blocks.length, length, ...step], data: () => values };
}

/** Targets of steps, padded; all others as they are. */
function targetsOf(where: string, y: SequencesOptions['y'], lengths: Int32Array, longest: number): DatasetOptions['y'] {
  const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || ArrayBuffer.isView(x);
  const ofSteps = (one: unknown): TargetLike => {
    if (!Array.isArray(one) || one.length !== lengths.length || !one.every(isList)) return one as TargetLike;
    const uneven = new Set(one.map((row) => row.length)).size > 1;
    const wrong = one.findIndex((row, i) => row.length !== lengths[i]);
    if (wrong < 0) return padded(where, 'y', blocksOf(where, 'y', one as Nested[]), longest);
    if (!uneven) return one as Nested;
    throw new DataError(
      `${where}: row ${wrong} has ${lengths[wrong]} steps in x and ${one[wrong].length} in y; give one target for each step, or one for each row`,
    );
  };
  const isByHead = typeof y === 'object' && y !== null && !isList(y) && !isTensorLike(y);
  if (!isByHead) return ofSteps(y);
  return Object.fromEntries(Object.entries(y as object).map(([name, one]) => [name, ofSteps(one)]));
}
