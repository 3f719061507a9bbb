/** Models of raw data. */
export { pipeline } from './pipeline.js';
export type { AnyRaw, Raw } from './raw.js';
export type { TargetOption, Units } from './units.js';
export type {
  NamedClassification,
  Pipeline,
  PipelineOptions,
  RawExamples,
  PipelineSource,
  Step,
  Unfitted,
} from './pipeline.js';
