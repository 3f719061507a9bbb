/** `regulus/pictures`: results and data as SVG, and as text for terminals. */
export { draw } from './draw.js';
export type { Picture, PictureOptions } from './picture.js';
export * as pictures from './members.js';
