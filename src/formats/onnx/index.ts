export { fromOnnx, type FromOnnxOptions } from './fromOnnx.js';
