/** `regulus/formats`: exports of models to other formats. */
export { toJavaScript } from './toJavaScript.js';
