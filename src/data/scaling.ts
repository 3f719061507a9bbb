import { type Config, type Configured, made } from '../config.js';
import { OptionError, ShapeError } from '../errors.js';
import { checkKeys, shown } from '../options.js';
import { type Shape, show, sizeOf } from '../graph/shape.js';
import { constant } from '../graph/leaves.js';
import { Tensor } from '../graph/tensor.js';
import { realize } from '../compile/realize.js';
import { checkDataset, type Dataset } from './columns.js';
import { refuseSealed } from './leakage.js';

/** A scaling of features that was learned from a training set. */
export interface Scaling extends Configured {
  /** The scaling x' = (x − shift) / spread, for each of an example's numbers. */
  readonly shift: Float32Array;
  readonly spread: Float32Array;
  /** Scales any set with such examples, or a tensor [n, …]; a sealed set stays sealed. */
  apply(data: Dataset): Dataset;
  apply(x: Tensor): Tensor;
}

export interface ScalingOptions {
  /** The features to scale, by name or position; the others are unchanged. Default: all. */
  only?: readonly (string | number)[];
}

/** Constants of float32: the least positive number, the least normal one, and the largest. */
const LEAST = 1.401298464324817e-45;
const NORMAL = 1.1754943508222875e-38;
const MOST = 3.4028234663852886e38;

/** Learns a scaling from a training set. `look` computes shift and spread from the values of one feature, in float64. */
export function learned(
  name: string,
  data: Dataset,
  options: ScalingOptions,
  look: (column: Float64Array) => readonly [number, number],
): Scaling {
  checkKeys(`${name}.fit`, options, ['only']);
  checkDataset(`${name}.fit`, data);
  refuseSealed(`${name}.fit`, data);
  const width = sizeOf(data.shape);
  const chosen = options.only && placesOf(`${name}.fit`, options.only, data.featureNames, width);
  const [shift, spread]: number[][] = [[], []];
  const { lengths, shape } = data;
  const all = new Float64Array(data.size);
  for (let i = 0; i < width; i++) {
    if (chosen && !chosen.has(i)) {
      shift.push(0);
      spread.push(1);
      continue;
    }
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let count = 0;
    for (let row = 0; row < data.size; row++) {
      // What lies behind the end of a sequence says nothing.
      if (lengths && i * shape[0] >= lengths[row] * width) continue;
      all[count] = data.x[row * width + i] * data.scale;
      const seen = Math.fround(all[count++]);
      least = Math.min(least, seen);
      most = Math.max(most, seen);
    }
    const column = all.subarray(0, count);
    if (!count) least = most = 0;
    // A feature that never changes says nothing: it becomes 0. The deviation of its numbers in float64 would be rounding.
    const [from, by] = least === most ? [least, 1] : look(column);
    shift.push(Math.fround(from));
    // That of the largest or the least numbers may be none of float32.
    spread.push(by > MOST || by < NORMAL ? by : Math.fround(by));
  }
  return scalingOf({ name, options: { shift, spread } }, data.shape, shift, spread);
}

function placesOf(
  where: string,
  only: readonly (string | number)[],
  names: readonly string[] | undefined,
  width: number,
): ReadonlySet<number> {
  if (!Array.isArray(only)) throw new OptionError(`${where}: only is ${shown(only)}; it must be a list of features`);
  return new Set(
    only.map((given) => {
      const place = typeof given === 'string' ? (names?.indexOf(given) ?? -1) : given;
      if (Number.isInteger(place) && place >= 0 && place < width) return place;
      throw new OptionError(
        `${where}: only names ${shown(given)}, which is not a feature; features are ${names?.join(', ') ?? `0 to ${width - 1}`}`,
      );
    }),
  );
}

export function scalingOf(config: Config, shape: Shape, shift: readonly number[], spread: readonly number[]): Scaling {
  const scaled = (x: ArrayLike<number>, scale: number): Float32Array => {
    const y = new Float32Array(x.length);
    for (let i = 0; i < y.length; i++) {
      const at = i % shift.length;
      const v = x[i] * scale;
      // Bytes times their scale are no float32 as the shift is: what differs from it by that only is equal.
      y[i] = Math.fround(v) === shift[at] ? 0 : (v - shift[at]) / spread[at];
    }
    return y;
  };
  const check = (given: Shape): void => {
    if (sizeOf(given) !== shift.length)
      throw new ShapeError(
        `${config.name}: examples of ${show(given)} were given, but ${show(shape)} were learned from`,
      );
  };
  function apply(data: Dataset): Dataset;
  function apply(x: Tensor): Tensor;
  function apply(given: Dataset | Tensor): Dataset | Tensor {
    if (given instanceof Tensor) {
      check(given.shape.slice(1));
      return constant(scaled(realize(given), 1), given.shape);
    }
    checkDataset(`${config.name}.apply`, given);
    check(given.shape);
    const x = scaled(given.x, given.scale);
    const [width, step] = [shift.length, shift.length / given.shape[0]];
    given.lengths?.forEach((length, row) => void x.fill(0, row * width + length * step, (row + 1) * width));
    return given.with({ x, scale: 1, fields: undefined });
  }
  return made({
    config,
    shift: Float32Array.from(shift),
    spread: Float32Array.from(spread, (v) => Math.min(Math.max(v, LEAST), MOST)),
    apply,
  });
}
