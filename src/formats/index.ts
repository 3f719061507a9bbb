/** `regulus/formats`: models from and to other formats. */
export { fromOnnx, type FromOnnxOptions } from './onnx/index.js';
export { toJavaScript } from './toJavaScript.js';
