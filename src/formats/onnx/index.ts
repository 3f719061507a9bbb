export { fromOnnx, type OnnxOptions } from './fromOnnx.js';
