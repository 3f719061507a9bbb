import {
  checkDataset,
  checkKeys,
  DataError,
  Dataset,
  integer,
  OptionError,
  permutation,
  readable,
  seedKey,
  shown,
} from '../index.js';
import { EqualRows, equalTargets } from './equalRows.js';
import { columnsIn, comparable, type NumberColumn, numbersIn, squaredDistance } from './features.js';
import { nearlyEqual, nearRows, outliers } from './nearRows.js';
import { inOrder } from './order.js';
import { tellsTarget } from './tellsTarget.js';

/** What can be wrong with data. */
export type FindingKind =
  | 'duplicates'
  | 'nearDuplicates'
  | 'conflict'
  | 'constant'
  | 'identifier'
  | 'tellsTarget'
  | 'order'
  | 'imbalance'
  | 'outliers';
/** Something in the data that may mislead a training or its test. */
export interface Finding {
  readonly kind: FindingKind;
  /** What was found, and what to do. */
  readonly message: string;
  /** The rows, counted from 0 in the last of `parts`: of equal ones the later ones. */
  readonly rows?: readonly number[];
  readonly columns?: readonly string[];
  /** The part of a split, or the two that share rows. */
  readonly parts?: readonly string[];
}
/** The parts of a split; a sealed test set is compared with the others, and its targets are looked at only where rows are equal. */
export interface AuditedParts {
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}
export interface AuditOptions {
  /** Near duplicates, outliers and order are looked for among so many rows, drawn at random where there are more. Default 3000. */
  rows?: number;
  /** Default 0. */
  seed?: number;
}
const PARTS = ['train', 'validation', 'test'] as const;
const isOne = (data: unknown): data is Dataset => data instanceof Dataset;

/** Looks for faults in data that let a model seem better than it is, or keep it from learning, before anything is trained. It finds rows
 *  that are equal or nearly equal, also across the parts of a split; equal rows with other targets; columns that are constant, that number
 *  the rows, or that tell the target alone; rows that lie in an order; classes with less than a tenth of the largest one's rows; and
 *  outliers. The list is empty where nothing is found. Not all that is found is wrong: each message says what to look at.
 *
 *  Tables may have text and missing cells. Of parts, the training set is looked at by itself, and rows are compared across all. No model
 *  answers, so that a sealed set is not counted as opened. The same data and seed give the same list.
 *  @example audit(dataset({ x: [[1, 2], [3, 4], [1, 2]], y: [0, 1, 0], classes: 2 })).map(({ kind, rows }) => [kind, rows]) // [["duplicates",[2]]] */
export function audit(data: Dataset | AuditedParts, options: AuditOptions = {}): Finding[] {
  const where = 'audit';
  checkKeys(where, options, ['rows', 'seed']);
  const most = integer(where, 'rows', options.rows ?? 3000, 3);
  const seed = options.seed ?? 0;
  seedKey(seed, where);
  const parts = isOne(data) ? [] : partsOf(where, data);
  const [, first] = parts[0] ?? ['', data as Dataset];
  if (!parts.length) checkDataset(where, first, true);
  const found = [...alone(first, most, seed, parts.length ? ['train'] : undefined), ...across(parts, most, seed)];
  return readable(found, (all) =>
    all.length ? all.map(({ kind, message }) => `${kind}: ${message}`).join('\n') : 'nothing was found',
  );
}

function partsOf(where: string, data: AuditedParts): [string, Dataset][] {
  const plain = Object.prototype.toString.call(data) === '[object Object]';
  if (!plain || Object.keys(data).some((key) => !PARTS.includes(key as 'train')) || !('train' in data))
    throw new OptionError(`${where}: the data are ${shown(data)}; give a data set, or { train, validation, test }`);
  const parts = PARTS.flatMap((name): [string, Dataset][] => {
    const set = data[name];
    return set === undefined ? [] : [[name, set]];
  });
  for (const [name, set] of parts) {
    checkDataset(`${where}: ${name}`, set, true);
    if (String(set.shape) !== String(parts[0][1].shape))
      throw new DataError(
        `${where}: examples of ${name} are [${set.shape}], and those of train [${parts[0][1].shape}]; parts must be of one kind`,
      );
  }
  return parts;
}

/** Some rows for a message. */
const some = (rows: readonly number[]): string =>
  `${rows.length === 1 ? 'row' : 'rows'} ${rows.slice(0, 5).join(', ')}${rows.length > 5 ? ' …' : ''}`;
const list = (columns: readonly string[]): string =>
  `${columns.length === 1 ? 'column' : 'columns'} ${columns.slice(0, 5).join(', ')}${columns.length > 5 ? ' …' : ''}`;
