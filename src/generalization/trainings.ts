import {
  capacityCurve,
  type Candidate,
  type Dataset,
  type FitOptions,
  type Found,
  type TrainAndValidation,
} from '../index.js';
import { type Fold, foldOf } from './folds.js';
import { type Point, pointOf } from './learningCurve.js';
import type { Build } from './trained.js';

interface Sets {
  readonly train: Dataset;
  readonly validation?: Dataset;
}
type Make = (build: unknown, sets: Sets, options: Partial<FitOptions>, job: unknown) => Promise<Found>;

const fold =
  (where: string): Make =>
  (build, { train }, options, job) =>
    foldOf(where, { build: build as Build, options }, train, job as Fold);

/** What workers do for the functions that take an `engine`: one training of those that they ask for. */
export const TRAININGS: Readonly<
  Record<'capacityCurve' | 'crossValidate' | 'nestedCrossValidate' | 'learningCurve', Make>
> = {
  async capacityCurve(build, sets, options, job) {
    const make = build as (capacity: number) => Candidate;
    const [point] = await capacityCurve(make, [job as number], sets as TrainAndValidation, options);
    return { numbers: [point.trainError, point.validationError] };
  },
  crossValidate: fold('crossValidate'),
  nestedCrossValidate: fold('nestedCrossValidate'),
  learningCurve: (build, sets, options, job) =>
    pointOf('learningCurve', { build: build as Build, options }, sets as TrainAndValidation, job as Point),
};
