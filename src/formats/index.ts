/** `regulus/formats`: models from and to other formats. */
export { fromOnnx, type FromOnnxOptions } from './onnx/index.js';
export { type ToOnnxOptions, toOnnx } from './onnx/toOnnx.js';
export { toJavaScript } from './toJavaScript.js';