const isAre = (n: number): string => (n === 1 ? 'is' : 'are');

/** A sample of rows, in their order. */
function sampled(size: number, most: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: size }, (_, i) => i);
  return size <= most ? all : permutation(size, seedKey(seed), STREAM).subarray(0, most).slice().sort();
}
const STREAM = 0xda7a0101;

/** The findings in one set. */
function alone(data: Dataset, most: number, seed: number, parts?: readonly string[]): Finding[] {
  const found: Finding[] = [];
  const add = (kind: FindingKind, message: string, where: Pick<Finding, 'rows' | 'columns'> = {}): void => {
    found.push({ kind, message, ...where, ...(parts && { parts }) });
  };
  const { repeated, conflicts } = equalIn(data);
  if (repeated.length)
    add(
      'duplicates',
      `${some(repeated)} ${isAre(repeated.length)} equal to earlier ones, with the same target; a split puts copies on both sides, so remove them before it`,
      { rows: repeated },
    );
  if (conflicts.length)
    add(
      'conflict',
      `${some(conflicts)} ${isAre(conflicts.length)} equal to earlier ones, and ${conflicts.length === 1 ? 'has' : 'have'} another target; no model can be right about both`,
      { rows: conflicts },
    );
  const numbers = numbersIn(data);
  const columns = columnsIn(data, numbers);
  const isTable = data.shape.length === 1;
  const constants = isTable ? columns.filter(isConstant).map(({ name }) => name) : [];
  if (constants.length && data.size > 1)
    add(
      'constant',
      `${list(constants)} ${isAre(constants.length)} the same in every row, and tell${constants.length === 1 ? 's' : ''} nothing`,
      { columns: constants },
    );
  const identifiers = isTable && columns.length > 1 ? columns.filter(isIdentifier).map(({ name }) => name) : [];
  if (identifiers.length)
    add(
      'identifier',
      `${list(identifiers)} ${identifiers.length === 1 ? 'has' : 'have'} another value in every row, as a number or a name of the row has; a model can learn rows by heart with it`,
      { columns: identifiers },
    );
  const telling = isTable ? tellsTarget(data, columns) : [];
  if (telling.length)
    add(
      'tellsTarget',
      `${list(telling)} ${telling.length === 1 ? 'tells' : 'each tell'} the target alone; ask whether it is known before the target is`,
      { columns: telling },
    );
  const few = rareClasses(data);
  if (few) add('imbalance', few);
  const kept = sampled(data.size, most, seed);
  const useful = columns.filter(({ name }) => !constants.includes(name) && !identifiers.includes(name));
  const near = isTable || columns.length <= MOST_NUMBERS ? nearIn(useful, kept, !isTable) : undefined;
  const ordered = inOrder(data, kept, near?.neighbours, seed);
  if (ordered) add('order', ordered);
  if (near) {
    const pairs = nearlyEqual(near).map((pair) => pair.map((row) => kept[row]));
    const rows = pairs.map(([row]) => row);
    if (rows.length)
      add(
        'nearDuplicates',
        `${some(rows)} ${isAre(rows.length)} nearly equal to earlier ones (row ${pairs[0][0]} to row ${pairs[0][1]}); a split puts such pairs on both sides`,
        { rows },
      );
    const far = outliers(near).map((row) => kept[row]);
    if (far.length)
      add('outliers', `${some(far)} ${isAre(far.length)} far from all others; look for slips of units or of the pen`, {
        rows: far,
      });
  }
  return found;
}
/** Larger examples are not compared by distance. */
const MOST_NUMBERS = 20_000;

function equalIn(data: Dataset): { repeated: number[]; conflicts: number[] } {
  const [repeated, conflicts]: [number[], number[]] = [[], []];
  new EqualRows(data.x.length / data.size).add(data, (row, first) => {
    (equalTargets(data, row, data, first.row) ? repeated : conflicts).push(row);
  });
  return { repeated, conflicts };
}

function nearIn(
  columns: readonly NumberColumn[],
  kept: Int32Array,
  array: boolean,
): ReturnType<typeof nearRows> | undefined {
  if (kept.length < LEAST) return undefined;
  const chosen = columns.map((column) => ({ ...column, values: Float32Array.from(kept, (row) => column.values[row]) }));
  const features = comparable(chosen, kept.length, kept.length, array);
  return features.width ? nearRows(features) : undefined;
}
/** Fewer rows have no usual distance. */
const LEAST = 20;

const isConstant = ({ values }: NumberColumn): boolean => {
  let first = Number.NaN;
  let missing = 0;
  for (const v of values) {
    if (Number.isNaN(v)) missing++;
    else if (Number.isNaN(first)) first = v;
    else if (v !== first) return false;
  }
  // Where cells are missing, that may tell something.
  return missing === 0 || missing === values.length;
};

