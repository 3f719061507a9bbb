/** The pictures that are made of one's own numbers and models. */
export {
  bars,
  contours,
  heatmap,
  histograms,
  images,
  lines,
  network,
  paths,
} from './primitives.js';
export { algorithm } from './algorithm.js';
export { graph } from './graph.js';
export { penalties } from './penalties.js';
export { regions, voronoi } from './regions.js';
