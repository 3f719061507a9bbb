/** `regulus/formats`: models from and to other formats. */
export { fromKeras, type FromKerasOptions } from './fromKeras.js';
export { fromOnnx, type FromOnnxOptions } from './onnx/index.js';
export { fromTeachableMachine } from './fromTeachableMachine.js';
export { fromTfjs, type FromTfjsOptions } from './fromTfjs.js';
export type { JsonFile } from './json.js';
export type { TfjsWeights } from './tfjs/manifest.js';
export { type ToOnnxOptions, toOnnx } from './onnx/toOnnx.js';
export { toJavaScript } from './javascript/toJavaScript.js';
