/** `regulus/formats`: models from and to other formats. */
export { fromOnnx, type OnnxOptions } from './onnx/index.js';
export { toJavaScript } from './toJavaScript.js';
