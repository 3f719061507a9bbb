/** Data sets, and their preparation for training. */
export { Dataset } from './columns.js';
export { encode, type EncodeOptions } from './encode.js';
export type { Encoding, Schema, SchemaField } from './encoding.js';
export type { Column, FieldType } from './fields.js';
export type { Cell, Row } from './fromRows.js';
export { dataset } from './dataset.js';
export type { GroupOptions } from './groups.js';
export { kFold, type KFoldOptions } from './kFold.js';
export { type PolynomialFeatures, polynomialFeatures, type PolynomialOptions } from './polynomialFeatures.js';
export type { Scaling } from './scaling.js';
export { split, type Split, type SplitOptions } from './split.js';
export { minMax, standardize } from './standardize.js';
export { DataStream, type StreamOptions, type StreamPiece, type StreamRow, type StreamSource } from './stream.js';
export type { Target } from './target.js';
