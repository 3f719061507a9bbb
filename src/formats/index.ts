/** `regulus/formats`: models of other formats, and models for them. */
export { fromTeachableMachine } from './fromTeachableMachine.js';
export { fromTfjs, type FromTfjsOptions } from './fromTfjs.js';
export type { JsonFile } from './json.js';
export type { TfjsWeights } from './tfjs/manifest.js';
export { toJavaScript } from './toJavaScript.js';