/** Another value in every row: text, or whole numbers of so small a range that measured ones would repeat, or that only grow. */
function isIdentifier({ type, values }: NumberColumn): boolean {
  const n = values.length;
  if (n < LEAST || values.some(Number.isNaN) || new Set(values).size < n) return false;
  if (type === 'text' || type === 'category') return true;
  if (type !== 'number' || !values.every(Number.isInteger)) return false;
  const range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b)) + 1;
  // n of `range` numbers are all different with the probability e^(−n²/2·range): below 1 % here.
  return range < (n * n) / 9.2 || values.every((v, i) => i === 0 || v > values[i - 1]);
}

/** Classes with less than a tenth of the rows of the largest. */
function rareClasses({ targets, size }: Dataset): string | undefined {
  const parts = targets.flatMap(({ name, kind, classes, values, mask, classNames }) => {
    if (kind !== 'classes' || classes < 2) return [];
    const counts = new Array<number>(classes).fill(0);
    for (let row = 0; row < size; row++) if (mask?.[row] !== 0) counts[values[row]]++;
    const largest = Math.max(...counts);
    const rare = counts.flatMap((count, k) => (count * 10 < largest ? [`${classNames?.[k] ?? k} (${count})`] : []));
    if (!rare.length) return [];
    return [
      `${name && `${name}: `}of ${rare.slice(0, 5).join(', ')}${rare.length > 5 ? ' …' : ''}, while the largest class has ${largest}`,
    ];
  });
  if (!parts.length) return undefined;
  return `there are few rows ${parts.join('; ')}; look at recall or f1 by class, and think of crossEntropy({ classWeights: 'balanced' })`;
}

/** Rows of one part that are in another. */
function across(parts: readonly [string, Dataset][], most: number, seed: number): Finding[] {
  return parts.flatMap(([name, data], i) =>
    parts.slice(i + 1).flatMap(([otherName, other]): Finding[] => {
      const both = [name, otherName];
      const [rows, conflicts]: [number[], number[]] = [[], []];
      const index = new EqualRows(data.x.length / data.size);
      index.add(data, () => undefined);
      index.add(
        other,
        (row, first) => (equalTargets(other, row, first.data, first.row) ? rows : conflicts).push(row),
        false,
      );
      const near = nearAcross(data, other, most, seed);
      const found: Finding[] = [];
      if (rows.length)
        found.push({
          kind: 'duplicates',
          message: `${some(rows)} of ${otherName} ${isAre(rows.length)} in ${name}, too; what is known by heart tests nothing, so split again without copies`,
          rows,
          parts: both,
        });
      if (conflicts.length)
        found.push({
          kind: 'conflict',
          message: `${some(conflicts)} of ${otherName} ${isAre(conflicts.length)} in ${name}, with another target`,
          rows: conflicts,
          parts: both,
        });
      if (near.length)
        found.push({
          kind: 'nearDuplicates',
          message: `${some(near)} of ${otherName} ${isAre(near.length)} nearly equal to rows of ${name}; are they of one source? split has { groups }`,
          rows: near,
          parts: both,
        });
      return found;
    }),
  );
}

/** Rows of another set that are nearly equal to one of this set, but not equal. */
function nearAcross(data: Dataset, other: Dataset, most: number, seed: number): number[] {
  const [own, theirs] = [sampled(data.size, most, seed), sampled(other.size, most, seed)];
  const columns = columnsIn(data);
  if (own.length < LEAST || columns.length > MOST_NUMBERS) return [];
  const isTable = data.shape.length === 1;
  const useful = columns
    .map((column, i) => ({ column, i }))
    .filter(({ column }) => !isTable || columns.length < 2 || !isIdentifier(column));
  const others = columnsIn(other);
  const joined = useful.map(({ column, i }) => ({
    ...column,
    values: Float32Array.from([
      ...Array.from(own, (row) => column.values[row]),
      ...Array.from(theirs, (row) => others[i].values[row]),
    ]),
  }));
  const { x, width } = comparable(joined, own.length + theirs.length, own.length, !isTable);
  if (!width) return [];
  const { limit } = nearRows({ x: x.subarray(0, own.length * width), width });
  const found: number[] = [];
  for (let i = 0; i < theirs.length; i++) {
    let nearest = Number.POSITIVE_INFINITY;
    for (let row = 0; row < own.length && nearest > 0; row++)
      nearest = Math.min(nearest, squaredDistance(x, own.length + i, x, row, width));
    if (nearest > 0 && nearest < limit * limit) found.push(theirs[i]);
  }
  return found;
}
