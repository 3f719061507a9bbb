import { DataError, OptionError } from '../errors.js';
import { checkKeys, flag, oneOf } from '../options.js';
import { brief, listed } from './brief.js';
import { checkDataset, type Dataset } from './columns.js';
import { type Encoding, encodingOf, type SchemaField, strangeIn, TYPES } from './encoding.js';
import { MISSING } from './fields.js';
import { refuseSealed } from './leakage.js';

export interface EncodeOptions {
  /** How numbers and dates are scaled: to mean 0 and deviation 1, to 0 … 1, or not at all. Default 'standardize'. */
  numbers?: 'standardize' | 'minMax' | 'asis';
  /** How categories become numbers: a column of 0 and 1 for each, or one column of indices for `nn.embedding`, from 1 on, with 0 for missing
   *  and unknown cells. Default 'oneHot'. */
  categories?: 'oneHot' | 'index';
  /** How missing cells are filled: a number or date with the mean or median of the others, true and false with the share of true; a
   *  missing category gets 0 in all columns. 'error' refuses missing cells. Default 'mean'. */
  missing?: 'mean' | 'median' | 'error';
  /** Whether each column with missing cells in the training set gets another column of 0 and 1 that marks them. Default false. */
  indicator?: boolean;
  /** How a category that the training set lacks is treated: 0 in all columns, or an error. Default 'zeros'. */
  unknown?: 'zeros' | 'error';
  /** The columns that become features. Default: all. */
  only?: readonly string[];
}

const KEYS = ['numbers', 'categories', 'missing', 'indicator', 'unknown', 'only'];

/** Turns the columns of a table into numbers for a model. `encode.fit(train)` learns from the training set how numbers are scaled, which
 *  categories exist, and what fills missing cells; `.apply` uses it on any set, or on rows. In a `pipeline`, `encode` itself is a
 *  step that `fit` fits; `encode.with(options)` is one with options.
 *
 *  Columns that are the same in every row are left out, and listed in `notes`. Throws a LeakageError for a sealed set, and a DataError for text:
 *  names, remarks and ids tell rows apart and nothing else.
 *  @example
 *  const data = dataset.fromCsv('age,plan,churned\n41,pro,no\n29,free,yes\n,free,no\n', { target: 'churned' })
 *  encode.fit(data).names // ["age", "plan=free", "plan=pro"] */
export const encode = {
  fit: (data: Dataset, options: EncodeOptions = {}): Encoding => learned('encode.fit', data, options),
  with: (options: EncodeOptions) => {
    checked('encode.with', options);
    return { fit: (data: Dataset): Encoding => learned('encode.fit', data, options) };
  },
};

function checked(where: string, options: EncodeOptions = {}): Required<Omit<EncodeOptions, 'only'>> & EncodeOptions {
  checkKeys(where, options, KEYS);
  const { only } = options;
  if (only !== undefined && !(Array.isArray(only) && only.every((name) => typeof name === 'string')))
    throw new OptionError(`${where}: only is ${brief(only)}; it must be a list of column names`);
  return {
    only,
    numbers: oneOf(where, 'numbers', options.numbers ?? 'standardize', ['standardize', 'minMax', 'asis']),
    categories: oneOf(where, 'categories', options.categories ?? 'oneHot', ['oneHot', 'index']),
    missing: oneOf(where, 'missing', options.missing ?? 'mean', ['mean', 'median', 'error']),
    indicator: flag(where, 'indicator', options.indicator ?? false),
    unknown: oneOf(where, 'unknown', options.unknown ?? 'zeros', ['zeros', 'error']),
  };
}

function learned(where: string, data: Dataset, given: EncodeOptions): Encoding {
  const { only, numbers, categories, missing, indicator, unknown } = checked(where, given);
  checkDataset(where, data, true);
  refuseSealed(where, data);
  const columns = data.columns;
  for (const name of only ?? [])
    if (!columns.some((column) => column.name === name))
      throw new OptionError(
        `${where}: only names ${brief(name)}, which is not a column. Columns: ${listed(columns.map((c) => c.name))}`,
      );
  const notes: string[] = [];
  const fields: SchemaField[] = [];
  columns.forEach(({ name, type, categories: texts = [], missing: gaps }, position) => {
    if (only && !only.includes(name)) return;
    const values: number[] = [];
    for (let row = 0; row < data.size; row++) {
      const value = data.x[row * columns.length + position] * data.scale;
      if (!Number.isNaN(value)) values.push(value);
    }
    if (type === 'text')
      throw new DataError(
        `${where}: column ${brief(name)} is text with ${new Set(values).size} distinct values in ${data.size} rows${strangeIn(data, position)}; ` +
          `leave it out (drop: [${JSON.stringify(name)}]), or say types: { ${JSON.stringify(name)}: 'category' } where it is one`,
      );
    if (gaps && missing === 'error')
      throw new DataError(
        `${where}: column ${brief(name)} has ${gaps} missing cells, and missing is 'error'; fill them in`,
      );
    const constant = values.every((value) => value === values[0]);
    if (constant && !(gaps && indicator)) {
      const only = values.length ? (type === 'category' ? brief(texts[values[0]]) : String(values[0])) : 'missing';
      notes.push(`column ${brief(name)} is ${only} wherever it is known, and was left out`);
      return;
    }
    const gap = { indicator: indicator && gaps > 0 };
    if (type === 'category') {
      // Categories of the whole set need not occur in the training rows.
      const here = new Set(values);
      const known = texts.filter((_, i) => here.has(i));
      fields.push({ name, type: 'string', constraints: { enum: known }, position, encode: { categories, ...gap } });
      return;
    }
    const fill = constant ? (values[0] ?? 0) : missing === 'median' ? median(values) : mean(values);
    const [shift, spread] = type === 'boolean' || constant ? [0, 1] : SCALES[numbers](values);
    fields.push({
      name,
      type: TYPES[type],
      position,
      encode: { shift, spread, ...(missing !== 'error' && { fill }), ...gap },
    });
  });
  if (!fields.length)
    throw new DataError(
      `${where}: no column is left: ${notes.join('; ') || 'only names none'}; give columns that differ between rows`,
    );
  return encodingOf(
    { version: 1, missingValues: [...MISSING], missing: missing === 'error' ? 'error' : 'fill', unknown, fields },
    notes,
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
const SCALES = {
  standardize: (values: readonly number[]): [number, number] => {
    const middle = mean(values);
    return [middle, Math.sqrt(mean(values.map((x) => (x - middle) * (x - middle))))];
  },
  minMax: (values: readonly number[]): [number, number] => {
    const least = values.reduce((a, b) => Math.min(a, b));
    return [least, values.reduce((a, b) => Math.max(a, b)) - least];
  },
  asis: (): [number, number] => [0, 1],
};
