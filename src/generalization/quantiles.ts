import {
  checkDataset,
  checkModel,
  DataError,
  type Dataset,
  isTensor,
  OptionError,
  refuse,
  ShapeError,
  type Tensor,
  UnsupportedError,
} from '../index.js';
import { type Judged, known, pipelineOf } from './answers.js';

/** Two outputs of a model: columns, or names of heads. */
export type Ends = readonly [low: number | string, high: number | string];
interface Interval {
  readonly low: number;
  readonly high: number;
}
const where = 'conformal';

/** The ends that a model predicts for each row. Quantiles that have crossed are put in order. */
export function endsOf(output: unknown, quantiles: Ends): Interval[] {
  const [a, b] = quantiles.map((end) => valuesOf(output, end));
  return Array.from(a, (value, row) => ({ low: Math.min(value, b[row]), high: Math.max(value, b[row]) }));
}

/** The values of one output, finite, one for each row. */
function valuesOf(output: unknown, end: number | string): Float32Array {
  const heads = isTensor(output) ? undefined : (output as Readonly<Record<string, Tensor>>);
  if ((typeof end === 'string') !== (heads !== undefined) || (heads && !Object.hasOwn(heads, end)))
    throw new OptionError(
      heads
        ? `${where}: quantiles has ${JSON.stringify(end)}, which is no head of the model; its heads are ${Object.keys(heads).join(', ')}`
        : `${where}: quantiles has '${end}', and the model has one output; give its columns, such as [0, 1]`,
    );
  const tensor = heads ? heads[end] : (output as Tensor);
  const [rows] = tensor.shape;
  const width = tensor.size / rows;
  const column = heads ? 0 : (end as number);
  if (heads && width !== 1)
    throw new UnsupportedError(`${where}: head '${end}' gives ${width} values for each row; a quantile is one`);
  if (column >= width)
    throw new OptionError(`${where}: quantiles has column ${column}, and the model gives ${width} for each row`);
  const values = tensor.data().filter((_, i) => i % width === column);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DataError(`${where}: the quantile ${end} of row ${bad} is ${values[bad]}`);
  return values;
}

/** The ends and the value of each row that has a target. Heads may have a target each, of the same values. */
export function endsAndValues(model: Judged, data: Dataset, quantiles: Ends): (Interval & { readonly y: number })[] {
  const isEnd = (end: unknown): boolean =>
    typeof end === 'string' || (typeof end === 'number' && Number.isInteger(end) && end >= 0);
  if (!Array.isArray(quantiles) || quantiles.length !== 2 || !quantiles.every(isEnd) || quantiles[0] === quantiles[1])
    refuse(
      where,
      'quantiles',
      quantiles,
      "two outputs of the model: columns such as [0, 1], or heads such as ['low', 'high']",
    );
  const raw = pipelineOf(model);
  checkModel(where, raw ? raw.model : model);
  checkDataset(where, data, raw !== undefined);
  const [target, ...others] = data.targets;
  if (!target) throw new DataError(`${where}: this set has no targets; give y`);
  if (target.kind !== 'values' || target.values.length !== data.size)
    throw new UnsupportedError(
      `${where}: quantiles are of single values; y is ${target.kind === 'values' ? 'several in each row' : 'labels'}`,
    );
  for (const { name, values } of others)
    if (values.length !== data.size || values.some((value, row) => value !== target.values[row]))
      throw new DataError(
        `${where}: the targets '${target.name}' and '${name}' differ; both quantiles are of one value`,
      );
  const ends = endsOf(model.predict(data as never), quantiles);
  if (ends.length !== data.size)
    throw new ShapeError(`${where}: the model predicts ${ends.length} rows for ${data.size}`);
  return known({ size: data.size, mask: target.mask }).map((row) => ({ ...ends[row], y: target.values[row] }));
}
