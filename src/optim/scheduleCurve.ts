import { type Axis, curves } from '../curves.js';
import { OptionError } from '../errors.js';
import { integer } from '../options.js';
import { readable } from '../readable.js';
import { type Rate, rateAt } from './schedule.js';

/** The rates of a schedule, for display. */
export interface ScheduleCurve {
  /** The numbers of updates already made, 0 … steps − 1. */
  readonly steps: number[];
  readonly rates: number[];
  /** Draws the curve as text, in a frame of this size in characters. */
  picture(width?: number, height?: number): string;
}

/** The rates of the first `steps` updates. Its text is a drawing of the curve.
 *  @example scheduleCurve(cosineDecay({ from: 0.1, steps: 100 }), 100).rates[0] // 0.1
 *  @example console.log(String(scheduleCurve(cosineDecay({ from: 0.1, steps: 100 }), 100))) */
export function scheduleCurve(schedule: Rate, steps: number): ScheduleCurve {
  if (typeof schedule !== 'function' && typeof schedule !== 'number')
    throw new OptionError(
      'scheduleCurve: the first argument is a schedule, such as cosineDecay({ from: 0.1, steps: 100 })',
    );
  integer('scheduleCurve', 'steps', steps, 1, 1 << 24);
  const places = Array.from({ length: steps }, (_, k) => k);
  const rates = places.map((k) => rateAt(schedule, k));
  const axis: Axis = { first: '0', last: String(steps - 1), unit: 'updates' };
  const picture: ScheduleCurve['picture'] = (width, height) =>
    curves([{ name: 'learning rate', mark: '·', values: rates }], width, height, axis);
  return readable({ steps: places, rates, picture }, () => picture());
}
