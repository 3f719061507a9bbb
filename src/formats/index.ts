/** `regulus/formats`: exports of models to other formats. */
export { type OnnxOptions, toOnnx } from './onnx/toOnnx.js';
export { toJavaScript } from './toJavaScript.js';
