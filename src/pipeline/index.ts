/** Models of raw data. */
export {
  type NamedClassification,
  Pipeline,
  pipeline,
  type RawExamples,
  type Source,
  type Step,
  type Unfitted,
} from './pipeline.js';
