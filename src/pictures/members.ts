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
  penalties,
  regions,
  voronoi,
} from './primitives.js';
