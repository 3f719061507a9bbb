/** `regulus/pictures`: results and data as SVG, and as text for terminals. */
export { draw } from './draw.js';
export type { Bar, Histogram, Line, Mark } from './charts.js';
export type { Picture, PictureOptions } from './picture.js';
export type { Field, Pair, Path } from './planes.js';
export type {
  ContoursOptions,
  HeatmapOptions,
  Height,
  ImagesOptions,
  LinesOptions,
  NetworkOptions,
  PathsOptions,
} from './primitives.js';
export type { AlgorithmName } from './algorithms.js';
export type { GraphOptions } from './graph.js';
export type { PenaltyGeometry } from './penalties.js';
export type { Predicting } from './regions.js';
export * as pictures from './members.js';
/** @internal For the reports of lab/. */
export { escaped } from '../markup.js';
