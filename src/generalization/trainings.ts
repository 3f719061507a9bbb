import {
  capacityCurve,
  type Candidate,
  type Dataset,
  type FitOptions,
  type Found,
  type TrainAndValidation,
} from '../index.js';
import { type Fold, foldOf } from './crossValidate.js';
import { type Point, pointOf } from './learningCurve.js';
import type { Build } from './trained.js';

interface Sets {
  readonly train: Dataset;
  readonly validation?: Dataset;
}
type Make = (build: unknown, sets: Sets, options: Partial<FitOptions>, job: unknown) => Promise<Found>;

/** What workers do for the functions that take an `engine`: one training of those that they ask for. */
export const TRAININGS: Readonly<Record<'capacityCurve' | 'crossValidate' | 'learningCurve', Make>> = {
  async capacityCurve(build, sets, options, job) {
    const make = build as (capacity: number) => Candidate;
    const [point] = await capacityCurve(make, [job as number], sets as TrainAndValidation, options);
    return { numbers: [point.trainError, point.validationError] };
  },
  crossValidate: (build, { train }, options, job) =>
    foldOf('crossValidate', { build: build as Build, options }, train, job as Fold),
  learningCurve: (build, sets, options, job) =>
    pointOf('learningCurve', { build: build as Build, options }, sets as TrainAndValidation, job as Point),
};
