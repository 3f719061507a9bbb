/** Models of raw data. */
export { pipeline } from './pipeline.js';
export type { AnyRaw, Raw } from './raw.js';
export type { NamedClassification, Pipeline, RawExamples, PipelineSource, Step, Unfitted } from './pipeline.js';
