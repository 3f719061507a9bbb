import { Refusal } from '../keras/settings.js';
import type { Site } from './site.js';

/** A range of an axis, as `slice` takes it. */
export interface Range {
  readonly begin: number;
  readonly end: number;
  readonly step: number;
  /** The number of its elements; of the batch −1. */
  readonly count: number;
  /** Whether one element was asked for, whose axis goes away. */
  readonly index: boolean;
}
/** The whole of an axis of any size. */
const WHOLE = { begin: 0, end: Number.MAX_SAFE_INTEGER, step: 1, index: false };

/** The ranges that a slice takes of axes of these sizes, of which −1 is the batch: Slice has begins and sizes, StridedSlice begins, ends and steps,
 *  and a bit for each axis in its masks. */
export function rangesOf(s: Site, shape: readonly number[], strided: boolean): Range[] {
  const begins = s.constant(1).whole;
  const ends = s.constant(2).whole;
  const steps = strided ? s.constant(3).whole : begins.map(() => 1);
  const mask = (name: string): number => (strided ? s.attributes.number(name, 0) : 0);
  const [noBegin, noEnd, index] = ['begin_mask', 'end_mask', 'shrink_axis_mask'].map(mask);
  for (const name of ['ellipsis_mask', 'new_axis_mask']) if (mask(name)) throw new Refusal(name);
  if (begins.length > shape.length || ends.length !== begins.length || steps.length !== begins.length)
    throw new Refusal(`ranges of ${begins.length} axes for ${shape.length}`);
  return shape.map((size, axis) => {
    const bit = 1 << axis;
    const [begin, last, step] = [begins[axis] ?? 0, ends[axis] ?? 0, steps[axis] ?? 1];
    const open = axis >= begins.length;
    const one = !open && (index & bit) > 0;
    const from = open || noBegin & bit ? 0 : begin;
    const toEnd = open || noEnd & bit || (!strided && last === -1);
    if (size === -1) {
      if (from === 0 && toEnd && step === 1 && !one) return { ...WHOLE, count: -1 };
      throw new Refusal('a part of the batch');
    }
    if (step < 1) throw new Refusal(`a step of ${step}`);
    const at = (n: number): number => Math.min(Math.max(n < 0 ? n + size : n, 0), size);
    const first = at(from);
    const end = one ? first + 1 : toEnd ? size : strided ? at(last) : first + last;
    if (end > size || end <= first) throw new Refusal(`a range from ${first} to ${end} of ${size}`);
    return { begin: first, end, step: one ? 1 : step, count: one ? 1 : Math.ceil((end - first) / step), index: one };
  });
}
