/** Training in another thread: the caller's side and the worker's, over any channel between them. */
export type { RemoteTraining } from './train.js';
/** @internal */
export { type Elsewhere, trainElsewhere } from './train.js';
/** @internal */
export { serveTraining } from './serve.js';
/** @internal */
export type { Port, Thread } from './messages.js';
/** @internal */
export type { Surface } from './sources.js';
