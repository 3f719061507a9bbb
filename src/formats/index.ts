/** `regulus/formats`: models of other formats, and models for them. */
export { fromKeras, type FromKerasOptions } from './fromKeras.js';
export { toJavaScript } from './toJavaScript.js';
