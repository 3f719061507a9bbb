/** Training in another thread: the caller's side and the worker's, over any channel between them. */
export { type Elsewhere, type RemoteTraining, trainElsewhere } from './train.js';
export { serveTraining } from './serve.js';
export type { Port, Thread } from './messages.js';
export type { Surface } from './sources.js';
