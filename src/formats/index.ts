/** `regulus/formats`: models in the formats of others. */
export { toJavaScript } from './toJavaScript.js';
